"""How the demo's organizations are tied to the sandboxes: one on Business Central, one on Xledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sluse.sandbox import business_central, xledger
from sluse.up.demo_people import BLINDEFORBUNDET, HLF, LEADER, XLEDGER_LEADER

ACCOUNTS = {
    "mileage": "7100",
    "passenger_supplement": "7100",
    "toll": "7140",
    "parking": "7140",
    "public_transport": "7140",
    "meals": "7160",
    "lodging": "7140",
    "honorarium": "5330",
    "other": "7790",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoConnector:
    """`by`: the address of who set it up."""

    organization: str
    by: str
    kind: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str]
    dimension_codes: Mapping[str, str]

    @property
    def mapping(self) -> dict[str, Any]:
        return {
            "expense_types": {name: {"account": account} for name, account in ACCOUNTS.items()},
            "dimension_codes": dict(self.dimension_codes),
        }


ON_BUSINESS_CENTRAL = DemoConnector(
    organization=HLF.slug,
    by=LEADER.email,
    kind="business_central",
    settings={
        "tenant_id": "5106d0e1-1111-4000-8000-00000000d3e0",
        "environment": "Production",
        "company_id": business_central.COMPANY_ID,
        "document": "purchase_invoice",
        "post": True,
    },
    credentials={
        "client_id": "5106d0e1-2222-4000-8000-00000000d3e0",
        "client_secret": business_central.CLIENT_SECRET,
    },
    dimension_codes={"cost_centre": "AVD", "project": "PROSJEKT"},
)
ON_XLEDGER = DemoConnector(
    organization=BLINDEFORBUNDET.slug,
    by=XLEDGER_LEADER.email,
    kind="xledger",
    settings={"environment": "production", "owner": xledger.ENTITY},
    credentials={"token": xledger.token_of(entity=xledger.ENTITY)},
    dimension_codes={"cost_centre": "glObject1", "project": "project"},
)
CONNECTORS = (ON_BUSINESS_CENTRAL, ON_XLEDGER)
