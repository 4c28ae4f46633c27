"""Listings of the API, a page at a time."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from pydantic import Field

from sluse.organizations import keyset

Limit = Annotated[int, Field(ge=1, le=500, description="How many items at most.")]
Cursor = Annotated[str, Field(description="`next_cursor` of the page before.")]
LIMIT = 100

Row = TypeVar("Row", bound=Model)


def page(
    *,
    rows: QuerySet[Row],
    order: tuple[str, ...],
    cursor: str,
    limit: int,
    present: Callable[[Row], Any],
) -> dict[str, Any]:
    found, next_cursor = keyset.cut(rows=rows, order=order, cursor=cursor, limit=limit)
    return {"items": [present(row) for row in found], "next_cursor": next_cursor}
