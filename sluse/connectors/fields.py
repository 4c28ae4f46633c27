"""How a connector describes its settings and credentials: the form, the API and the checks are made of it.
Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

TEXT_CHARACTERS_MAX = 500
"""No identifier or secret of any accounting system is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`pattern` must match the whole value, and `wrong` says what is expected when it doesn't. A field
    with `choices` holds one of their values, which may be booleans."""

    name: str
    label: str | Promise
    help: str | Promise = ""
    required: bool = True
    secret: bool = False
    choices: tuple[tuple[Any, str | Promise], ...] = ()
    pattern: str | None = None
    wrong: str | Promise = ""
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`identity` names the settings that pin the company: another value makes the connection test stale."""

    settings: tuple[Field, ...]
    credentials: tuple[Field, ...]
    identity: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    path: str
    code: str
    detail: str


def with_defaults(config: Config, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting there is, as it is stored: text without outer blanks, choices as the value they stand
    for."""
    return {field.name: _stored(field, settings.get(field.name)) for field in config.settings}


def problems(
    *, config: Config, settings: Mapping[str, Any], credentials: Mapping[str, Any]
) -> list[FieldProblem]:
    """Everything that is wrong; what is only missing has the code `required`."""
    return [
        *_problems("settings", config.settings, settings),
        *_problems("credentials", config.credentials, credentials),
    ]


def _problems(group: str, fields: tuple[Field, ...], values: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for name in sorted(set(values) - {field.name for field in fields}):
        yield FieldProblem(path=f"{group}.{name}", code="unknown_field", detail=_("There is no such field."))
    for field in fields:
        found = _problem(field, values.get(field.name))
        if found is not None:
            code, detail = found
            yield FieldProblem(path=f"{group}.{field.name}", code=code, detail=detail)


def _problem(field: Field, value: Any) -> tuple[str, str] | None:
    if _is_empty(value):
        missing = field.required and field.default is None
        return ("required", _("%(label)s is missing.") % {"label": field.label}) if missing else None
    if field.choices:
        return None if _chosen(field, value) else ("choice", str(field.wrong) or _choices_in_words(field))
    if not isinstance(value, str) or not value.strip().isprintable():
        return "text", _("Write this as one line of text.")
    if len(value.strip()) > TEXT_CHARACTERS_MAX:
        return "too_long", _("Write at most %(max)s characters.") % {"max": TEXT_CHARACTERS_MAX}
    if field.pattern and not re.fullmatch(field.pattern, value.strip()):
        return "form", str(field.wrong) or _("%(label)s has the wrong form.") % {"label": field.label}
    return None


def _stored(field: Field, value: Any) -> Any:
    if _is_empty(value):
        return field.default
    if field.choices:
        return next(iter(_chosen(field, value)), value)
    return value.strip() if isinstance(value, str) else value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _chosen(field: Field, value: Any) -> list[Any]:
    """A form sends a boolean as the word `True`, the API as a boolean."""
    return [choice for choice, _label in field.choices if str(choice).lower() == str(value).lower()]


def _choices_in_words(field: Field) -> str:
    words = ", ".join(str(label) for _value, label in field.choices)
    return _("Choose one of: %(choices)s.") % {"choices": words}
