"""The comparisons that people asked for, made by a worker. What one that dies leaves, another takes up within a minute."""

from datetime import datetime

from django.utils import timezone

from sluse import reach
from sluse.audit.actor import Actor
from sluse.organizations.errors import ConflictError
from sluse.sync import reconcile
from sluse.sync.database import step
from sluse.sync.models import ComparisonRequest, Reconciliation
from sluse.sync.reconcile import Question


@reach.platform()
def waiting() -> list[int]:
    """The organizations whose comparison somebody waits for."""
    return list(ComparisonRequest.objects.order_by("asked_at").values_list("organization_id", flat=True))


async def compare(*, organization_id: int) -> None:
    """For a worker. Nothing happens when another has done it already."""
    with reach.organization(organization_id=organization_id):
        question = await step(_take, organization_id=organization_id, now=timezone.now())
        if question is not None:
            await reconcile.answer(question=question)
            await step(_done, organization_id=organization_id, asked_at=question.asked_at)


def _take(*, organization_id: int, now: datetime) -> Question | None:
    row = (
        ComparisonRequest.objects.filter(organization=organization_id).select_related("organization").first()
    )
    if row is None:
        return None
    actor = Actor(id=row.by_id, name=row.by_name)
    try:
        return reconcile.ask(
            organization=row.organization, trigger=Reconciliation.Trigger.MANUAL, actor=actor, now=now
        )
    except ConflictError:
        row.delete()  # The accounting system was taken away meanwhile: there is nothing to compare with.
        return None


def _done(*, organization_id: int, asked_at: datetime) -> None:
    """Not one that somebody has asked for since."""
    ComparisonRequest.objects.filter(organization=organization_id, asked_at__lte=asked_at).delete()
