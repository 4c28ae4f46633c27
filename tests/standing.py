"""Where everything of one organization stands, on both sides: for whoever reads why a test of the promises failed."""

from collections.abc import Iterator, Sequence
from typing import Any

from sluse.gate.models import Hold, Switch
from sluse.organizations.models import Organization
from sluse.sync.models import Attachment, Attempt, Outage, Posting, Run


def told(*, of: Organization, there: Sequence[Any]) -> str:
    """`there`: what the accounting system holds of it."""
    return "\n".join(["", *(f"  {line}" for line in _lines(of, there))])


def _lines(of: Organization, there: Sequence[Any]) -> Iterator[str]:
    for switch in Switch.objects.filter(organization=of):
        yield f"switch: enabled {switch.enabled}, version {switch.version}, stop {switch.stop_requested_at}"
    for hold in Hold.objects.filter(organization=of, ended_at=None):
        yield f"hold: {hold.kind} since {hold.since}, {hold.reason}"
    for outage in Outage.objects.filter(organization=of):
        yield f"outage: {outage.count} failures, rests until {outage.not_before}, {outage.reason}"
    for posting in Posting.objects.filter(organization=of).order_by("created_at", "external_id"):
        yield from _of_posting(posting)
    for run in Run.objects.filter(organization=of).order_by("created_at"):
        yield f"run: {run.trigger}, {run.outcome or 'not ended'} {run.reason}"
    yield from (f"there: {voucher}" for voucher in there)


def _of_posting(posting: Posting) -> Iterator[str]:
    name = f"{posting.external_id} version {posting.version} ({posting.reference})"
    yield f"{name}: {posting.state} held {posting.held}, {posting.reason_code} until {posting.next_try_at}"
    for attempt in Attempt.objects.filter(posting=posting).order_by("number"):
        yield f"  attempt {attempt.number}: {attempt.outcome or 'open'} {attempt.error}"
    for file in Attachment.objects.filter(posting=posting).order_by("pk"):
        yield f"  receipt: {file.state}, {file.attempts} attempts, {file.reason_code} until {file.next_try_at}"
