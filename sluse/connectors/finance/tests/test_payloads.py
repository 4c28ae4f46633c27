"""Golden requests: what goes over the wire for the ten typical reimbursements, to be read like code."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors import decimal_json
from sluse.connectors.finance import payloads
from sluse.connectors.finance.config import Settings
from sluse.connectors.http import UnclearError
from sluse.connectors.tests import typical
from sluse.sandbox.finance import journals
from sluse.sandbox.finance.switches import Switches
from sluse.sandbox.finance.world import World

FOLDER = Path(__file__).parent / "golden"
CODES = typical.Codes(
    cost_centre="CostCenter",
    project="Project",
    extra_dimension=("Fund", "F-1"),
    vat_code="FULL",
    credit_account="2990",
)
SETTINGS = Settings(
    tenant_id="",
    environment="",
    legal_entity="nbf",
    journal_name="GenJrn",
    dimensions=("CostCenter", "Project", "Fund"),
    sales_tax_group="INNLAND",
    lines_max=100,
    api_template="",
    login_host="",
)


def made(name: str) -> dict[str, Any]:
    voucher = typical.voucher(name, codes=CODES)
    return {
        "header": payloads.header(voucher, SETTINGS),
        "lines": payloads.lines(voucher, SETTINGS, journal="J00000001"),
    }


def golden(name: str) -> dict[str, Any]:
    return dict(decimal_json.loads((FOLDER / f"{name}.json").read_bytes()))


def test_every_typical_reimbursement_has_its_golden_request() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(typical.TYPICAL)


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_golden_request(name: str) -> None:
    assert made(name) == golden(name)


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_a_golden_request_is_taken_by_the_sandbox_property_by_property(name: str) -> None:
    world = World(environment="test", switches=Switches())
    header = journals.add_header(world, golden(name)["header"])
    for line in golden(name)["lines"]:
        journals.add_line(world, line)
    lines = world.lines_of(header)
    debit, credit = (sum(Decimal(str(one[key])) for one in lines) for key in journals.AMOUNTS)
    assert debit == credit > 0


def test_segments_stand_in_the_order_of_the_format_and_hyphens_are_escaped() -> None:
    found = payloads.account_display("7100", [("fund", " F-1 "), ("COSTCENTER", "10")], SETTINGS)
    assert found == "7100-10--F\\-1"


@given(st.integers(min_value=1, max_value=10**12))
def test_an_amount_comes_back_as_it_went(amount_ore: int) -> None:
    amount = decimal_json.loads(decimal_json.dumps(Decimal(amount_ore).scaleb(-2)))
    assert payloads.ore_of({"DebitAmount": amount}, "DebitAmount") == amount_ore


@pytest.mark.parametrize("value", [Decimal("1.005"), Decimal("1E+400"), "211.00", True, None], ids=str)
def test_what_is_no_amount_is_not_read_as_one(value: Any) -> None:
    with pytest.raises(UnclearError):
        payloads.ore_of({"DebitAmount": value}, "DebitAmount")
