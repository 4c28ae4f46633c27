"""Somebody who calls the sandbox as plainly as can be."""

import uuid
from types import TracebackType
from typing import Any, Self

import httpx2

from sluse.sandbox.business_central.seed import COMPANY_ID
from sluse.sandbox.remote import Remote
from sluse.sandbox.tokens import CLIENT_SECRET

COMPANY = f"companies({COMPANY_ID})"
FORM = {
    "grant_type": "client_credentials",
    "client_id": "0c11e17a-0000-4000-8000-000000000001",
    "client_secret": CLIENT_SECRET,
    "scope": "https://api.businesscentral.dynamics.com/.default",
}


class Caller:
    def __init__(self, *, base: str, tenant: str = "") -> None:
        self.tenant = tenant or str(uuid.uuid4())
        self.remote = Remote(base=base)
        self.client = httpx2.Client(base_url=base, trust_env=False, timeout=10)
        self.token = self.sign_in().json()["access_token"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def sign_in(self, **changes: str) -> httpx2.Response:
        return self.client.post(f"/{self.tenant}/oauth2/v2.0/token", data=FORM | changes)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        environment: str = "Production",
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        known = {"authorization": f"Bearer {self.token}", "accept": "application/json"}
        return self.client.request(
            method,
            f"/v2.0/{self.tenant}/{environment}/api/v2.0/{path}",
            json=body,
            headers=known | (headers or {}),
        )

    def create(self, reference: str = "R1", **changes: Any) -> httpx2.Response:
        return self.call("POST", f"{COMPANY}/purchaseInvoices", invoice(reference, **changes))

    def post(self, invoice_id: str) -> httpx2.Response:
        return self.call("POST", f"{COMPANY}/purchaseInvoices({invoice_id})/Microsoft.NAV.post")

    def batch(self, *bodies: Any, **headers: str) -> list[dict[str, Any]]:
        """A batch that creates an invoice of each body; answers in the order of the bodies."""
        requests = [creation(body, number) for number, body in enumerate(bodies)]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.call("POST", "$batch", {"requests": requests}, headers=named)
        return sorted(answer.json()["responses"], key=lambda one: int(one["id"]))

    def drafts(self) -> list[str]:
        return [row["vendorInvoiceNumber"] for row in self.remote.vouchers(tenant=self.tenant)]


def invoice(reference: str = "R1", **changes: Any) -> dict[str, Any]:
    return {
        "vendorNumber": "V00001",
        "vendorInvoiceNumber": reference,
        "invoiceDate": "2026-11-14",
        "postingDate": "2026-11-20",
        "purchaseInvoiceLines": [line()],
    } | changes


def line(**changes: Any) -> dict[str, Any]:
    return {"lineType": "Account", "lineObjectNumber": "7140", "quantity": 1, "unitCost": 56.25} | changes


def creation(body: Any, number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "method": "POST",
        "url": f"{COMPANY}/purchaseInvoices",
        "headers": {"Content-Type": "application/json"},
        "body": body,
    }
