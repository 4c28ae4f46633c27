"""What every entity of the sandbox holds from the start: the same each time, in a made-up company."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

ENTITY = "4200100"
NAME = "Norges Blindeforbund (sandbox)"
TOKEN = re.compile(r"sandbox-token-([1-9]\d{4,9})")
SUBLEDGERS = 500
SOURCES = ("GL", "UB")
CURRENCIES = ("NOK", "EUR")
TAX_KIND, TAX_KIND_ID, OTHER_KIND_ID = "TAX_RULE", "1402", "1501"
ZONE = ZoneInfo("Europe/Oslo")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    code: str
    name: str
    posting: bool = True
    has_subledger: bool = False


ACCOUNTS = (
    Account(code="1000", name="Eiendeler", posting=False),
    Account(code="1920", name="Bankinnskudd"),
    Account(code="2400", name="Leverandørgjeld", has_subledger=True),
    Account(code="2910", name="Gjeld til ansatte og frivillige", has_subledger=True),
    Account(code="2990", name="Annen kortsiktig gjeld"),
    Account(code="5330", name="Godtgjørelse til styre og tillitsvalgte"),
    Account(code="6800", name="Kontorrekvisita"),
    Account(code="7000", name="Reise- og bilkostnader", posting=False),
    Account(code="7100", name="Bilgodtgjørelse, opplysningspliktig"),
    Account(code="7130", name="Reisekostnad, opplysningspliktig"),
    Account(code="7140", name="Reisekostnad, ikke opplysningspliktig"),
    Account(code="7160", name="Diettkostnad, ikke opplysningspliktig"),
    Account(code="7790", name="Andre kostnader"),
)
TAX_RULES = {
    "0": "Ingen mva",
    "1": "Inngående mva 25 %",
    "11": "Inngående mva 15 %",
    "13": "Inngående mva 12 %",
}
OBJECTS = {str(10 * number): f"Avdeling {10 * number}" for number in range(1, 21)}
"""Values of the one dimension that the entity has behind glObject1."""
PROJECTS = {str(4200 + number): f"Prosjekt {4200 + number}" for number in range(1, 51)}


def now() -> str:
    """As Xledger writes it: Norwegian wall time, without an offset."""
    return datetime.now(tz=ZONE).strftime("%Y-%m-%dT%H:%M:%S")


def token_of(*, entity: str) -> str:
    return f"sandbox-token-{entity}"


def rows(*, entity: str) -> dict[str, list[Row]]:
    """The master data of one entity, by the field that lists it."""
    subledgers = {f"V{number:05}": f"Frivillig {number:05}" for number in range(1, SUBLEDGERS + 1)}
    taxes, objects = _values(TAX_RULES, 5_000), _values(OBJECTS, 6_000)
    found = {
        "accounts": [
            {"dbId": 1_000 + at, "code": one.code, "description": one.name, "posting": one.posting}
            for at, one in enumerate(ACCOUNTS)
        ],
        "projects": [row | {"allowPosting": True} for row in _values(PROJECTS, 7_000)],
        "subledgers": _values(subledgers, 20_000),
        "objectKinds": [
            {"dbId": TAX_KIND_ID, "name": TAX_KIND},
            {"dbId": OTHER_KIND_ID, "name": "AVDELING"},
        ],
        "objectValues": [
            *(row | {"objectKindDbId": int(TAX_KIND_ID)} for row in taxes),
            *(row | {"objectKindDbId": int(OTHER_KIND_ID)} for row in objects),
        ],
    }
    return {name: [row | {"ownerDbId": int(entity)} for row in table] for name, table in found.items()}


def _values(named: dict[str, str], first_id: int) -> list[Row]:
    return [
        {"dbId": first_id + at, "code": code, "description": name}
        for at, (code, name) in enumerate(named.items())
    ]
