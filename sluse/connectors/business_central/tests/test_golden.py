"""Golden requests: what goes over the wire for ten typical reimbursements, to be read like code.

After a wanted change, `python -m sluse.connectors.business_central.tests.test_golden` writes them anew.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import django
import pytest

from sluse.connectors import decimal_json
from sluse.connectors.business_central import forms
from sluse.connectors.business_central.config import JOURNAL, PURCHASE_INVOICE, Settings
from sluse.connectors.business_central.tests.harness import SETTINGS
from sluse.connectors.business_central.ways import Ways
from sluse.connectors.tests import typical
from sluse.sandbox.business_central import schema
from sluse.sandbox.business_central.validate import validate

GOLDEN = Path(__file__).parent / "golden"
CODES = typical.Codes(
    cost_centre="AVD", project="PROSJEKT", extra_dimension=("FOND", "FRIVILLIG"), vat_code="HØY"
)
FORMS: Mapping[str, tuple[str, Settings]] = {
    PURCHASE_INVOICE: ("purchaseInvoices", SETTINGS),
    JOURNAL: ("journals", replace(SETTINGS, document=JOURNAL)),
    "collective_vendor": ("purchaseInvoices", replace(SETTINGS, vendor="V00500")),
}
CASES = [(form, name) for form in (PURCHASE_INVOICE, JOURNAL) for name in typical.TYPICAL]
CASES += [("collective_vendor", "toll_and_bus_on_cost_centre_and_project")]


def request_of(form: str, name: str) -> dict[str, Any]:
    voucher = typical.voucher(name, codes=CODES)
    return forms.of(FORMS[form][1]).new(voucher, bare=False, ways=Ways())


def path_of(form: str, name: str) -> Path:
    return GOLDEN / form / f"{name}.json"


@pytest.mark.parametrize(("form", "name"), CASES)
def test_golden_request(form: str, name: str) -> None:
    made = decimal_json.dumps(request_of(form, name))
    assert made == decimal_json.dumps(decimal_json.loads(path_of(form, name).read_bytes()))


@pytest.mark.parametrize(("form", "name"), CASES)
def test_every_property_of_a_golden_request_is_known_writable_and_short_enough(form: str, name: str) -> None:
    entity, request = FORMS[form][0], decimal_json.loads(path_of(form, name).read_bytes())
    assert validate(entity=entity, body=request, nested=schema.NESTED[entity]) == request


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_a_golden_journal_balances_to_the_ore(name: str) -> None:
    lines = request_of(JOURNAL, name)["journalLines"]
    assert sum(line["amount"] for line in lines) == 0
    assert len({line["lineNumber"] for line in lines}) == len(lines)


def test_no_other_request_lies_among_them() -> None:
    assert sorted(GOLDEN.rglob("*.json")) == sorted(path_of(form, name) for form, name in CASES)


def _write() -> None:
    django.setup()
    for form, name in CASES:
        path = path_of(form, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_indented(request_of(form, name)))


def _indented(value: Any, depth: int = 0) -> str:
    """As `decimal_json` writes it, a line for each property."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        parts = [f"{inner}{_indented(name)}: {_indented(item, depth + 1)}" for name, item in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{outer}}}" + ("\n" if depth == 0 else "")
    if isinstance(value, list) and value:
        parts = [inner + _indented(item, depth + 1) for item in value]
        return "[\n" + ",\n".join(parts) + f"\n{outer}]"
    return decimal_json.dumps(value).decode()


if __name__ == "__main__":
    _write()
