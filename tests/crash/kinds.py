"""Each kind of accounting system as the crash sweep knows it: how an organization is tied to it, and what it holds."""

import itertools
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from starlette.types import ASGIApp

from sluse.sandbox import business_central, finance, xledger
from tests import ledger, scene

_numbers = itertools.count(7_100_001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`connector` is the product's name for it; `addresses`: the settings that say where it is; `environment`: the variable
    of each."""

    name: str
    connector: str
    sandbox: Callable[[], ASGIApp]
    addresses: Callable[[str], dict[str, str]]
    environment: Mapping[str, str]
    tenant: Callable[[], str]
    settings: Callable[[str], Mapping[str, Any]]
    credentials: Callable[[str], Mapping[str, str]]
    mapping: Mapping[str, Any]
    reference: str
    posted: Callable[[Mapping[str, Any]], bool]
    ore: Callable[[Mapping[str, Any]], int] = lambda voucher: int(Decimal(voucher["total"]) * 100)
    takes_files: bool = True
    posts_by_itself: bool = True


INVOICES = Kind(
    name="business_central",
    connector="business_central",
    sandbox=business_central.create,
    addresses=lambda base: {"BUSINESS_CENTRAL_API_URL": base, "BUSINESS_CENTRAL_LOGIN_URL": base},
    environment={
        "BUSINESS_CENTRAL_API_URL": "SLUSE_BC_API_URL",
        "BUSINESS_CENTRAL_LOGIN_URL": "SLUSE_BC_LOGIN_URL",
    },
    tenant=lambda: str(uuid.uuid4()),
    settings=scene.connector_settings,
    credentials=lambda _tenant: scene.credentials(),
    mapping=scene.MAPPING,
    reference="vendorInvoiceNumber",
    posted=lambda voucher: voucher["status"] == "Open",
    posts_by_itself=False,
)
JOURNALS = replace(
    INVOICES,
    name="business_central_journals",
    settings=lambda tenant: scene.connector_settings(tenant, ledger.JOURNAL),
    ore=ledger.ore,
)
XLEDGER = Kind(
    name="xledger",
    connector="xledger",
    sandbox=xledger.create,
    addresses=lambda base: {"XLEDGER_URL": f"{base}/graphql"},
    environment={"XLEDGER_URL": "SLUSE_XLEDGER_URL"},
    tenant=lambda: str(next(_numbers)),
    settings=lambda tenant: {"owner": tenant},
    credentials=lambda tenant: {"token": xledger.token_of(entity=tenant)},
    mapping=scene.XLEDGER_MAPPING,
    reference="invoiceNumber",
    posted=lambda voucher: voucher["state"] == "posted",
)
FINANCE = Kind(
    name="finance",
    connector="finance",
    sandbox=finance.create,
    addresses=lambda base: {"FINANCE_URL": f"{base}/{{environment}}", "BUSINESS_CENTRAL_LOGIN_URL": base},
    environment={"FINANCE_URL": "SLUSE_FINANCE_URL", "BUSINESS_CENTRAL_LOGIN_URL": "SLUSE_BC_LOGIN_URL"},
    tenant=lambda: f"sluse-{next(_numbers)}",
    settings=lambda tenant: {
        "tenant_id": "5106d0e1-3333-4000-8000-00000000d3e0",
        "environment": tenant,
        "legal_entity": finance.LEGAL_ENTITY,
        "journal_name": finance.JOURNAL_NAME,
        "dimension_format": "MainAccount-CostCenter-Project-Fund",
    },
    credentials=lambda _tenant: {
        "client_id": scene.CLIENT_ID,
        "client_secret": finance.CLIENT_SECRET,
    },
    mapping=scene.MAPPING
    | {
        "expense_types": {
            "mileage": {"account": "7100", "dimensions": {"CostCenter": "10"}},
            "toll": {"account": "7140"},
        },
        "dimension_codes": {"cost_centre": "CostCenter", "project": "Project"},
    },
    reference="reference",
    posted=lambda voucher: voucher["state"] == "posted",
    takes_files=False,
)
KINDS = (INVOICES, JOURNALS, XLEDGER, FINANCE)


def held(*, kind: Kind, vouchers: list[dict[str, Any]]) -> Iterator[tuple[str, int, bool]]:
    """Of each voucher there: our reference, its sum in øre, and whether it is in the ledger."""
    for voucher in vouchers:
        yield str(voucher[kind.reference]), kind.ore(voucher), kind.posted(voucher)
