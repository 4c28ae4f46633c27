"""The intent to send: committed before the first byte, and settled only by the attempt that is the last one."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from sluse.connectors.base import Outcome, Posted, Receipt
from sluse.connectors.business_central.connector import BusinessCentral
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import building, outcomes, queue, recording, work
from sluse.sync.database import step
from sluse.sync.models import Attempt, Posting
from sluse.sync.queue import Intent
from sluse.sync.work import Work
from sluse.vouchers.voucher import Voucher
from tests import scene


def test_the_intent_is_committed_before_the_first_byte_leaves(
    hlf: Organization, kari: User, tenant: str, erp: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from another connection, which a transaction that is still open would show nothing to."""
    seen: list[tuple[dict[str, int], int, bool]] = []
    post = BusinessCentral.post

    async def watched(self: BusinessCentral, vouchers: Sequence[Voucher], **more: Any) -> Sequence[Outcome]:
        seen.append(await step(_committed, hlf))
        return await post(self, vouchers, **more)

    monkeypatch.setattr(BusinessCentral, "post", watched)
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1", "R-2"])
    scene.work(hlf)
    assert seen == [({"sending": 2}, 2, True)]
    assert scene.states(hlf) == {"posted": 2}


def _committed(hlf: Organization) -> tuple[dict[str, int], int, bool]:
    frozen = Posting.objects.filter(organization=hlf).exclude(voucher=None).exclude(voucher_hash="")
    open_attempts = Attempt.objects.filter(posting__organization=hlf, finished_at=None).count()
    return scene.states(hlf), open_attempts, frozen.count() == open_attempts


def test_an_answer_that_comes_after_a_later_attempt_has_begun_is_not_written_down(
    hlf: Organization, kari: User, tenant: str
) -> None:
    """As from a worker that stood still: what its attempt came to is not what the one on its way comes to."""
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1"])
    slept = _prepared(hlf)
    [first] = _intents(slept)
    awake = _prepared(hlf)
    Posting.objects.update(next_try_at=timezone.now())
    [second] = _intents(awake)
    assert (first.number, second.number) == (1, 2)
    _record(slept, first, number="108201")
    posting = Posting.objects.get(organization=hlf)
    assert (posting.state, posting.voucher_number) == ("sending", "")
    _record(awake, second, number="108202")
    posting.refresh_from_db()
    assert (posting.state, posting.voucher_number) == ("posted", "108202")


def _prepared(hlf: Organization) -> Work:
    found = work.prepare(organization_id=hlf.pk, now=timezone.now())
    assert found is not None
    return found


def _intents(of: Work) -> list[Intent]:
    now = timezone.now()
    claimed = queue.claim(organization_id=of.organization.pk, run=of.run, limit=10, now=now)
    built = building.build_vouchers(organization=of.organization, claimed=claimed)
    return queue.commit_intents(
        claimed=built.postings,
        vouchers=built.vouchers,
        mapping_version=built.mapping_version,
        run=of.run,
        now=now,
    )


def _record(of: Work, intent: Intent, *, number: str) -> None:
    result = outcomes.of_outcome(
        outcome=Posted(receipt=Receipt(erp_id=number, number=number)),
        has_draft=False,
        now=timezone.now(),
        quarantine_seconds=of.quarantine_seconds,
        delay_seconds=0,
    )
    recording.record_results(
        organization=of.organization,
        run=of.run,
        connector_kind=of.connector.kind,
        results=[(intent, result)],
        said=None,
        now=timezone.now(),
    )
