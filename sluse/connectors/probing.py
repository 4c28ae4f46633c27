"""Asking a real tenant whether it is as we have assumed: read-only, for an administrator, in the log as a test."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors import exchanges, meter, registry
from sluse.connectors.base import ConnectorError, NotPermittedError
from sluse.connectors.models import Connector
from sluse.connectors.probes import Asker, Probe

FOUND_CHARACTERS_MAX = 60
"""What is found comes from the other side: hostile until proven otherwise."""


class Verdict(StrEnum):
    OK = "ok"
    DIFFERS = "differs"
    NOTHING_YET = "nothing_yet"  # there is nothing over there yet that could tell
    BY_HAND = "by_hand"
    FAILED = "failed"  # it could not be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    probe: Probe
    verdict: Verdict
    found: str = ""


def probe(*, row: Connector, actor: Actor, now: datetime) -> list[Finding]:
    """Not inside a transaction: it calls the accounting system. Raises `SecretError` for credentials that cannot be read."""
    findings, correlation_id = asyncio.run(_ask_all(row))
    meter.write()
    with transaction.atomic():
        _log(row, findings, correlation_id, actor, now)
    return findings


async def _ask_all(row: Connector) -> tuple[list[Finding], str]:
    asker = registry.open_asker(row=row, permit=_refuse)
    try:
        with exchanges.recorded(fields=registry.logged(kind=row.kind)) as recording:
            findings = [await _ask(one, asker) for one in registry.KINDS[row.kind].probes.all]
    finally:
        await asker.close()
    return findings, str(recording.correlation_id)


async def _refuse() -> None:
    raise NotPermittedError(_("A probe changes nothing."))


async def _ask(one: Probe, asker: Asker) -> Finding:
    if one.run is None:
        return Finding(probe=one, verdict=Verdict.BY_HAND)
    try:
        found = await one.run(asker)
    except ConnectorError as error:
        return Finding(probe=one, verdict=Verdict.FAILED, found=str(error))
    return Finding(probe=one, verdict=_verdict(one, found), found=_harmless(found))


def _verdict(one: Probe, found: str) -> Verdict:
    if not found:
        return Verdict.NOTHING_YET
    return Verdict.OK if found == one.assumed else Verdict.DIFFERS


def _harmless(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:FOUND_CHARACTERS_MAX]


def _log(
    row: Connector, findings: Sequence[Finding], correlation_id: str, actor: Actor, now: datetime
) -> None:
    names = {
        verdict.value: [one.probe.name for one in findings if one.verdict is verdict] for verdict in Verdict
    }
    told = [one for one in findings if one.verdict in {Verdict.DIFFERS, Verdict.FAILED}]
    record.record(
        record.NewEntry(
            organization_id=row.organization_id,
            organization_slug=row.organization.slug,
            type=Type.TEST,
            actor=actor,
            at=now,
            connector_kind=row.kind,
            new_state="probed",
            error=" ".join(f"{one.probe.name}: {one.verdict}." for one in told),
            details={"probes": names, "correlation_id": correlation_id},
        )
    )
