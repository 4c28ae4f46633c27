"""Claimed postings → vouchers to send, and those that cannot be built, with every problem at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import SYSTEM
from sluse.audit.models import Type
from sluse.organizations.models import Organization
from sluse.sync import queue
from sluse.sync.models import BY_HAND, Posting, Run, State
from sluse.vouchers import build, store
from sluse.vouchers.build import CannotBuildError, Problem
from sluse.vouchers.document import Document
from sluse.vouchers.mapping import Mapping
from sluse.vouchers.voucher import Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    postings: list[Posting]
    vouchers: list[Voucher]
    mapping_version: int
    refused: list[tuple[Posting, CannotBuildError]]


def build_vouchers(*, organization: Organization, claimed: Sequence[Posting]) -> Built:
    mapping = store.current(organization=organization)
    postings, vouchers, refused = [], [], []
    with translation.override(organization.language):
        for posting in claimed:
            try:
                vouchers.append(voucher_of(posting=posting, mapping=mapping, organization=organization))
                postings.append(posting)
            except CannotBuildError as error:
                refused.append((posting, error))
    return Built(postings=postings, vouchers=vouchers, mapping_version=mapping.version, refused=refused)


def freeze(*, organization: Organization, rows: Sequence[Posting]) -> None:
    """What may be in the ERP gets the voucher that would be sent today; what cannot be built, none. The caller saves."""
    built = build_vouchers(organization=organization, claimed=rows)
    queue.give_numbers(rows=built.postings)
    for row, voucher in zip(built.postings, built.vouchers, strict=True):
        frozen = replace(voucher, number=row.number)
        row.voucher, row.voucher_hash = frozen.as_json(), frozen.content_hash()
        row.mapping_version = built.mapping_version


def voucher_of(*, posting: Posting, mapping: Mapping, organization: Organization) -> Voucher:
    """What may already be in the ERP is sent as it was frozen; anything else is built by the mapping of today."""
    if posting.state == State.UNKNOWN:
        assert posting.voucher is not None
        return Voucher.from_json(posting.voucher)
    if posting.is_reversal:
        return _reversal_of(posting, mapping, organization)
    return build.build(
        document=Document.from_json(posting.document),
        mapping=mapping,
        reference=posting.reference,
        time_zone=ZoneInfo(organization.time_zone),
        language=organization.language,
    )


def refuse(
    *,
    organization: Organization,
    refused: Sequence[tuple[Posting, CannotBuildError]],
    run: Run,
    now: datetime,
) -> None:
    """Under the gate, like everything that changes a queue. Locked in the order of everybody else."""
    if not refused:
        return
    with transaction.atomic(durable=True):
        entries = []
        for posting, error in sorted(refused, key=lambda item: item[0].pk):
            changed = Posting.objects.filter(pk=posting.pk, state=State.PENDING).update(
                state=State.FAILED,
                held=False,
                run=run,
                next_try_at=None,
                reason_code=error.problems[0].code,
                reason_detail=str(error),
                reason_link="",
                erp_message="",
            )
            if changed:
                entries.append(_entry(organization, posting, error, run, now))
        Run.objects.filter(pk=run.pk).update(total=run.total + len(entries), failed=run.failed + len(entries))
        run.refresh_from_db()
        record.record_all(entries)


def _reversal_of(posting: Posting, mapping: Mapping, organization: Organization) -> Voucher:
    """Of exactly what was sent, whatever the mapping says by now."""
    assert posting.follows is not None
    if posting.follows.voucher is None or posting.follows.reason_code == BY_HAND:
        detail = _(
            "The earlier version was booked by hand, so Sluse does not know its lines. Reverse voucher %(number)s by hand "
            "in the accounting system, and then mark this reversal as booked by hand."
        )
        words = detail % {"number": posting.follows.voucher_number}
        raise CannotBuildError((Problem(code="reverse_by_hand", detail=words),))
    return build.reverse(
        voucher=Voucher.from_json(posting.follows.voucher),
        document=Document.from_json(posting.document),
        mapping=mapping,
        reference=posting.reference,
        time_zone=ZoneInfo(organization.time_zone),
    )


def _entry(
    organization: Organization, posting: Posting, error: CannotBuildError, run: Run, now: datetime
) -> record.NewEntry:
    return record.NewEntry(
        organization_id=organization.pk,
        organization_slug=organization.slug,
        type=Type.ATTEMPT,
        actor=SYSTEM,
        at=now,
        new_state=State.FAILED,
        run_id=run.pk,
        posting_id=posting.pk,
        error=str(error),
        retry_count=posting.attempts,
        trigger=run.trigger,
        details={"codes": [problem.code for problem in error.problems], "sent": False},
    )
