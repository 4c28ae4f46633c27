"""Writing down what came of a batch: postings, attempts, the run's counts and the log rows, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.connectors.exchanges import Recording
from sluse.organizations.models import Organization
from sluse.sync.models import UNRESOLVED, Attempt, Conversation, Posting, Run, State
from sluse.sync.outcomes import Result
from sluse.sync.queue import Intent

FIELDS = (
    "state",
    "erp_id",
    "voucher_number",
    "reason_code",
    "reason_detail",
    "reason_link",
    "erp_message",
    "next_try_at",
    "posted_at",
)


def record_results(
    *,
    organization: Organization,
    run: Run,
    connector_kind: str,
    results: Sequence[tuple[Intent, Result]],
    said: Recording | None,
    now: datetime,
) -> None:
    """A posting that a later attempt has taken over keeps that attempt's state."""
    with transaction.atomic(durable=True):
        by_posting = {intent.posting_id: (intent, result) for intent, result in results}
        rows = _still_ours(by_posting)
        for row in rows:
            _apply(row, by_posting[row.pk][1], now)
        Posting.objects.bulk_update(rows, FIELDS)
        conversation = keep_conversation(organization=organization, said=said, now=now) if said else None
        _close_attempts(results, conversation, now)
        _count(run, [by_posting[row.pk][1] for row in rows], rows)
        actor = Actor(id=run.by_id, name=run.by_name)
        record.record_all(
            [
                _entry(organization, run, connector_kind, actor, row, *by_posting[row.pk], conversation, now)
                for row in rows
            ]
        )


def _still_ours(by_posting: Mapping[UUID, tuple[Intent, Result]]) -> list[Posting]:
    locked = Posting.objects.select_for_update().filter(pk__in=by_posting).order_by("pk")
    return [row for row in locked if row.state in UNRESOLVED and row.attempts == by_posting[row.pk][0].number]


def _apply(row: Posting, result: Result, now: datetime) -> None:
    row.state = result.state
    row.erp_id, row.voucher_number = result.erp_id, result.number
    row.reason_code, row.reason_detail, row.reason_link = result.code, result.detail, result.link
    row.erp_message = result.erp_message
    row.next_try_at = result.next_try_at
    row.posted_at = now if result.state is State.POSTED else None


def keep_conversation(*, organization: Organization, said: Recording, now: datetime) -> Conversation:
    """A batch may be recorded in two parts: what a look-up settled, and what was sent after it."""
    conversation, _is_new = Conversation.objects.update_or_create(
        organization=organization,
        pk=said.correlation_id,
        defaults={"exchanges": said.as_json(), "left_out": said.left_out},
        create_defaults={"exchanges": said.as_json(), "left_out": said.left_out, "at": now},
    )
    return conversation


def _close_attempts(
    results: Sequence[tuple[Intent, Result]], conversation: Conversation | None, now: datetime
) -> None:
    Attempt.objects.bulk_update(
        [
            Attempt(
                pk=intent.attempt_id,
                finished_at=now,
                outcome=result.label,
                error=result.erp_message or result.detail,
                response_code=result.response_code,
                conversation=conversation,
            )
            for intent, result in results
        ],
        ["finished_at", "outcome", "error", "response_code", "conversation"],
    )


def _count(run: Run, results: Sequence[Result], rows: Sequence[Posting]) -> None:
    states = [result.state for result in results]
    posted_ore = sum(row.total_ore for row in rows if row.state == State.POSTED)
    Run.objects.filter(pk=run.pk).update(
        total=F("total") + len(states),
        posted=F("posted") + states.count(State.POSTED),
        delivered=F("delivered") + states.count(State.DELIVERED),
        failed=F("failed") + states.count(State.FAILED) + states.count(State.CONFLICT),
        unknown=F("unknown") + states.count(State.UNKNOWN),
        posted_ore=F("posted_ore") + posted_ore,
    )
    run.refresh_from_db()


def _entry(
    organization: Organization,
    run: Run,
    connector_kind: str,
    actor: Actor,
    row: Posting,
    intent: Intent,
    result: Result,
    conversation: Conversation | None,
    now: datetime,
) -> record.NewEntry:
    correlation = {"correlation_id": str(conversation.pk)} if conversation else {}
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.ATTEMPT,
        actor=actor,
        at=now,
        connector_kind=connector_kind,
        new_state=result.state,
        run_id=run.pk,
        posting_id=row.pk,
        request_hash=row.voucher_hash,
        response_code=result.response_code,
        error=result.erp_message or result.detail,
        retry_count=intent.number - 1,
        trigger=run.trigger,
        details={
            "outcome": result.label,
            "reference": row.reference,
            "voucher_number": row.voucher_number,
            **correlation,
        },
    )
