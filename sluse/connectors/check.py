"""The connection test: read-only calls an administrator asks for, even while the switch is off."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors import meter, registry, vault
from sluse.connectors.base import Chart, Company, ConnectorError, NotPermittedError
from sluse.connectors.models import Connector
from sluse.connectors.secrets import SecretError


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    ok: bool
    company: str
    accounts: int
    problems: list[str]
    chart: Chart
    company_id: str = ""


def test(*, row: Connector, actor: Actor, now: datetime) -> Report:
    """Not inside a transaction: it calls the accounting system. The result counts for what was tested, even if the
    settings are changed meanwhile."""
    result = ask(row=row)
    meter.write()
    with transaction.atomic():
        Connector.objects.filter(pk=row.pk).update(
            tested_identity_version=row.identity_version,
            tested_at=now,
            tested_by=actor.name,
            tested_ok=result.ok,
            tested_company=result.company,
            tested_company_id=result.company_id,
            tested_accounts=result.accounts,
            tested_problems=result.problems,
            **_read_chart(result, now),
        )
        _log(row, result, actor, now)
    row.refresh_from_db()
    return result


def ask(*, row: Connector, slot: str = vault.CURRENT) -> Report:
    try:
        company, chart = asyncio.run(_read(row, slot))
    except (ConnectorError, SecretError) as error:
        return Report(ok=False, company="", accounts=0, problems=[str(error)], chart=Chart())
    return Report(
        ok=not company.problems,
        company=company.name,
        accounts=len(chart.accounts),
        problems=list(company.problems),
        chart=chart,
        company_id=company.id,
    )


def _read_chart(result: Report, now: datetime) -> dict[str, object]:
    """What was read before stays where nothing could be read: a server that is away has not lost its accounts."""
    return {"chart": asdict(result.chart), "chart_read_at": now} if result.accounts else {}


async def _read(row: Connector, slot: str) -> tuple[Company, Chart]:
    connector = registry.open_connector(row=row, permit=_refuse, slot=slot)
    try:
        return await connector.check(), await connector.chart()
    finally:
        await connector.close()


async def _refuse() -> None:
    raise NotPermittedError(_("A connection test changes nothing."))


def _log(row: Connector, result: Report, actor: Actor, now: datetime) -> None:
    record.record(
        record.NewEntry(
            organization_id=row.organization_id,
            organization_slug=row.organization.slug,
            type=Type.TEST,
            actor=actor,
            at=now,
            connector_kind=row.kind,
            new_state="passed" if result.ok else "failed",
            error="" if result.ok else " ".join(result.problems),
            details={"company": result.company, "accounts": result.accounts},
        )
    )
