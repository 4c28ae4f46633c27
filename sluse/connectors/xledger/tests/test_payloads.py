"""Golden requests: what goes over the wire for typical reimbursements, to be read like code."""

import json
from pathlib import Path
from typing import Any

import graphql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors.http import UnclearError
from sluse.connectors.xledger import payloads, queries
from sluse.connectors.xledger.config import Settings
from sluse.connectors.xledger.tests.harness import line, voucher
from sluse.sandbox.xledger.service import schema
from sluse.vouchers.voucher import Voucher, kroner

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
SETTINGS = Settings(address="", owner="4200100", voucher_type="GL", ledger_account="2400")
QUERIES = [text for name, text in vars(queries).items() if name.isupper()]


def test_there_are_golden_requests() -> None:
    assert len(GOLDEN) >= 10


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_request(path: Path) -> None:
    golden = json.loads(path.read_text())
    assert payloads.inputs([Voucher.from_json(golden["voucher"])], SETTINGS) == golden["request"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_field_of_a_golden_request_is_in_the_schema(path: Path) -> None:
    request = {"inputs": json.loads(path.read_text())["request"]}
    result = graphql.graphql_sync(schema(), queries.ADD, root_value={}, variable_values=request)
    assert result.errors is None


@pytest.mark.parametrize("query", QUERIES)
def test_every_question_is_one_of_the_schema(query: str) -> None:
    assert graphql.validate(schema(), graphql.parse(query)) == []


def test_a_golden_request_balances_and_its_rows_belong_together() -> None:
    for path in GOLDEN:
        nodes = [one["node"] for one in json.loads(path.read_text())["request"]]
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


def test_the_number_of_a_voucher_is_its_own_and_fits_into_an_int() -> None:
    numbers = {payloads.registration_number(voucher(number)) for number in range(1_000)}
    assert len(numbers) == 1_000
    assert all(10**8 <= number < 10**9 for number in numbers)
