"""Listings a page at a time. The cursor names the last row shown, so that new rows neither repeat nor skip any, and the
hundred-thousandth page costs what the first one does."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from sluse.organizations.errors import FieldError, InvalidError

NEWEST = ("-created_at", "-id")
OLDEST = ("created_at", "id")
NEWEST_ENTRY = ("-sequence",)
BY_NAME = ("name", "id")

Row = TypeVar("Row", bound=Model)


def cut(
    *, rows: QuerySet[Row], order: tuple[str, ...], cursor: str, limit: int
) -> tuple[list[Row], str | None]:
    found = list(after(rows=rows, order=order, cursor=cursor)[: limit + 1])
    shown = found[:limit]
    return shown, cursor_of(row=shown[-1], order=order) if len(found) > limit else None


def after(*, rows: QuerySet[Row], order: tuple[str, ...], cursor: str) -> QuerySet[Row]:
    ordered = rows.order_by(*order)
    return ordered.filter(_beyond(order, _values(cursor, order))) if cursor else ordered


def cursor_of(*, row: object, order: tuple[str, ...]) -> str:
    values = json.loads(json.dumps([getattr(row, _name(part)) for part in order], cls=_Exact))
    return signing.dumps(values, salt=_salt(order))


class _Exact(DjangoJSONEncoder):
    """Django's own cuts times to milliseconds, and a cursor must not."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _values(cursor: str, order: tuple[str, ...]) -> Sequence[Any]:
    try:
        values: list[Any] = signing.loads(cursor, salt=_salt(order))
    except signing.BadSignature as error:
        detail = _("This is not a cursor of this listing. Begin again without one.")
        errors = [FieldError(path="cursor", code="cursor", detail=detail)]
        raise InvalidError(detail, code="cursor", errors=errors) from error
    return values


def _beyond(order: tuple[str, ...], values: Sequence[Any]) -> Q:
    """Row comparison spelled out: beyond in the first field, or equal there and beyond in the next."""
    condition, equal = Q(pk__in=[]), Q()
    for part, value in zip(order, values, strict=True):
        lookup = "lt" if part.startswith("-") else "gt"
        condition |= equal & Q(**{f"{_name(part)}__{lookup}": value})
        equal &= Q(**{_name(part): value})
    return condition


def _name(part: str) -> str:
    return part.removeprefix("-")


def _salt(order: tuple[str, ...]) -> str:
    return "sluse.cursor:" + ",".join(order)
