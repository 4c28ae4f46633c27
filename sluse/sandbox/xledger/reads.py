"""One page of a list: filtered, in the order of the ids, and `edges: null` when there is nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sluse.sandbox.xledger import refusal
from sluse.sandbox.xledger.seed import Row

FIRST_DEFAULT = 50


def page(
    *,
    rows: Sequence[Row],
    rows_max: int,
    first: int | None,
    after: str | None,
    condition: Mapping[str, Any] | None,
) -> dict[str, Any]:
    wanted = [row for row in rows if _matches(row, condition or {})]
    start = _start(wanted, after)
    count = min(FIRST_DEFAULT if first is None else first, rows_max)
    here = wanted[start : start + count]
    return {
        "edges": [{"cursor": str(row["dbId"]), "node": row} for row in here] or None,
        "pageInfo": {"hasNextPage": start + count < len(wanted), "hasPreviousPage": start > 0},
    }


def fields(condition: Mapping[str, Any] | None) -> set[str]:
    """What a filter filters by."""
    found: set[str] = set()
    for name, wanted in (condition or {}).items():
        if name in {"AND", "OR"}:
            found.update(*map(fields, wanted))
        else:
            found.add(name)
    return found


def _start(rows: Sequence[Row], after: str | None) -> int:
    if after is None:
        return 0
    for position, row in enumerate(rows, start=1):
        if str(row["dbId"]) == after:
            return position
    raise refusal.invalid(f"after: No such cursor '{after}'.")


def _matches(row: Row, condition: Mapping[str, Any]) -> bool:
    return all(_holds(row, name, wanted) for name, wanted in condition.items())


def _holds(row: Row, name: str, wanted: Any) -> bool:
    if name == "AND":
        return all(_matches(row, one) for one in wanted)
    if name == "OR":
        return any(_matches(row, one) for one in wanted)
    field, _, suffix = name.partition("_")
    value = row.get(field)
    match suffix:
        case "":
            return str(value) == str(wanted)
        case "in":
            return str(value) in {str(one) for one in wanted}
    return value is not None and str(value) >= str(wanted)
