"""Dynamics 365 Finance behind the seam: a general journal for each voucher, which a person or a batch job there posts."""

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
    Rejected,
    WrongCompanyError,
)
from sluse.connectors.entra import Credentials
from sluse.connectors.finance import config, lookup, payloads, posting
from sluse.connectors.finance.client import Client
from sluse.connectors.finance.config import CONFIG, Settings
from sluse.connectors.http import Door
from sluse.vouchers.voucher import Voucher

NOT_POSTED_TO = {"Total", "Reporting"}
"""The types of main accounts that only sum others up."""


def connect(*, settings: Mapping[str, Any], credentials: Mapping[str, str], permit: Permit) -> "Finance":
    """Raises `ConnectorError` for settings that no legal entity could be reached with."""
    complete = fields.with_defaults(CONFIG, settings)
    problems = fields.problems(config=CONFIG, settings=complete, credentials=credentials)
    if problems:
        raise ConnectorError(" ".join(problem.detail for problem in problems))
    parsed = config.parse(complete)
    door = Door(permit=permit, deadline_seconds=django_settings.ERP_DEADLINE_SECONDS)
    client = Client(door=door, settings=parsed, credentials=signing_in(parsed, credentials))
    return Finance(client=client, settings=parsed)


def signing_in(settings: Settings, credentials: Mapping[str, str]) -> Credentials:
    return Credentials(
        address=settings.token_address,
        scope=settings.scope,
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
    )


class Finance:
    batch_size = 50
    """Of at most a hundred lines each: a batch holds 5,000 operations."""

    def __init__(self, *, client: Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings

    async def check(self) -> Company:
        code = self._settings.legal_entity
        rows = await self._client.rows(
            f"LegalEntities?$filter=LegalEntityId%20eq%20{payloads.literal(code)}&$select=LegalEntityId,Name"
        )
        found = [row for row in rows if payloads.text_of(row, "LegalEntityId").lower() == code]
        if not found:
            raise WrongCompanyError(
                _("Finance has no legal entity %(code)s that Sluse may see.") % {"code": code}
            )
        return Company(id=code, name=payloads.text_of(found[0], "Name") or code)

    async def chart(self) -> Chart:
        """Only what a voucher can be posted to. Item sales tax groups are entered by hand."""
        accounts = await self._client.rows("MainAccounts?$select=MainAccountId,Name,MainAccountType")
        values = await self._client.rows("FinancialDimensionValues")
        return Chart(
            accounts=tuple(
                _entry(row, "MainAccountId", "Name")
                for row in accounts
                if payloads.text_of(row, "MainAccountType") not in NOT_POSTED_TO
            ),
            dimensions={
                name: tuple(
                    _entry(row, "DimensionValue", "Description")
                    for row in values
                    if payloads.text_of(row, "FinancialDimension").lower() == name.lower()
                )
                for name in self._settings.dimensions
            },
        )

    async def find(self, vouchers: Sequence[Voucher]) -> dict[str, Found]:
        return await lookup.find(client=self._client, settings=self._settings, vouchers=vouchers)

    async def post(self, vouchers: Sequence[Voucher], *, unfinished: Mapping[str, Receipt]) -> list[Outcome]:
        return await posting.post(
            client=self._client, settings=self._settings, vouchers=vouchers, unfinished=unfinished
        )

    async def attach(self, attachments: Sequence[Attachment]) -> list[AttachmentOutcome]:
        """Nothing is documented that takes a file for a journal."""
        sentence = _("Sluse cannot attach files in Finance. Attach this one there by hand.")
        return [Rejected(code="attachments_not_supported", message=sentence) for _one in attachments]

    async def scan(self, *, since: date) -> dict[str, Found]:
        return await lookup.scan(client=self._client, settings=self._settings, since=since)

    async def close(self) -> None:
        await self._client.close()


def _entry(row: Mapping[str, Any], code: str, name: str) -> ChartEntry:
    return ChartEntry(code=payloads.text_of(row, code), name=payloads.text_of(row, name))
