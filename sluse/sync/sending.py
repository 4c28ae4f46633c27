"""Intents → look-up of those with a doubtful past → post → classified, recorded outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from sluse.connectors import base, exchanges, registry
from sluse.connectors.base import Connector, Found, NotSent, Outcome, Uncertain
from sluse.sync import outage, outcomes, recording
from sluse.sync.database import step
from sluse.sync.models import State
from sluse.sync.outcomes import Result
from sluse.sync.queue import Intent
from sluse.sync.work import Work


class End(StrEnum):
    """Why a run ends with this batch; `NOT_YET` means that it goes on."""

    NOT_YET = "not_yet"
    EMPTY = "empty"
    CLOSED = "closed"
    OUTAGE = "outage"
    UNAUTHORIZED = "unauthorized"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`answered`: something got a clear answer. `accepted`: the accounting system took a voucher of this batch."""

    end: End
    rows: int = 0
    answered: bool = False
    accepted: bool = False
    reason: str = ""
    retry_after_seconds: int | None = None


async def send(*, work: Work, connector: Connector, intents: Sequence[Intent]) -> Progress:
    """What is said on the way is kept with the attempts."""
    with exchanges.recorded(fields=registry.logged(kind=work.connector.kind)):
        return await _send(work, connector, intents)


async def _send(work: Work, connector: Connector, intents: Sequence[Intent]) -> Progress:
    doubtful = [intent for intent in intents if intent.doubtful]
    try:
        found = await connector.find([intent.voucher for intent in doubtful]) if doubtful else {}
    except base.ConnectorError as error:
        return await _could_not_look_up(work, intents, error)
    settled, remaining, unfinished = _settle(intents, found)
    await _record(work, settled)
    if not remaining:
        return Progress(end=End.NOT_YET, answered=True)
    try:
        answers = await connector.post([intent.voucher for intent in remaining], unfinished=unfinished)
    except (base.UnauthorizedError, base.WrongCompanyError) as error:
        return await _unauthorized(work, remaining, unfinished, error)
    except base.ConnectorError as error:
        answers = [Uncertain(reason=str(error)) for _intent in remaining]
    results = _classify(work, remaining, answers, unfinished)
    await _record(work, results)
    return _progress(results)


def _settle(
    intents: Sequence[Intent], found: Mapping[str, Found]
) -> tuple[list[tuple[Intent, Result]], list[Intent], dict[str, base.Receipt]]:
    """Which a look-up settles, which are still to be sent, and which of those the accounting system holds unfinished."""
    settled: list[tuple[Intent, Result]] = []
    remaining: list[Intent] = []
    unfinished: dict[str, base.Receipt] = {}
    for intent in intents:
        there = found.get(intent.voucher.reference)
        result = outcomes.of_found(found=there, total_ore=intent.voucher.total_ore) if there else None
        if result is not None:
            settled.append((intent, result))
            continue
        remaining.append(intent)
        if there is not None:
            unfinished[intent.voucher.reference] = there.receipt
    return settled, remaining, unfinished


def _classify(
    work: Work, intents: Sequence[Intent], answers: Sequence[Outcome], unfinished: Mapping[str, base.Receipt]
) -> list[tuple[Intent, Result]]:
    """A missing answer is an unclear one."""
    now = timezone.now()
    padded = [
        *answers,
        *[Uncertain(reason=_("No answer came for this voucher."))] * (len(intents) - len(answers)),
    ]
    return [
        (
            intent,
            outcomes.of_outcome(
                outcome=outcome,
                has_draft=intent.voucher.reference in unfinished,
                now=now,
                quarantine_seconds=work.quarantine_seconds,
                delay_seconds=outage.delay(
                    failures=intent.number, retry_after_seconds=getattr(outcome, "retry_after_seconds", None)
                ),
            ),
        )
        for intent, outcome in zip(intents, padded, strict=False)
    ]


def _progress(results: Sequence[tuple[Intent, Result]]) -> Progress:
    """A batch without one clear answer is an outage: the rest of the queue would fare no better."""
    if any(result.definite for _intent, result in results):
        accepted = any(result.state in {State.POSTED, State.DELIVERED} for _intent, result in results)
        return Progress(end=End.NOT_YET, answered=True, accepted=accepted)
    stopping = next((result for _intent, result in results if result.needs_a_person), None)
    if stopping is not None:
        return Progress(end=End.UNAUTHORIZED, reason=stopping.detail)
    waits = [result.retry_after_seconds for _intent, result in results if result.retry_after_seconds]
    return Progress(
        end=End.OUTAGE, reason=results[0][1].detail, retry_after_seconds=max(waits) if waits else None
    )


async def _could_not_look_up(work: Work, intents: Sequence[Intent], error: base.ConnectorError) -> Progress:
    """Nothing was sent. What is doubtful stays so; the others wait as before."""
    now = timezone.now()
    rest = timedelta(seconds=work.quarantine_seconds)
    results = [
        (intent, outcomes.unknown(detail=str(error), until=now + rest))
        if intent.doubtful
        else (intent, _not_sent(intent, str(error), now))
        for intent in intents
    ]
    await _record(work, results)
    unauthorized = isinstance(error, (base.UnauthorizedError, base.WrongCompanyError))
    return Progress(
        end=End.UNAUTHORIZED if unauthorized else End.OUTAGE,
        reason=str(error),
        retry_after_seconds=getattr(error, "retry_after_seconds", None),
    )


async def _unauthorized(
    work: Work,
    intents: Sequence[Intent],
    unfinished: Mapping[str, base.Receipt],
    error: base.ConnectorError,
) -> Progress:
    answers = [NotSent(reason=str(error)) for _intent in intents]
    await _record(work, _classify(work, intents, answers, unfinished))
    return Progress(end=End.UNAUTHORIZED, reason=str(error))


def _not_sent(intent: Intent, reason: str, now: datetime) -> Result:
    return outcomes.of_outcome(
        outcome=NotSent(reason=reason),
        has_draft=False,
        now=now,
        quarantine_seconds=0,
        delay_seconds=outage.delay(failures=intent.number),
    )


async def _record(work: Work, results: Sequence[tuple[Intent, Result]]) -> None:
    if results:
        await step(
            recording.record_results,
            organization=work.organization,
            run=work.run,
            connector_kind=work.connector.kind,
            results=results,
            said=exchanges.current(),
            now=timezone.now(),
        )
