"""The part of OData's query language that is answered: `$filter`, `$select`, `$expand`, `$top`, and paging.

What is not understood is refused: a filter that was passed over would make a look-up find too much.
"""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus

from sluse.sandbox.business_central import schema
from sluse.sandbox.business_central.refusal import bad_request
from sluse.sandbox.business_central.world import Body

CLAUSE = re.compile(r"\s*(\w+)\s+(eq|ne|gt|ge|lt|le)\s+('(?:[^']|'')*'|[^\s']+)\s*")
JOINT = re.compile(r"(and|or)\b")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
COMPUTED = {"totalAmountExcludingTax", "totalTaxAmount", "totalAmountIncludingTax", "balance"}
KNOWN = {"$filter", "$select", "$expand", "$top", "$skiptoken", "$schemaversion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    name: str
    comparison: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    clauses: tuple[Clause, ...] = ()
    any_of: bool = False
    select: tuple[str, ...] = ()
    expand: dict[str, Any]
    top: int | None = None
    skip: int = 0

    def equal(self, name: str) -> Any:
        """What the property must be equal to, or None where the filter leaves it open."""
        if self.any_of:
            return None
        return next((c.value for c in self.clauses if (c.name, c.comparison) == (name, "eq")), None)

    def matches(self, row: Body) -> bool:
        found = [COMPARE[clause.comparison](row.get(clause.name), clause.value) for clause in self.clauses]
        return not found or (any(found) if self.any_of else all(found))

    def cut(self, row: Body) -> Body:
        if not self.select:
            return row
        keep = {"@odata.etag", *self.select, *self.expand}
        return {name: value for name, value in row.items() if name in keep}


def parse(*, text: str, entity: str) -> Query:
    options = dict(_options(text))
    unknown = sorted(set(options) - KNOWN)
    if unknown:
        raise bad_request(f"The query parameter '{unknown[0]}' is not supported.")
    clauses, any_of = _filter(options.get("$filter", ""), entity)
    select = tuple(name for name in options.get("$select", "").split(",") if name)
    for name in select:
        _must_exist(name, entity)
    return Query(
        clauses=clauses,
        any_of=any_of,
        select=select,
        expand=_expand(options.get("$expand", ""), entity),
        top=_number(options, "$top"),
        skip=_number(options, "$skiptoken") or 0,
    )


def page(*, rows: Iterable[Body], query: Query, rows_max: int, address: str) -> Body:
    """`address` is that of the set, with its query; the rest of its rows stand behind `@odata.nextLink`."""
    found = [row for row in rows if query.matches(row)]
    last = query.skip + rows_max
    wanted = found[query.skip : last if query.top is None else min(last, query.skip + query.top)]
    body: Body = {"value": [query.cut(row) for row in wanted]}
    if query.top is None and len(found) > last:
        body["@odata.nextLink"] = _further(address, last)
    return body


def _further(address: str, skip: int) -> str:
    """The same question, from another row on."""
    path, _, text = address.partition("?")
    kept = [part for part in text.split("&") if part and not part.startswith("$skiptoken=")]
    return f"{path}?{'&'.join([*kept, f'$skiptoken={skip}'])}"


def _options(text: str) -> Iterable[tuple[str, str]]:
    for part in filter(None, text.split("&")):
        name, _, value = part.partition("=")
        yield unquote_plus(name), unquote_plus(value)


def _filter(text: str, entity: str) -> tuple[tuple[Clause, ...], bool]:
    clauses: list[Clause] = []
    joints: set[str] = set()
    position = 0
    while position < len(text):
        found = CLAUSE.match(text, position)
        if found is None:
            raise bad_request(f"Syntax error at position {position} in '{text}'.")
        _must_exist(found[1], entity)
        if found[1] in COMPUTED:
            raise bad_request(f"The property '{found[1]}' cannot be used in the $filter query option.")
        clauses.append(Clause(name=found[1], comparison=found[2], value=_literal(found[3])))
        position = found.end()
        joint = JOINT.match(text, position)
        if joint is None and position < len(text):
            raise bad_request(f"Syntax error at position {position} in '{text}'.")
        if joint is not None:
            joints.add(joint[1])
            position = joint.end()
    if "or" in joints and (len(joints) > 1 or len({clause.name for clause in clauses}) > 1):
        raise bad_request("An 'or' across different fields is not supported in $filter.")
    return tuple(clauses), joints == {"or"}


def _literal(text: str) -> Any:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return Decimal(text)
    return text.lower()


def _expand(text: str, entity: str) -> dict[str, Any]:
    """`a,b($expand=c)` → {"a": {}, "b": {"c": {}}}"""
    found: dict[str, Any] = {}
    for name, inner in re.findall(r"(\w+)(?:\(\$expand=([^()]*)\))?", text):
        if name not in schema.NESTED.get(entity, ()):
            type_name = schema.entities()[entity].type
            raise bad_request(
                f"Could not find a property named '{name}' on type 'Microsoft.NAV.{type_name}'."
            )
        found[name] = _expand(inner, name) if inner else {}
    return found


def _must_exist(name: str, entity: str) -> None:
    if name not in schema.entities()[entity].properties:
        type_name = schema.entities()[entity].type
        raise bad_request(f"Could not find a property named '{name}' on type 'Microsoft.NAV.{type_name}'.")


def _number(options: dict[str, str], name: str) -> int | None:
    if name not in options:
        return None
    if not options[name].isdecimal():
        raise bad_request(f"'{name}' must be a whole number.")
    return int(options[name])
