"""Two administrators: asked by one, decided by another, exactly as it was asked or not at all; off waits for nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from sluse.gate import four_eyes, read
from sluse.gate.models import Approval, FourEyes
from sluse.gate.read import State
from sluse.organizations.errors import ConflictError, ForbiddenError, NotFoundError, PreconditionFailedError
from sluse.organizations.models import Membership, Organization, User
from sluse.sync import agreeing, switching
from sluse.vouchers import store
from tests import scene


@pytest.fixture
def anna(hlf: Organization, kari: User) -> User:
    """The second administrator. HLF wants two from now on."""
    agreeing.require_two(organization=hlf, reason="Policy", actor=scene.actor(kari), now=timezone.now())
    return scene.administrator(hlf, "anna@hlf.example", "Anna Andre")


def ask(hlf: Organization, person: User, version: int = 0) -> Approval:
    answer = switching.enable(
        organization=hlf, version=version, reason="Tested", actor=scene.actor(person), now=timezone.now()
    )
    assert answer.approval is not None
    assert (answer.changed, answer.state) == (False, State.DISABLED)
    return answer.approval


def approve(hlf: Organization, approval: Approval, person: User, later: timedelta = timedelta()) -> State:
    return switching.approve(
        organization=hlf,
        approval_id=approval.pk,
        actor=scene.actor(person),
        now=timezone.now() + later,
    ).state


def states(hlf: Organization) -> list[str]:
    return [row.new_state for row in reversed(scene.log(hlf, "approval"))]


@pytest.fixture(autouse=True)
def prepared(tenant: str) -> None:
    """The connector is ready, its switch off."""


def test_a_second_administrator_turns_it_on(hlf: Organization, kari: User, anna: User) -> None:
    approval = ask(hlf, kari)
    assert ask(hlf, kari).pk == approval.pk, "asked twice is asked once"
    with pytest.raises(ForbiddenError):
        approve(hlf, approval, kari)
    assert approve(hlf, approval, anna) is State.ENABLED
    switch = read.switch_of(organization=hlf)
    assert (switch.by, switch.reason, switch.version) == ("Anna Andre", "Tested", 1)
    assert states(hlf) == ["two_required", "requested", "approved"]
    with pytest.raises(ConflictError):
        approve(hlf, approval, anna)


def test_off_waits_for_nobody(hlf: Organization, kari: User, anna: User) -> None:
    approve(hlf, ask(hlf, kari), anna)
    assert scene.disable(hlf, kari).state is State.DISABLED


def test_what_changed_meanwhile_voids_it(hlf: Organization, kari: User, anna: User, tenant: str) -> None:
    approval = ask(hlf, kari)
    changed = scene.MAPPING | {"credit": {"account": "2990"}}
    store.save(organization=hlf, content=changed, actor=scene.actor(kari), now=timezone.now())
    with pytest.raises(ConflictError) as refusal:
        approve(hlf, approval, anna)
    assert refusal.value.code == "approval_void"
    assert states(hlf)[-1] == "void", "kept, although nothing was carried out"
    assert approve(hlf, ask(hlf, anna), kari) is State.ENABLED


def test_it_ends_by_itself(hlf: Organization, kari: User, anna: User) -> None:
    approval = ask(hlf, kari)
    with pytest.raises(ConflictError) as refusal:
        approve(hlf, approval, anna, timedelta(hours=four_eyes.APPROVAL_HOURS))
    assert refusal.value.code == "approval_ended"
    assert read.switch_of(organization=hlf).state is State.DISABLED


def test_one_whose_asker_left_cannot_be_carried_out(hlf: Organization, kari: User, anna: User) -> None:
    approval = ask(hlf, kari)
    Membership.objects.filter(user=kari).delete()
    with pytest.raises(ConflictError, match=r"."):
        approve(hlf, approval, anna)
    assert read.switch_of(organization=hlf).state is State.DISABLED


def test_it_is_rejected_with_a_reason(hlf: Organization, kari: User, anna: User) -> None:
    approval = ask(hlf, kari)
    facts: dict[str, Any] = {
        "organization": hlf,
        "approval_id": approval.pk,
        "reason": "Not yet",
        "now": timezone.now(),
    }
    with pytest.raises(ForbiddenError):
        agreeing.reject(**facts, actor=scene.actor(kari))
    assert agreeing.reject(**facts, actor=scene.actor(anna)).decided_reason == "Not yet"
    with pytest.raises(ConflictError):
        approve(hlf, approval, anna)


def test_a_stale_version_is_refused_before_anybody_is_asked(
    hlf: Organization, kari: User, anna: User
) -> None:
    with pytest.raises(PreconditionFailedError):
        ask(hlf, kari, version=3)
    assert not Approval.objects.exists()


def test_another_organizations_request_is_not_found(hlf: Organization, kari: User, anna: User) -> None:
    other = scene.organization("turlaget", "Turlaget")
    with pytest.raises(NotFoundError):
        approve(other, ask(hlf, kari), anna)


def test_to_need_only_one_again_takes_two(hlf: Organization, kari: User, anna: User) -> None:
    approval = agreeing.ask_for_one(
        organization=hlf, reason="Small again", actor=scene.actor(kari), now=timezone.now()
    )
    assert approval is not None
    assert four_eyes.is_required(organization=hlf)
    with pytest.raises(ForbiddenError):
        approve(hlf, approval, kari)
    approve(hlf, approval, anna)
    assert not four_eyes.is_required(organization=hlf)
    scene.enable(hlf, kari)
    assert states(hlf) == ["two_required", "requested", "approved", "one_is_enough"]


def test_the_database_refuses_what_only_one_wants(hlf: Organization, kari: User, anna: User) -> None:
    with pytest.raises(DatabaseError, match="second administrator"):
        scene.turn_on(hlf, 0)
    with pytest.raises(DatabaseError, match="needs a second one"):
        FourEyes.objects.update(required=False)
    approval = ask(hlf, kari)
    one = Approval.objects.filter(pk=approval.pk)
    own = {"decided_by_id": approval.requested_by_id, "decided_at": timezone.now(), "state": "approved"}
    with pytest.raises(DatabaseError, match="approval_by_somebody_else"), transaction.atomic():
        one.update(**own)
    approve(hlf, approval, anna)
    with pytest.raises(DatabaseError, match="is not changed"):
        one.update(decided_by_id="x")
