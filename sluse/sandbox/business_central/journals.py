"""Journals: made with their lines, read, deleted, posted. Each function refuses as a whole or does it all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sluse.sandbox.business_central import ledger, lines, schema, seed
from sluse.sandbox.business_central.books import Journal, JournalLine
from sluse.sandbox.business_central.refusal import Refusal, bad_request, dialog, not_found, not_in_table
from sluse.sandbox.business_central.validate import validate
from sluse.sandbox.business_central.world import Company, World

ACCOUNT, VENDOR, EMPLOYEE = "G_x002F_L_x0020_Account", "Vendor", "Employee"
LINE_STEP = 10_000


def create(*, world: World, company: Company, body: Any) -> Journal:
    clean = validate(entity="journals", body=body, nested=schema.NESTED["journals"])
    if not clean.get("code"):
        raise dialog("Name must have a value in Gen. Journal Batch: Journal Template Name=, Name=.")
    template = clean.get("templateDisplayName") or seed.TEMPLATES[0]
    if template not in seed.TEMPLATES:
        raise not_in_table(
            field="Journal Template Name",
            table="Gen. Journal Batch",
            value=template,
            related="Gen. Journal Template",
        )
    if company.journals.find(template=template, code=clean["code"]) is not None:
        raise Refusal(
            world.switches.same_key_status, "Internal_EntityWithSameKeyExists", "The record already exists."
        )
    journal = Journal(
        id=world.new_id("journal"),
        code=clean["code"],
        template=template,
        display_name=clean.get("displayName", ""),
        balancing_account=_balancing_account(company, clean),
        lines=(),
        modified_at=_now(),
    )
    journal = replace(journal, lines=_lines(world, company, journal, clean.get("journalLines", ())))
    company.journals.put(journal)
    return journal


def get(*, company: Company, key: str) -> Journal:
    journal = company.journals.by_id.get(key.lower())
    if journal is None:
        raise not_found(f"The General Journal Batch with ID {key} cannot be found.")
    return journal


def get_line(*, world: World, journal: Journal, key: str) -> JournalLine:
    for line in shown_lines(world=world, journal=journal):
        if line.id == key.lower():
            return line
    raise not_found("The journal line cannot be found.")


def shown_lines(*, world: World, journal: Journal) -> Sequence[JournalLine]:
    """The page shows lines of four kinds only; the others are there, and are posted."""
    hidden = {EMPLOYEE} if world.switches.employee_lines_are_hidden else set()
    return [line for line in journal.lines if line.account_type not in hidden]


def add_line(*, world: World, company: Company, journal: Journal, body: Any) -> JournalLine:
    clean = validate(entity="journalLines", body=body, nested=schema.NESTED["journalLines"])
    added = _lines(world, company, journal, [clean])
    known = {line.id for line in journal.lines}
    _put(company, journal, lines=added)
    return next(line for line in added if line.id not in known)


def set_dimension(
    *, world: World, company: Company, journal: Journal, line_id: str, body: Any, code: str | None = None
) -> tuple[str, str]:
    """A new one, or another value of the one with this code."""
    line = get_line(world=world, journal=journal, key=line_id)
    dimensions, made = lines.set_dimension(company=company, present=line.dimensions, body=body, code=code)
    changed = replace(line, dimensions=dimensions)
    _put(company, journal, lines=tuple(changed if old is line else old for old in journal.lines))
    return made


def delete(*, company: Company, journal: Journal) -> None:
    company.journals.remove(journal)


def post(*, world: World, company: Company, journal: Journal) -> None:
    """All of its lines at once. What is left behind is the journal with one empty line."""
    filled = [line for line in journal.lines if not line.is_empty]
    if not filled:
        raise dialog("There is nothing to post.")
    if company.posts_journals_later:
        return
    entries = ledger.entries(world=world, company=company, journal=journal, filled=filled)
    company.enter(entries)
    left = (_empty_line(world),) if world.switches.posting_leaves_an_empty_line else ()
    _put(company, journal, lines=left)


def _lines(
    world: World, company: Company, journal: Journal, bodies: Sequence[dict[str, Any]]
) -> tuple[JournalLine, ...]:
    found = list(journal.lines)
    nests = world.switches.line_dimensions_inside_deep_insert
    if not nests and any("dimensionSetLines" in body for body in bodies):
        raise bad_request(
            "The property 'dimensionSetLines' does not exist on type 'Microsoft.NAV.journalLine'. "
            "Make sure to only use property names that are defined by the type."
        )
    for body in bodies:
        number = body.get("lineNumber") or max((line.number for line in found), default=0) + LINE_STEP
        if any(line.number == number for line in found):
            raise Refusal(
                world.switches.same_key_status,
                "Internal_EntityWithSameKeyExists",
                "The record already exists.",
            )
        found.append(_line(world, company, journal, body, number))
    return tuple(sorted(found, key=lambda line: line.number))


def _line(world: World, company: Company, journal: Journal, body: dict[str, Any], number: int) -> JournalLine:
    kind, account = body.get("accountType", ACCOUNT), body.get("accountNumber", "")
    _check_account(company, kind, account)
    return JournalLine(
        id=world.new_id("journal-line"),
        number=number,
        account_type=kind,
        account=account,
        posting_date=body.get("postingDate", _now()[:10]),
        document=body.get("documentNumber", ""),
        external=body.get("externalDocumentNumber", ""),
        amount=body.get("amount", Decimal(0)),
        description=body.get("description", ""),
        comment=body.get("comment", ""),
        tax_code=lines.tax_code(account, body.get("taxCode"), table="Gen. Journal Line"),
        balancing_type=body.get("balanceAccountType", ACCOUNT),
        balancing_account=body.get("balancingAccountNumber", journal.balancing_account),
        dimensions=lines.with_dimensions(
            company=company,
            present=lines.defaults(company=company, number=account),
            bodies=body.get("dimensionSetLines", ()),
        ),
    )


def _check_account(company: Company, kind: str, account: str) -> None:
    if kind == ACCOUNT and account:
        lines.check_account(company=company, number=account, table="Gen. Journal Line")
    elif kind == VENDOR:
        vendor = company.row("vendors", "number", account)
        if vendor is None:
            raise not_in_table(
                field="Account No.", table="Gen. Journal Line", value=account, related="Vendor"
            )
        if vendor["blocked"] == "All":
            raise dialog(
                f"You cannot create this type of document when Vendor {account} is blocked with type All"
            )
    elif kind not in {ACCOUNT, EMPLOYEE}:
        raise bad_request(f"The sandbox has no accounts of the type {kind}.")


def _balancing_account(company: Company, clean: dict[str, Any]) -> str:
    if "balancingAccountId" not in clean:
        return ""
    account = company.row("accounts", "id", clean["balancingAccountId"])
    if account is None:
        raise dialog('The "balancingAccountId" does not match to an Account.')
    return str(account["number"])


def _empty_line(world: World) -> JournalLine:
    return JournalLine(
        id=world.new_id("journal-line"),
        number=LINE_STEP,
        account_type=ACCOUNT,
        account="",
        posting_date=_now()[:10],
        document="",
        external="",
        amount=Decimal(0),
        description="",
        comment="",
        tax_code="",
        balancing_type=ACCOUNT,
        balancing_account="",
        dimensions=(),
    )


def _put(company: Company, journal: Journal, *, lines: tuple[JournalLine, ...]) -> None:
    company.journals.put(replace(journal, lines=lines, version=journal.version + 1, modified_at=_now()))


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
