"""Golden requests: what goes over the wire for typical reimbursements, to be read like code."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import graphql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors.http import UnclearError
from sluse.connectors.tests import typical
from sluse.connectors.xledger import payloads, queries
from sluse.connectors.xledger.config import Settings
from sluse.connectors.xledger.tests.harness import line, voucher
from sluse.sandbox.xledger.service import schema
from sluse.vouchers.reference import NUMBER_LAST, numbers_for
from sluse.vouchers.voucher import Voucher, kroner

FOLDER = Path(__file__).parent / "golden"
CODES = typical.Codes(
    cost_centre="glObject1",
    project="project",
    extra_dimension=("xgl", "7"),
    vat_code="1",
    credit_account="2990",
)
SETTINGS = Settings(address="", owner="4200100", voucher_type="GL", ledger_account="2400")
QUERIES = [text for name, text in vars(queries).items() if name.isupper()]


def test_every_typical_reimbursement_has_its_golden_request() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(typical.TYPICAL)


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_golden_request(name: str) -> None:
    assert payloads.inputs([made(name)], SETTINGS) == golden(name)


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_every_field_of_a_golden_request_is_in_the_schema(name: str) -> None:
    request = {"inputs": golden(name)}
    result = graphql.graphql_sync(schema(), queries.ADD, root_value={}, variable_values=request)
    assert result.errors is None


@pytest.mark.parametrize("query", QUERIES)
def test_every_question_is_one_of_the_schema(query: str) -> None:
    assert graphql.validate(schema(), graphql.parse(query)) == []


@pytest.mark.parametrize("name", typical.TYPICAL)
def test_a_golden_request_balances_and_its_rows_belong_together(name: str) -> None:
    nodes = [one["node"] for one in golden(name)]
    assert sum(payloads.ore(node["amount"]) for node in nodes) == 0
    assert len({node["trRegNumber"] for node in nodes}) == 1
    assert len({node["extIdentifier"] for node in nodes}) == len(nodes)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_an_amount_comes_back_as_it_went(amount_ore: int) -> None:
    assert payloads.ore(f"{kroner(amount_ore):.2f}") == amount_ore


@pytest.mark.parametrize("value", [56, 56.0, None, True, "", "x", "1.005", "NaN", "Infinity", "1E+40"])
def test_an_amount_in_another_form_is_none(value: Any) -> None:
    with pytest.raises(UnclearError):
        payloads.ore(value)


@given(st.lists(st.integers(min_value=1, max_value=499), min_size=1, max_size=12))
def test_a_voucher_is_never_split_over_two_mutations(sizes: list[int]) -> None:
    vouchers = [voucher(number, lines=[line("7140", 100)] * (size)) for number, size in enumerate(sizes)]
    batches = list(payloads.batches(vouchers))
    assert [one for batch in batches for one in batch] == vouchers
    assert all(sum(len(one.lines) for one in batch) <= payloads.ROWS_MAX for batch in batches)


def test_a_voucher_from_before_there_were_numbers_keeps_its_nine_digits() -> None:
    old = replace(voucher(0), number=None)
    assert payloads.registration_number(old) == payloads.registration_number(Voucher.from_json(old.as_json()))
    assert payloads.registration_number(old) > NUMBER_LAST


def made(name: str) -> Voucher:
    """As the queue freezes it."""
    built = typical.voucher(name, codes=CODES)
    return replace(built, number=next(numbers_for(reference=built.reference)))


def golden(name: str) -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / f"{name}.json").read_text()))
