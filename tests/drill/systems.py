"""The accounting systems of the drill: how an organization is tied to each, and what each holds when it is over."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.types import ASGIApp

from sluse.sandbox import business_central, finance, xledger
from sluse.sandbox.remote import Remote

ENTITY = "7000077"
ENVIRONMENT = "sluse-drill"
TENANT = str(uuid.UUID("5f4c1c8a-3c1e-4f6e-9a59-0d8f7a1c2b3d"))
CLIENT_ID = "0c11e17a-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """`variables` are told to Sluse of the sandbox's address; `reference_field` names where it keeps our reference."""

    name: str
    tenant: str
    create: Callable[[], ASGIApp]
    variables: Callable[[str], dict[str, str]]
    connector: Mapping[str, Any]
    mapping: Mapping[str, Any]
    reference_field: str
    has_job: bool


def _mapping(cost_centre: str, project: str) -> dict[str, Any]:
    return {
        "expense_types": {
            "mileage": {"account": "7100", "dimensions": {cost_centre: "10"}},
            "toll": {"account": "7140"},
        },
        "credit": {"account": None},
        "dimension_codes": {"cost_centre": cost_centre, "project": project},
    }


SYSTEMS = {
    "business-central": System(
        name="Business Central",
        tenant=TENANT,
        create=business_central.create,
        variables=lambda base: {"SLUSE_BC_API_URL": base, "SLUSE_BC_LOGIN_URL": base},
        connector={
            "kind": "business_central",
            "settings": {
                "tenant_id": TENANT,
                "environment": "Production",
                "company_id": business_central.COMPANY_ID,
                "document": "purchase_invoice",
                "post": True,
            },
            "credentials": {"client_id": CLIENT_ID, "client_secret": business_central.CLIENT_SECRET},
        },
        mapping=_mapping("AVD", "PROSJEKT"),
        reference_field="vendorInvoiceNumber",
        has_job=False,
    ),
    "xledger": System(
        name="Xledger",
        tenant=ENTITY,
        create=xledger.create,
        variables=lambda base: {"SLUSE_XLEDGER_URL": f"{base}/graphql"},
        connector={
            "kind": "xledger",
            "settings": {"owner": ENTITY},
            "credentials": {"token": xledger.token_of(entity=ENTITY)},
        },
        mapping=_mapping("glObject1", "project"),
        reference_field="invoiceNumber",
        has_job=True,
    ),
    "finance": System(
        name="Finance",
        tenant=ENVIRONMENT,
        create=finance.create,
        variables=lambda base: {
            "SLUSE_FINANCE_URL": f"{base}/{{environment}}",
            "SLUSE_BC_LOGIN_URL": base,
        },
        connector={
            "kind": "finance",
            "settings": {
                "tenant_id": TENANT,
                "environment": ENVIRONMENT,
                "legal_entity": finance.LEGAL_ENTITY,
                "journal_name": finance.JOURNAL_NAME,
                "dimension_format": "MainAccount-CostCenter-Project-Fund",
            },
            "credentials": {"client_id": CLIENT_ID, "client_secret": finance.CLIENT_SECRET},
        },
        mapping=_mapping("CostCenter", "Project"),
        reference_field="reference",
        has_job=True,
    ),
}


def held(*, system: System, remote: Remote) -> tuple[Counter[str], dict[str, int]]:
    """How many vouchers, and how many øre in all, by reference."""
    copies: Counter[str] = Counter()
    totals: dict[str, int] = {}
    for one in remote.vouchers(tenant=system.tenant):
        reference = str(one[system.reference_field])
        copies[reference] += 1
        totals[reference] = totals.get(reference, 0) + int(Decimal(one["total"]) * 100)
    return copies, totals
