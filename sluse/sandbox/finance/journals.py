"""Writing journals: what is documented of headers and lines, as narrow as it is documented."""

from decimal import Decimal
from typing import Any

from sluse.sandbox.finance import seed
from sluse.sandbox.finance.refusal import RefusedError
from sluse.sandbox.finance.seed import Row
from sluse.sandbox.finance.world import World

HEADER, LINE = "LedgerJournalHeaderEntity", "LedgerJournalLineEntity"
HEADER_WRITABLE = {"dataAreaId": 4, "JournalName": 10, "Description": 60, "IntegrationKey": 40}
LINE_WRITABLE = {
    "dataAreaId": 4,
    "JournalBatchNumber": 20,
    "Voucher": 20,
    "CurrencyCode": 3,
    "Text": 255,
    "AccountDisplayValue": 500,
    "DefaultDimensionDisplayValue": 500,
    "AccountType": 20,
    "Invoice": 20,
    "Document": 20,
    "SalesTaxGroup": 20,
    "ItemSalesTaxGroup": 20,
    "PostingProfile": 20,
}
"""The writable texts of an entity and how long they may be. Real lengths stand in `$metadata` of each environment."""
DATES, AMOUNTS = ("TransDate", "DocumentDate", "DueDate"), ("DebitAmount", "CreditAmount")
HEADER_SHOWN = {*HEADER_WRITABLE, "JournalBatchNumber", "IsPosted", "JournalTotalDebit", "JournalTotalCredit"}
LINE_SHOWN = {*LINE_WRITABLE, *DATES, *AMOUNTS, "LineNumber"}


def add_header(world: World, body: Any) -> Row:
    _check_texts(body, HEADER_WRITABLE, set(), HEADER)
    _must(
        body.get("dataAreaId") in {seed.LEGAL_ENTITY, seed.OTHER_LEGAL_ENTITY}, HEADER, "Legal entity unknown"
    )
    name = body.get("JournalName", "")
    _must(
        name == seed.JOURNAL_NAME,
        HEADER,
        f"The value '{name}' in field 'Name' is not found in 'Journal names'",
    )
    world.journals_made += 1
    key = body.get("IntegrationKey", "") if world.switches.keeps_integration_key else ""
    row = {
        "@odata.etag": f'W/"{world.journals_made}"',
        "IsPosted": "No",
        "JournalTotalDebit": 0,
        "JournalTotalCredit": 0,
        "Description": "",
        **body,
        "IntegrationKey": key,
        "JournalBatchNumber": f"J{world.journals_made:08}",
    }
    world.headers.append(row)
    return row


def add_line(world: World, body: Any) -> Row:
    _check_texts(body, LINE_WRITABLE, {*DATES, *AMOUNTS, "LineNumber"}, LINE)
    legal_entity, number = body.get("dataAreaId"), body.get("JournalBatchNumber")
    header = world.header(legal_entity=legal_entity, number=number)
    _must(header is not None, LINE, f"Journal batch number {number} does not exist")
    assert header is not None
    _must(header["IsPosted"] == "No", LINE, f"Journal {number} has been posted")
    _check_money(body)
    _check_account(body)
    lines = world.lines_of(header)
    given = body.get("LineNumber")
    numbers = {line["LineNumber"] for line in lines}
    if not world.switches.keeps_line_numbers or given is None:
        given = max(numbers, default=0) + 1
    _must(
        given not in numbers, LINE, f"Cannot create a record. Line number {given}. The record already exists"
    )
    row = {"DebitAmount": Decimal(0), "CreditAmount": Decimal(0), **body, "LineNumber": given}
    row = {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    world.sets["LedgerJournalLines"].append(row | {"@odata.etag": f'W/"{number}-{given}"'})
    return row


def remove_header(world: World, key: dict[str, str], etag: str) -> None:
    """With its lines."""
    row = world.header(legal_entity=key.get("dataAreaId"), number=key.get("JournalBatchNumber"))
    if row is None:
        raise RefusedError("No record was found.", status=404)
    if etag not in {"*", row["@odata.etag"]}:
        raise RefusedError("The record was changed by another user.", status=412)
    _must(row["IsPosted"] == "No", HEADER, "A posted journal cannot be deleted")
    gone = world.lines_of(row)
    world.sets["LedgerJournalLines"] = [line for line in world.sets["LedgerJournalLines"] if line not in gone]
    world.headers.remove(row)


def _must(is_kept: bool, kind: str, message: str) -> None:  # noqa: FBT001 — a condition reads best in front
    if not is_kept:
        raise RefusedError(f"Warning: Validation failed; Error: {message}.", kind=kind)


def _check_texts(body: Any, texts: dict[str, int], others: set[str], kind: str) -> None:
    if not isinstance(body, dict):
        raise RefusedError("The body is not an entity.")
    unknown = set(body) - set(texts) - others
    if unknown:
        raise RefusedError(
            f"The property '{min(unknown)}' does not exist on type '{kind}' or cannot be written."
        )
    for name, length in texts.items():
        value = body.get(name, "")
        if not isinstance(value, str):
            raise RefusedError(f"Cannot convert '{name}' to Edm.String.")
        _must(len(value) <= length, kind, f"The field {name} holds at most {length} characters")


def _check_money(body: Row) -> None:
    for name in AMOUNTS:
        value = body.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise RefusedError(f"Cannot convert '{name}' to Edm.Decimal.")
        _must(value >= 0, LINE, f"{name} must not be negative")
    both = [name for name in AMOUNTS if body.get(name)]
    _must(len(both) == 1, LINE, "Either a debit or a credit amount must be entered")
    currency = body.get("CurrencyCode", "")
    known = currency in seed.CURRENCIES
    _must(known, LINE, f"The value '{currency}' in field 'Currency' is not found in 'Currencies'")
    for name in DATES:
        if name in body and not str(body[name]).endswith("T00:00:00Z"):
            raise RefusedError(f"Cannot convert '{name}' to Edm.DateTimeOffset.")


def _check_account(body: Row) -> None:
    value = body.get("AccountDisplayValue", "")
    if body.get("AccountType") == "Vend":
        number = "".join(_segments(value))
        _must(number != seed.BLOCKED_VENDOR, LINE, f"Account {number} is on hold for vendor")
        known = number.upper() in seed.VENDORS
        _must(known, LINE, f"The value '{number}' in field 'Account' is not found in 'Vendors'")
        return
    if body.get("AccountType") != "Ledger":
        raise RefusedError("Cannot convert 'AccountType' to an enumeration's value.")
    account, *values = _segments(value)
    known = account in seed.ACCOUNTS
    _must(known, LINE, f"The value '{account}' in field 'Main account' is not found in 'Main accounts'")
    _must(len(values) <= len(seed.FORMAT), LINE, "The account has more segments than the dimension format")
    for name, code in zip(seed.FORMAT, values, strict=False):
        known = not code or code in seed.DIMENSIONS[name]
        _must(known, LINE, f"{name} value {code} does not exist")
    for name, groups in (("SalesTaxGroup", seed.TAX_GROUPS), ("ItemSalesTaxGroup", seed.ITEM_TAX_GROUPS)):
        code = body.get(name, "")
        _must(not code or code in groups, LINE, f"The value '{code}' in field '{name}' is not found")


def _segments(value: str) -> list[str]:
    """`-` parts them; `\\-` is a hyphen inside one."""
    return [part.replace("\0", "-") for part in value.replace("\\-", "\0").split("-")]
