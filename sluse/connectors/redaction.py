"""What of a request or an answer may be kept: the fields somebody has named, where they hold codes. Pure.

A list of what may stay, never of what must go: a field that nobody named is left out, whatever is in it, and so is a
value that reads like words. What was left out of a named field is marked, so that nobody takes the rest for the whole.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sluse.connectors import decimal_json

OMITTED = "…"
CODE = re.compile(r"[\wÆØÅæøå@(){}.:/$*+=-]{0,80}", re.ASCII)
"""Without a blank, and shorter than any token: a code, an id, a date, an address."""
NUMBER_MAX = 10**18
DEPTH_MAX = 12
ITEMS_MAX = (100, 20, 3)
"""How many of a list are kept: the most that fits."""
READ_BYTES_MAX = 1024 * 1024
"""What is larger is not looked into: our own requests are a tenth of it."""

Keep = Callable[[Any], Any]
Fields = Mapping[str, Keep]


def codes(names: Iterable[str]) -> dict[str, Keep]:
    """These fields hold codes, or other fields."""
    return dict.fromkeys(names, code)


def code(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case int() if abs(value) < NUMBER_MAX:
            return value
        case str() if CODE.fullmatch(value):
            return value
    return OMITTED


def address(value: Any) -> Any:
    """Without its query, where the values of filters stand."""
    return code(value.split("?", 1)[0]) if isinstance(value, str) else OMITTED


def redacted(*, content: bytes, media_type: str, fields: Fields, bytes_max: int) -> Any:
    """What may be kept of a JSON body, at most `bytes_max` long as JSON; None when there is no such body."""
    if not content or "json" not in media_type:
        return None
    if len(content) > READ_BYTES_MAX:
        return OMITTED
    try:
        value = decimal_json.loads(content)
    except decimal_json.BrokenJSONError:
        return OMITTED
    for items_max in ITEMS_MAX:
        kept = _value(value, fields, code, items_max, 0)
        if len(decimal_json.dumps(kept)) <= bytes_max:
            return kept
    return OMITTED


def _value(value: Any, fields: Fields, keep: Keep, items_max: int, depth: int) -> Any:
    if depth > DEPTH_MAX:
        return OMITTED
    if isinstance(value, dict):
        return {
            name: _value(item, fields, fields[name], items_max, depth + 1)
            for name, item in value.items()
            if name in fields
        }
    if isinstance(value, list):
        kept = [_value(item, fields, keep, items_max, depth + 1) for item in value[:items_max]]
        return kept if len(value) <= items_max else [*kept, OMITTED]
    return keep(value)
