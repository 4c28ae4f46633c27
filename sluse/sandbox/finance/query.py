"""`$filter`, `$select` and pages, as much of OData as is documented to be needed; everything else is refused."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from sluse.sandbox.finance.refusal import RefusedError
from sluse.sandbox.finance.seed import DEFAULT_LEGAL_ENTITY, Row

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<enum>Microsoft\.Dynamics\.DataEntities\.\w+'\w+')"
    r"|(?P<date>\d{4}-\d\d-\d\d(?:T[\d:]+Z)?)|(?P<mark>[()])|(?P<word>\w+))"
)
OPTIONS = {"$filter", "$select", "$top", "$count", "cross-company", "$skiptoken"}
PROPERTIES = {
    "LegalEntities": {"LegalEntityId", "Name"},
    "MainAccounts": {"MainAccountId", "Name", "MainAccountType", "ChartOfAccounts"},
    "DimensionAttributes": {"DimensionName"},
    "FinancialDimensionValues": {"FinancialDimension", "DimensionValue", "Description"},
    "VendorsV3": {"dataAreaId", "VendorAccountNumber"},
}
Test = Callable[[Row], bool]


def page(*, rows: list[Row], properties: set[str], text: str, rows_max: int, address: str) -> dict[str, Any]:
    """What the query's text asks for, and where the next page is when there is one."""
    options = dict(parse_qsl(text, keep_blank_values=True))
    unknown = set(options) - OPTIONS
    if unknown:
        raise RefusedError(f"The query option '{min(unknown)}' is not supported.")
    if options.get("cross-company") != "true":
        rows = [row for row in rows if row.get("dataAreaId", DEFAULT_LEGAL_ENTITY) == DEFAULT_LEGAL_ENTITY]
    if "$filter" in options:
        passes = _Filter(options["$filter"], properties).whole()
        rows = [row for row in rows if passes(row)]
    first = int(options.get("$skiptoken", 0))
    size = min(rows_max, int(options.get("$top", rows_max)))
    found: dict[str, Any] = {"value": [_selected(row, options) for row in rows[first : first + size]]}
    if first + size < len(rows) and "$top" not in options:
        rest = {**options, "$skiptoken": str(first + size)}
        asked = "&".join(f"{name}={quote(value)}" for name, value in rest.items())
        found["@odata.nextLink"] = f"{address}?{asked}"
    return found


def _selected(row: Row, options: dict[str, str]) -> Row:
    if "$select" not in options:
        return row
    names = {"@odata.etag", *options["$select"].split(",")}
    return {name: value for name, value in row.items() if name in names}


class _Filter:
    """A small descent: `or` of `and` of comparisons and parentheses."""

    def __init__(self, text: str, properties: set[str]) -> None:
        self._tokens = self._read(text)
        self._properties = properties
        self._position = 0

    def whole(self) -> Test:
        test = self._either()
        if self._position != len(self._tokens):
            raise RefusedError("The filter is not understood.")
        return test

    @staticmethod
    def _read(text: str) -> list[str]:
        tokens, position = [], 0
        while position < len(text.rstrip()):
            found = TOKEN.match(text, position)
            if found is None:
                raise RefusedError(f"Syntax error at position {position} in the filter.")
            tokens.append(found[0].strip())
            position = found.end()
        return tokens

    def _next(self) -> str:
        self._position += 1
        return self._tokens[self._position - 1] if self._position <= len(self._tokens) else ""

    def _is(self, word: str) -> bool:
        is_it = self._tokens[self._position : self._position + 1] == [word]
        self._position += is_it
        return is_it

    def _either(self) -> Test:
        tests = [self._both()]
        while self._is("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._is("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._is("("):
            test = self._either()
            if not self._is(")"):
                raise RefusedError("A parenthesis is missing in the filter.")
            return test
        name, operator, value = self._next(), self._next(), self._next()
        if name not in self._properties:
            raise RefusedError(f"Could not find a property named '{name}'.")
        if operator not in {"eq", "ge", "le"} or not value:
            raise RefusedError(f"The operator '{operator}' is not understood.")
        return _comparison(name, operator, _value(value))


def _value(text: str) -> str:
    inner = text[text.index("'") + 1 : -1] if text.endswith("'") else text
    return inner.replace("''", "'")


def _comparison(name: str, operator: str, value: str) -> Test:
    def test(row: Row) -> bool:
        found = str(row.get(name, ""))
        if operator == "eq":
            return found.lower() == value.lower()
        return found[:10] >= value[:10] if operator == "ge" else found[:10] <= value[:10]

    return test
