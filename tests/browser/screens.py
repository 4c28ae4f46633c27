"""Every screen with what can stand on it, and every mode a person may look at it in."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from sluse.gate import four_eyes, holds, restored
from sluse.organizations import access
from sluse.sync import holding, rotating, runs
from sluse.sync.models import ComparisonRequest, Difference, Posting, Reconciliation, State
from sluse.webhooks import secret
from tests import people
from tests.browser.conftest import Scene

SCREENS = {
    "": ("/sign-in/", "/nothing/"),
    "kari": (
        "/o/hlf/",
        "/o/hlf/postings/",
        "/o/hlf/postings/?state=failed",
        "/o/hlf/postings/?state=unknown",
        "/o/hlf/postings/?q=nothing",
        "/o/hlf/reimbursements/",
        "/o/hlf/reimbursements/R-1/",
        "/o/hlf/reimbursements/R-2/",
        "/o/hlf/reimbursements/R-6/",
        "/o/hlf/reimbursements/R-7/",
        "/o/hlf/reimbursements/R-8/",
        "/o/hlf/postings/?state=conflict",
        "/o/hlf/postings/{refused}/by-hand/",
        "/o/hlf/preview/",
        "/o/hlf/log/",
        "/o/hlf/log/?type=run&when=today",
        "/o/hlf/log/1/",
        "/o/hlf/reconciliation/",
        "/o/hlf/reconciliation/{equal}/",
        "/o/hlf/reconciliation/{failed}/",
        "/o/hlf/notifications/",
        "/o/hlf/connector/",
        "/o/hlf/connector/switch/?to=on",
        "/o/hlf/connector/holds/{window}/change/",
        "/o/hlf/connector/holds/{window}/end/",
        "/o/hlf/connector/four-eyes/",
        "/o/hlf/webhook/",
        "/o/hlf/webhook/make/",
        "/o/hlf/webhook/remove/",
        "/o/hlf/connector/approvals/{approval}/",
    ),
    "rune": ("/o/hlf/connector/", "/o/hlf/", "/o/hlf/postings/?state=failed", "/o/"),
    "grete": (
        "/platform/",
        "/platform/?status=failing",
        "/platform/?q=nothing",
        "/platform/turlaget/switch/?to=off",
        "/platform/korps/switch/?to=on",
        "/platform/switches/?to=off&all=yes",
        "/o/korps/connector/",
        "/o/turlaget/connector/",
        "/o/turlaget/reconciliation/",
        "/o/turlaget/",
        "/platform/stop/",
        "/platform/stop/end/",
        "/o/fjell/",
        "/o/bre/",
        "/o/bre/connector/sync/",
        "/o/elv/",
        "/o/elv/connector/?kind=xledger",
        "/o/korps/connector/?kind=finance",
        "/o/korps/postings/",
        "/o/korps/reconciliation/",
        "/o/korps/preview/",
    ),
}
REFUSALS = {"/nothing/": 404, "/platform/korps/switch/?to=on": 409}
"""Pages too; every other one of these addresses is answered with 200."""
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 320, "height": 640}},
    "dark phone": {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
    "nynorsk": {"locale": "nn-NO", "color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
    "forced colours": {"forced_colors": "active"},
    "zoomed to 200 %": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}


def fill(scene: Scene) -> dict[str, object]:
    """Failures, a tripped breaker, a window, an open question; the ids that the addresses ask for."""
    holds.trip_breaker(
        organization=scene.turlaget,
        reason="Tilgangen blir avvist.",
        actor=access.actor_of(scene.grete),
        connector_kind="business_central",
        now=scene.now,
    )
    _let_fail(scene)
    _settle(scene)
    _make_more_organizations(scene)
    return {**_make_more_states(scene), **_compare(scene), "refused": _posting(scene, "R-1").pk}


def _make_more_states(scene: Scene) -> dict[str, object]:
    """A window that is planned, a question to a second administrator, and new credentials beside the old."""
    kari, grete = access.actor_of(scene.kari), access.actor_of(scene.grete)
    window = holding.plan_window(
        organization=scene.hlf,
        starts=f"{scene.now.year + 1}-03-01T08:00",
        ends=f"{scene.now.year + 1}-03-01T12:00",
        reason="Oppgradering",
        actor=kari,
        now=scene.now,
    )
    rotating.put_next(
        organization=scene.turlaget,
        credentials=people.CREDENTIALS,
        expires_on=None,
        actor=grete,
        now=scene.now,
    )
    secret.make(organization=scene.hlf, actor=kari, now=scene.now)
    with transaction.atomic():
        four_eyes.lock(organization=scene.hlf)
        four_eyes.require(organization=scene.hlf, reason="Vedtak", actor=kari, now=scene.now)
    people.turn_on(scene.hlf, scene.kari, scene.now)
    asked = four_eyes.open_requests(organization=scene.hlf, now=scene.now).get()
    return {"window": window.pk, "approval": asked.pk}


def _compare(scene: Scene) -> dict[str, object]:
    """One that could not be made, one without differences, the latest with one of every kind; and one that is under way."""
    failed = _comparison(scene, 3, Reconciliation.Outcome.FAILED, error="Regnskapssystemet svarer ikke.")
    equal = _comparison(scene, 2, Reconciliation.Outcome.EQUAL, error="")
    latest = _comparison(scene, 1, Reconciliation.Outcome.DIFFERENT, error="")
    posting = Posting.objects.filter(organization=scene.hlf).first()
    for number, kind in enumerate(Difference.Kind):
        is_known = kind != Difference.Kind.UNKNOWN_HERE
        Difference.objects.create(
            reconciliation=latest,
            kind=kind,
            reference=f"RABCDEFGHIJKLMN{number}",
            posting=posting if is_known else None,
            our_state=State.POSTED if is_known else "",
            our_ore=31_000 if is_known else None,
            their_ore=None if kind == Difference.Kind.MISSING_THERE else 30_900,
            voucher_number="108042",
        )
    ComparisonRequest.objects.create(
        organization=scene.turlaget, by_id="grete", by_name="Grete", asked_at=scene.now
    )
    return {"failed": failed.pk, "equal": equal.pk}


def _comparison(scene: Scene, days_ago: int, outcome: str, *, error: str) -> Reconciliation:
    at = scene.now - timedelta(days=days_ago)
    return Reconciliation.objects.create(
        organization=scene.hlf,
        trigger=Reconciliation.Trigger.NIGHTLY,
        by_id="system",
        by_name="Sluse",
        since=at.date() - timedelta(days=35),
        created_at=at,
        finished_at=at,
        outcome=outcome,
        ours=12,
        ours_ore=372_000,
        theirs=12,
        theirs_ore=372_000,
        error=error,
    )


def _let_fail(scene: Scene) -> None:
    """Two causes, one of them with a word no line can hold, and one of unknown outcome."""
    rows = Posting.objects.filter(organization=scene.hlf)
    failed = {"state": State.FAILED, "held": False, "erp_message": "Kontoen " + "7" * 90}
    rows.filter(external_id__in=["R-1", "R-3"]).update(
        **failed, reason_code="account_blocked", reason_detail="Kontoen 7100 er sperret."
    )
    rows.filter(external_id="R-4").update(
        **failed, reason_code="vendor_unknown", reason_detail="Leverandøren finnes ikke: " + "V" * 70
    )
    rows.filter(external_id="R-5").update(
        state=State.UNKNOWN, voucher={}, next_try_at=scene.now, reason_detail="Svaret kom ikke."
    )


def _settle(scene: Scene) -> None:
    """One posted, one delivered and one in conflict."""
    sent = {"voucher": {}, "held": False, "erp_id": "8d1c0d9e"}
    rows = Posting.objects.filter(organization=scene.hlf)
    rows.filter(external_id="R-6").update(
        **sent, state=State.POSTED, posted_at=scene.now, voucher_number="108042"
    )
    rows.filter(external_id="R-7").update(**sent, state=State.DELIVERED)
    rows.filter(external_id="R-8").update(
        **sent, state=State.CONFLICT, reason_code="amount_differs", reason_detail="Beløpet er et annet der."
    )


def _make_more_organizations(scene: Scene) -> None:
    """Fjell is in the middle of a run, Bre waits for one, Elv was restored from a backup."""
    for slug in ("fjell", "bre", "elv"):
        of = people.organization(slug, f"{slug.capitalize()} krets", scene.now)
        people.make_ready(of, scene.grete, scene.now)
        people.approve_some(of, 6, scene.now)
        if slug == "elv":
            with transaction.atomic():
                restored.close(
                    organization=of, reason="Gjenopprettet.", connector_kind="business_central", now=scene.now
                )
            continue
        people.turn_on(of, scene.grete, scene.now)
        if slug == "fjell":
            runs.start_manual(organization=of, actor=access.actor_of(scene.grete), now=scene.now)


def _posting(scene: Scene, external_id: str) -> Posting:
    return Posting.objects.get(organization=scene.hlf, external_id=external_id)
