"""Xledger behind the seam: rows for its GL import, which its own job posts later."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from sluse.connectors import fields
from sluse.connectors.base import (
    Attachment,
    AttachmentOutcome,
    Chart,
    ChartEntry,
    Company,
    ConnectorError,
    Found,
    Outcome,
    Permit,
    Receipt,
    WrongCompanyError,
)
from sluse.connectors.http import Door
from sluse.connectors.xledger import attaching, config, lookup, payloads, posting, queries, scanning
from sluse.connectors.xledger.client import Client
from sluse.connectors.xledger.config import CONFIG, Settings
from sluse.vouchers.voucher import Voucher

TAX_KIND = "TAX_RULE"


def connect(*, settings: Mapping[str, Any], credentials: Mapping[str, str], permit: Permit) -> "Xledger":
    """Raises `ConnectorError` for settings that no entity could be reached with."""
    complete = fields.with_defaults(CONFIG, settings)
    problems = fields.problems(config=CONFIG, settings=complete, credentials=credentials)
    if problems:
        raise ConnectorError(" ".join(problem.detail for problem in problems))
    parsed = config.parse(complete)
    door = Door(permit=permit, deadline_seconds=django_settings.ERP_DEADLINE_SECONDS)
    return Xledger(client=Client(door=door, settings=parsed, token=credentials["token"]), settings=parsed)


class Xledger:
    batch_size = 100
    """An ordinary voucher has three or four rows, and a mutation takes 500: most batches are one request."""

    def __init__(self, *, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings

    async def check(self) -> Company:
        data = await self._client.read(queries.VIEWER, {})
        entity = (data.get("viewer") or {}).get("entity") or {}
        number = payloads.text_of(entity, "dbId") or payloads.text_of(entity, "ownerDbId")
        if number != self._settings.owner:
            raise WrongCompanyError(
                _("The token belongs to another entity in Xledger (%(found)s) than the one that was named.")
                % {"found": number or "?"}
            )
        return Company(id=number, name=str(entity.get("description") or f"Xledger {number}"))

    async def chart(self) -> Chart:
        """Only what a voucher can be posted to. What glObject1 to glObject5 stand for cannot be read."""
        accounts = await self._client.nodes(queries.ACCOUNTS, "accounts", {})
        projects = await self._client.nodes(queries.PROJECTS, "projects", {})
        return Chart(
            accounts=tuple(_entry(node) for node in accounts if node.get("posting") is True),
            vat_codes=tuple(_entry(node) for node in await self._tax_rules()),
            dimensions={
                "project": tuple(_entry(node) for node in projects if node.get("allowPosting") is True)
            },
        )

    async def find(self, vouchers: Sequence[Voucher]) -> dict[str, Found]:
        return await lookup.find(client=self._client, owner=self._settings.owner, vouchers=vouchers)

    async def post(self, vouchers: Sequence[Voucher], *, unfinished: Mapping[str, Receipt]) -> list[Outcome]:  # noqa: ARG002 — nothing that is staged is ours to finish
        return await posting.post(client=self._client, settings=self._settings, vouchers=vouchers)

    async def attach(self, attachments: Sequence[Attachment]) -> list[AttachmentOutcome]:
        return await attaching.attach(
            client=self._client, owner=self._settings.owner, attachments=attachments
        )

    async def scan(self, *, since: date) -> dict[str, Found]:
        return await scanning.scan(client=self._client, owner=self._settings.owner, since=since)

    async def close(self) -> None:
        await self._client.close()

    async def _tax_rules(self) -> list[Mapping[str, Any]]:
        kinds = await self._client.nodes(queries.OBJECT_KINDS, "objectKinds", {})
        found: list[Mapping[str, Any]] = []
        for kind in kinds:
            if kind.get("name") == TAX_KIND:
                condition = {"filter": {"objectKindDbId": payloads.text_of(kind, "dbId")}}
                found += await self._client.nodes(queries.OBJECT_VALUES, "objectValues", condition)
        return found


def _entry(node: Mapping[str, Any]) -> ChartEntry:
    return ChartEntry(code=payloads.text_of(node, "code"), name=payloads.text_of(node, "description"))
