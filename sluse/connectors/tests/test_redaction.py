"""What may be kept of a body: named fields that hold codes, and never too much of it."""

import json
from typing import Any

import pytest

from sluse.connectors import exchanges, redaction
from sluse.connectors.exchanges import Recording, Said
from sluse.connectors.redaction import OMITTED

FIELDS = {**redaction.codes(["id", "list", "inside"]), "url": redaction.address}
JSON = "application/json; charset=utf-8"


def redacted(value: Any, *, bytes_max: int = 10_000) -> Any:
    content = json.dumps(value).encode()
    return redaction.redacted(content=content, media_type=JSON, fields=FIELDS, bytes_max=bytes_max)


def test_a_field_that_nobody_named_is_left_out_with_everything_in_it() -> None:
    assert redacted({"id": "R1", "name": "Ola", "person": {"id": "V1"}}) == {"id": "R1"}
    assert redacted({"inside": {"id": 7, "text": "x"}, "list": [{"id": None, "b": 1}, True]}) == {
        "inside": {"id": 7},
        "list": [{"id": None}, True],
    }


@pytest.mark.parametrize(
    "value",
    ["Bompenger på E6", "a" * 81, "to\nlinjer", 12.5, 10**18, "Bearer x", "Ola Nordmann", "<b>", "\u202e"],
)
def test_what_reads_like_words_or_money_is_marked(value: Any) -> None:
    assert redacted({"id": value}) == {"id": OMITTED}


@pytest.mark.parametrize(
    "value", ["", "R7K2M6QX4TB3WD5FH-1", "2026-11-20", "Internal_x0020_Error", "HØY", 0, True]
)
def test_a_code_is_kept(value: Any) -> None:
    assert redacted({"id": value}) == {"id": value}


def test_an_address_is_kept_without_its_query() -> None:
    asked = {"url": "companies(1)/purchaseInvoices?$filter=vendorNumber eq 'V1'"}
    assert redacted(asked) == {"url": "companies(1)/purchaseInvoices"}


def test_a_long_list_is_cut_until_it_fits_and_says_so() -> None:
    items = [{"id": f"R{number}"} for number in range(50)]
    assert redacted({"list": items}) == {"list": items}
    assert redacted({"list": items}, bytes_max=500) == {"list": [*items[:20], OMITTED]}
    assert redacted({"list": items}, bytes_max=100) == {"list": [*items[:3], OMITTED]}
    assert redacted({"list": items}, bytes_max=10) == OMITTED


def test_what_is_too_deep_too_large_or_no_json_is_not_looked_into() -> None:
    deep: Any = {"id": "bottom"}
    for _level in range(redaction.DEPTH_MAX + 1):
        deep = {"inside": deep}
    assert "bottom" not in json.dumps(redacted(deep))
    for content in (b"{", b"[" * 100_000, b" " * (redaction.READ_BYTES_MAX + 1)):
        kept = redaction.redacted(content=content, media_type=JSON, fields=FIELDS, bytes_max=1_000)
        assert kept == OMITTED
    form = redaction.redacted(
        content=b"client_secret=x",
        media_type="application/x-www-form-urlencoded",
        fields=FIELDS,
        bytes_max=99,
    )
    assert form is None


def test_a_recording_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "EXCHANGES_MAX", 3)
    recording = Recording(fields=FIELDS, _bytes_left=20)
    said = Said(method="POST", path="/" + "p" * 999, content=b'{"id":"R7"}', media_type=JSON)
    for _time in range(5):
        recording.add(said)
    assert [exchange.request for exchange in recording.exchanges] == [{"id": "R7"}, OMITTED, OMITTED]
    assert recording.left_out == 2
    assert len(recording.exchanges[0].path) == exchanges.PATH_CHARACTERS_MAX
