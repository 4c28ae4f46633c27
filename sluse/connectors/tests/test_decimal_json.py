"""JSON whose amounts are exact in both directions."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.connectors import decimal_json
from sluse.connectors.decimal_json import BrokenJSONError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    assert decimal_json.loads(decimal_json.dumps(value)) == value == json.loads(decimal_json.dumps(value))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_an_amount_keeps_every_digit(amount: Decimal) -> None:
    assert decimal_json.dumps({"a": amount}) == f'{{"a":{amount:f}}}'.encode()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"NaN", b"[Infinity]", b"\xff\xfe\xfd", b"[" * 100_000, b"1" * 5_000]
)
def test_what_is_not_json_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenJSONError):
        decimal_json.loads(content)


@pytest.mark.parametrize("value", [1.5, object(), {"a": {1, 2}}, b"bytes"])
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        decimal_json.dumps(value)
