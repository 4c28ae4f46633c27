"""What every tenant of the sandbox holds from the start: the same each time, in made-up companies."""

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

ENVIRONMENTS = ("Production", "Sandbox")
COMPANY_ID = "5106d0e1-0000-4000-8000-000000000001"
OTHER_COMPANY_ID = "5106d0e1-0000-4000-8000-000000000002"
COMPANIES = {
    COMPANY_ID: ("HLF", "Hørselshemmedes Landsforbund (sandbox)"),
    OTHER_COMPANY_ID: ("HLF Utleie", "Hørselshemmedes Utleie AS (sandbox)"),
}
LOCAL_CURRENCY = "NOK"
TEMPLATES = ("GENERAL", "KASSE")
"""The first one is where journals are made and looked for unless another one is named."""
PAYABLES, INPUT_TAX = "2400", "2710"
VENDORS = 500
BLOCKED_VENDOR, EURO_VENDOR = "V90001", "V90002"
TIME = "2026-01-01T00:00:00Z"
EMPTY_ID = "00000000-0000-0000-0000-000000000000"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    number: str
    name: str
    type: str = "Posting"
    direct: bool = True
    category: str = "Expense"
    tax_code: str = "INGEN"


ACCOUNTS = (
    Account(number="1000", name="Eiendeler", type="Heading", category="Assets"),
    Account(number="1500", name="Kundefordringer", direct=False, category="Assets"),
    Account(number="1920", name="Bankinnskudd", category="Assets"),
    Account(number="2400", name="Leverandørgjeld", direct=False, category="Liabilities"),
    Account(number="2710", name="Inngående merverdiavgift", direct=False, category="Assets"),
    Account(number="2910", name="Gjeld til ansatte", category="Liabilities"),
    Account(number="2990", name="Gjeld til frivillige", category="Liabilities"),
    Account(number="5330", name="Godtgjørelse til styre og tillitsvalgte"),
    Account(number="6300", name="Leie av lokale"),
    Account(number="6800", name="Kontorrekvisita", tax_code="HØY"),
    Account(number="6860", name="Møter, kurs og oppdatering"),
    Account(number="6940", name="Porto"),
    Account(number="7000", name="Reise- og bilkostnader", type="Heading"),
    Account(number="7100", name="Bilgodtgjørelse, opplysningspliktig"),
    Account(number="7130", name="Reisekostnad, opplysningspliktig"),
    Account(number="7140", name="Reisekostnad, ikke opplysningspliktig"),
    Account(number="7150", name="Diettkostnad, opplysningspliktig"),
    Account(number="7160", name="Diettkostnad, ikke opplysningspliktig"),
    Account(number="7350", name="Representasjon"),
    Account(number="7790", name="Andre kostnader"),
)
TAX_PERCENT = {"INGEN": 0, "LAV": 12, "MIDDELS": 15, "HØY": 25}
DIMENSIONS = {
    "AVD": ("Avdeling", {str(10 * n): f"Avdeling {10 * n}" for n in range(1, 21)}),
    "PROSJEKT": ("Prosjekt", {str(4200 + n): f"Prosjekt {4200 + n}" for n in range(1, 51)}),
}


def stable_id(*parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


@cache
def rows(company_id: str) -> dict[str, tuple[Row, ...]]:
    """The sets that only an administrator of the company changes. Shared by all tenants, so nobody changes
    a row."""
    return {
        "accounts": tuple(_account(company_id, account) for account in ACCOUNTS),
        "dimensions": tuple(
            _row(company_id, "dimensions", code, code=code, displayName=name)
            for code, (name, _values) in DIMENSIONS.items()
        ),
        "dimensionValues": tuple(_dimension_values(company_id)),
        "taxGroups": tuple(
            _row(company_id, "taxGroups", code, code=code, displayName=f"{percent} %", taxType="VAT")
            for code, percent in TAX_PERCENT.items()
        ),
        "currencies": (_row(company_id, "currencies", "EUR", code="EUR", displayName="Euro", symbol="€"),),
        "vendors": tuple(_vendors(company_id)),
    }


def _row(company_id: str, entity: str, key: str, **values: object) -> Row:
    return {"id": stable_id(company_id, entity, key), **values, "lastModifiedDateTime": TIME}


def _account(company_id: str, account: Account) -> Row:
    return _row(
        company_id,
        "accounts",
        account.number,
        number=account.number,
        displayName=account.name,
        category=account.category,
        subCategory="",
        blocked=False,
        accountType=account.type,
        directPosting=account.direct,
    )


def _dimension_values(company_id: str) -> list[Row]:
    return [
        _row(
            company_id,
            "dimensionValues",
            f"{code}/{value}",
            code=value,
            dimensionId=stable_id(company_id, "dimensions", code),
            displayName=name,
        )
        for code, (_name, values) in DIMENSIONS.items()
        for value, name in values.items()
    ]


def _vendors(company_id: str) -> list[Row]:
    special = {
        BLOCKED_VENDOR: {"displayName": "Sperret leverandør", "blocked": "All"},
        EURO_VENDOR: {"displayName": "Euro-leverandør", "currencyCode": "EUR"},
    }
    numbers = [*(f"V{n:05}" for n in range(1, VENDORS + 1)), *special]
    usual = {"email": "", "taxRegistrationNumber": "", "currencyCode": LOCAL_CURRENCY, "blocked": "_x0020_"}
    return [
        _row(
            company_id,
            "vendors",
            number,
            number=number,
            **({"displayName": f"Frivillig {number[1:]}"} | usual | special.get(number, {})),
            balance=0,
        )
        for number in numbers
    ]
