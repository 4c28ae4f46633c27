"""Every request that the journeys send, property by property, against the table of what Business Central knows."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings as DjangoSettings

from sluse.connectors import http
from sluse.connectors.base import Attachment, Delivered, Posted
from sluse.connectors.business_central.tests.harness import (
    DraftHarness,
    Harness,
    JournalDraftHarness,
    JournalHarness,
    opened,
    voucher,
)
from sluse.connectors.http import Request
from sluse.sandbox.business_central import query, schema
from sluse.sandbox.business_central.refusal import Refusal
from sluse.sandbox.business_central.validate import validate

Sent = tuple[str, str, Any]
"""Method, address behind the company, body."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """What passes the door, as it is on the wire."""
    found: list[Sent] = []
    receive = http.Door._receive

    async def keep(door: http.Door, request: Request, correlation_id: str) -> http.Answer:
        found.extend(operations(request))
        return await receive(door, request, correlation_id)

    monkeypatch.setattr(http.Door, "_receive", keep)
    return found


def operations(request: Request) -> Iterator[Sent]:
    path = request.url.partition("/api/v2.0/")[2]
    if path == "$batch":
        for one in json.loads(request.content, parse_float=Decimal)["requests"]:
            yield one["method"], one["url"].partition("/")[2], one.get("body")
    elif path:
        yield request.method, path.partition("/")[2], None


def check(one: Sent) -> None:
    """Raises `Refusal` for whatever is not in the table."""
    method, address, body = one
    path, _, options = address.partition("?")
    names = [segment.partition("(")[0] for segment in path.split("/") if segment]
    entity = next((name for name in reversed(names) if name in schema.entities()), "companies")
    query.parse(text=options, entity=entity)
    if body is None:
        return
    assert method in {"POST", "PATCH"}
    validate(entity=entity, body=body, nested=schema.NESTED.get(entity, ()))


@pytest.mark.parametrize("kind", [Harness, DraftHarness, JournalHarness, JournalDraftHarness])
@pytest.mark.parametrize("nests", [True, False])
@pytest.mark.parametrize("vendor", ["", "V00400"])
async def test_every_property_sent_is_known_writable_and_short_enough(
    kind: type[Harness],
    vendor: str,
    sent: list[Sent],
    harness: Harness,
    settings: DjangoSettings,
    *,
    nests: bool,
) -> None:
    ours = kind(base=harness.remote.base, settings=settings)
    ours.choices |= {"vendor": vendor}
    ours.remote.switches(line_dimensions_inside_deep_insert=nests, lines_inherit_header_dimensions=nests)
    ours.remote.company(tenant=ours.tenant, default_dimensions={"V00002": {"AVD": "20"}})
    async with opened(ours) as connector:
        await connector.check()
        await connector.chart()
        outcomes = await connector.post([voucher(0), voucher(1), ours.refused_voucher(2)], unfinished={})
        await connector.find([voucher(0)])
        await connector.scan(since=voucher(0).posting_date)
        assert isinstance(outcomes[0], Posted | Delivered)
        file = Attachment(
            voucher=voucher(0),
            receipt=outcomes[0].receipt,
            name="1.pdf",
            media_type="application/pdf",
            content=b"%",
        )
        await connector.attach([file])
    for one in sent:
        check(one)
    bodies = [body for _method, _path, body in sent if body]
    assert len(bodies) >= 3


@pytest.mark.parametrize(
    "wrong",
    [
        ("POST", "purchaseInvoices", {"vendorInvoiceNumber": "R" * 36}),
        ("POST", "purchaseInvoices", {"status": "Open"}),
        ("POST", "journals", {"journalLines": [{"documentType": "Invoice"}]}),
        ("POST", "journals", {"code": "S" * 11}),
        ("PATCH", "journals(1)/journalLines(2)/dimensionSetLines(3)", {"displayName": "x"}),
        ("GET", "generalLedgerEntries?$filter=externalDocumentNumber eq 'R1'", None),
        ("GET", "purchaseInvoices?$select=vendor", None),
    ],
    ids=str,
)
def test_the_check_finds_what_is_wrong(wrong: Sent) -> None:
    with pytest.raises(Refusal):
        check(wrong)
