"""A body against the schema, as strictly as the real one: nothing is cut, guessed or passed over."""

import re
import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sluse.sandbox.business_central import schema
from sluse.sandbox.business_central.refusal import Refusal, bad_request
from sluse.sandbox.business_central.schema import Property

DATE_FORM = re.compile(r"\d{4}-\d{2}-\d{2}")


def validate(*, entity: str, body: Any, nested: tuple[str, ...] = ()) -> dict[str, Any]:
    """The body with its codes upper-cased and its children validated; `nested` names the children allowed
    here."""
    if not isinstance(body, dict):
        raise bad_request("Cannot create an instance of the entity from the request body.")
    known = schema.entities()[entity]
    clean: dict[str, Any] = {}
    for name, value in body.items():
        if name.startswith("@odata."):
            continue
        if name in nested:
            clean[name] = _children(name, value)
        elif name in known.properties:
            clean[name] = _value(known.properties[name], value)
        else:
            raise bad_request(
                f"The property '{name}' does not exist on type 'Microsoft.NAV.{known.type}'. "
                "Make sure to only use property names that are defined by the type."
            )
    return clean


def _children(name: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise bad_request(f"The property '{name}' must be an array.")
    return [validate(entity=name, body=child, nested=schema.NESTED.get(name, ())) for child in value]


def _value(known: Property, value: Any) -> Any:
    if not known.writable:
        raise bad_request(f"Control '{known.name}' is read-only.")
    if value is None:
        raise bad_request(f"The property '{known.name}' cannot be null.")
    if known.enum:
        return _choice(known, value)
    return _READERS[known.type](known, value)


def _choice(known: Property, value: Any) -> str:
    if value not in known.enum:
        options = ", ".join(known.enum)
        raise Refusal(400, "Unknown", f"'{value}' is not an option. The existing options are: {options}")
    return str(value)


def _text(known: Property, value: Any) -> str:
    if not isinstance(value, str):
        raise _cannot_convert(known, value)
    if known.length is not None and len(value) > known.length:
        raise Refusal(
            400,
            "Application_StringExceededLength",
            f"The length of the string is {len(value)}, but it must be less than or equal to {known.length} "
            f"characters. Value: {value}",
        )
    return value


def _code(known: Property, value: Any) -> str:
    return _text(known, value).strip().upper()


def _date(known: Property, value: Any) -> str:
    try:
        if not (isinstance(value, str) and DATE_FORM.fullmatch(value)):
            raise _cannot_convert(known, value)
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _cannot_convert(known, value) from error


def _guid(known: Property, value: Any) -> str:
    try:
        return str(uuid.UUID(value))
    except (ValueError, TypeError, AttributeError) as error:
        raise _cannot_convert(known, value) from error


def _decimal(known: Property, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _cannot_convert(known, value)
    return Decimal(value)


def _int(known: Property, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _cannot_convert(known, value)
    return value


def _bool(known: Property, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _cannot_convert(known, value)
    return value


def _stream(known: Property, _value: Any) -> Any:
    raise bad_request(f"The property '{known.name}' is a stream, and is sent alone.")


def _cannot_convert(known: Property, value: Any) -> Refusal:
    shown = str(value)[:100]
    return bad_request(f"Cannot convert the literal '{shown}' to the expected type of '{known.name}'.")


_READERS: Mapping[str, Any] = {
    "text": _text,
    "code": _code,
    "date": _date,
    "datetime": _text,
    "guid": _guid,
    "decimal": _decimal,
    "int": _int,
    "bool": _bool,
    "stream": _stream,
}
