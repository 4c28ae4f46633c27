"""JSON with exact decimals in both directions: an amount never passes through a float."""

import json
from decimal import Decimal
from typing import Any


class BrokenJSONError(ValueError):
    """This is not JSON, or holds what JSON does not."""


def loads(content: bytes) -> Any:
    """Numbers with a fraction become `Decimal`. Answers are hostile input: depth and form are checked too."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BrokenJSONError("The answer is not JSON.") from error


def dumps(value: Any) -> bytes:
    return _text(value).encode()


def _text(value: Any) -> str:
    match value:
        case Decimal():
            return f"{value:f}"
        case dict():
            return (
                "{" + ",".join(f"{json.dumps(str(key))}:{_text(item)}" for key, item in value.items()) + "}"
            )
        case list() | tuple():
            return "[" + ",".join(map(_text, value)) + "]"
        case None | bool() | int() | str():
            return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"{type(value).__name__} has no exact form in JSON.")


def _refuse(constant: str) -> Any:
    raise BrokenJSONError(f"{constant} is not a number in JSON.")
