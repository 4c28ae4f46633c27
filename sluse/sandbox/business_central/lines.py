"""Lines and dimensions of an invoice: each is checked when it is written, as the real tables do."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sluse.sandbox.business_central import seed
from sluse.sandbox.business_central.refusal import (
    Refusal,
    bad_request,
    dialog,
    field_validation,
    not_found,
    not_in_table,
)
from sluse.sandbox.business_central.validate import validate
from sluse.sandbox.business_central.world import (
    Company,
    Dimensions,
    Line,
    World,
    default_tax_code,
    tax_percent,
)

SEQUENCE_STEP = 10_000


def new_lines(
    *,
    world: World,
    company: Company,
    bodies: Sequence[dict[str, Any]],
    header: Dimensions,
    present: Sequence[Line] = (),
) -> tuple[Line, ...]:
    """All lines of the invoice, the new ones behind those that are `present`."""
    inherited = header if world.switches.lines_inherit_header_dimensions else ()
    lines = list(present)
    for body in bodies:
        sequence = body.get("sequence") or max((line.sequence for line in lines), default=0) + SEQUENCE_STEP
        if any(line.sequence == sequence for line in lines):
            raise Refusal(400, "Internal_EntityWithSameKeyExists", "The record already exists.")
        lines.append(_line(world, company, body, sequence, inherited))
    return tuple(sorted(lines, key=lambda line: line.sequence))


def with_dimensions(*, company: Company, present: Dimensions, bodies: Iterable[dict[str, Any]]) -> Dimensions:
    values = dict(present)
    for body in bodies:
        code, value = _dimension(company, body)
        if code in values:
            raise dialog(
                "The dimension set line already exists. Check existing dimension set lines and the default "
                "dimension set lines on the parent."
            )
        values[code] = value
    return tuple(values.items())


def defaults(*, company: Company, number: str) -> Dimensions:
    """What the lines of this account, or the invoices of this vendor, begin with."""
    return tuple(company.default_dimensions.get(number, {}).items())


def set_dimension(
    *, company: Company, present: Dimensions, body: Any, code: str | None
) -> tuple[Dimensions, tuple[str, str]]:
    """All of them, and the one that is new or, with its `code`, has another value now."""
    clean = validate(entity="dimensionSetLines", body=body)
    if code is None:
        added = with_dimensions(company=company, present=present, bodies=[clean])
        return added, added[-1]
    if code not in dict(present):
        raise not_found()
    if {"id", "code"} & set(clean):
        raise dialog('The "id" and "code" fields cannot be modified.')
    made = _dimension(company, clean | {"code": code})
    return tuple((dict(present) | {made[0]: made[1]}).items()), made


def tax_code(account: str, code: str | None, *, table: str) -> str:
    """The account's own unless another one is named."""
    found = code or default_tax_code(account)
    if found not in seed.TAX_PERCENT:
        raise not_in_table(
            field="VAT Prod. Posting Group", table=table, value=found, related="VAT Product Posting Group"
        )
    return found


def check_account(*, company: Company, number: str, table: str = "Purchase Line") -> None:
    """Asked when a line is written, and again when its invoice is posted."""
    account = company.row("accounts", "number", number)
    if account is None:
        field = "No." if table == "Purchase Line" else "Account No."
        raise not_in_table(field=field, table=table, value=number, related="G/L Account")
    if account["accountType"] != "Posting":
        raise _wrong_account("Account Type", "Posting", number, account["accountType"])
    if number in company.blocked_accounts:
        raise _wrong_account("Blocked", "No", number, "Yes")
    if not account["directPosting"]:
        raise _wrong_account("Direct Posting", "Yes", number, "No")


def _line(world: World, company: Company, body: dict[str, Any], sequence: int, inherited: Dimensions) -> Line:
    kind = body.get("lineType", "Comment")
    account = _account_number(company, body)
    if kind not in {"Account", "Comment"}:
        raise bad_request("Item does not exist.", "Application_DialogException")
    if kind == "Account":
        check_account(company=company, number=account)
    code = tax_code(account, body.get("taxCode"), table="Purchase Line")
    return Line(
        id=world.new_id("line"),
        sequence=sequence,
        type=kind,
        account=account,
        description=body.get("description", ""),
        quantity=body.get("quantity", Decimal(0)),
        unit_cost=body.get("unitCost", Decimal(0)),
        tax_code=code,
        tax_percent=tax_percent(code),
        dimensions=with_dimensions(
            company=company,
            present=tuple((dict(inherited) | dict(defaults(company=company, number=account))).items()),
            bodies=body.get("dimensionSetLines", ()),
        ),
    )


def _account_number(company: Company, body: dict[str, Any]) -> str:
    if "accountId" not in body:
        return str(body.get("lineObjectNumber", ""))
    account = company.row("accounts", "id", body["accountId"])
    if account is None:
        raise dialog("Account does not exist.")
    return str(account["number"])


def _dimension(company: Company, body: dict[str, Any]) -> tuple[str, str]:
    if not (body.get("id") or body.get("code")):
        raise dialog('The "id" or "code" field must be filled in.')
    if not (body.get("valueId") or body.get("valueCode")):
        raise dialog('The "valueId" or "valueCode" field must be filled in.')
    known = ("code", body["code"]) if body.get("code") else ("id", body["id"])
    dimension = company.row("dimensions", *known)
    if dimension is None:
        raise dialog(f'The "{known[0]}" does not match to a Dimension.')
    values = [row for row in company.rows("dimensionValues") if row["dimensionId"] == dimension["id"]]
    wanted = ("code", body["valueCode"]) if body.get("valueCode") else ("id", body["valueId"])
    value = next((row for row in values if row[wanted[0]] == wanted[1]), None)
    if value is None:
        name = "valueCode" if wanted[0] == "code" else "valueId"
        raise dialog(f'The "{name}" does not match to a Dimension Value.')
    return dimension["code"], value["code"]


def _wrong_account(field: str, wanted: str, number: str, found: str) -> Refusal:
    return field_validation(
        f"{field} must be equal to '{wanted}'  in G/L Account: No.={number}. Current value is '{found}'."
    )
