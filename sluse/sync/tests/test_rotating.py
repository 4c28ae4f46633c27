"""New credentials while the switch is on: beside the old, tested, swapped, and what becomes of both."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from sluse.connectors import vault
from sluse.connectors.models import Connector
from sluse.gate import read
from sluse.gate.read import State
from sluse.organizations.errors import ConflictError, InvalidError
from sluse.organizations.models import Organization, User
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.sync import rotating
from tests import scene

NEW_SECRET = "en-ny-hemmelighet-0001"


@pytest.fixture
def on(hlf: Organization, kari: User, tenant: str, erp: Remote) -> str:
    """The switch is on, and the tenant accepts the old secret and a new one."""
    scene.enable(hlf, kari)
    erp.accept_secrets(tenant=tenant, secrets=[sandbox.CLIENT_SECRET, NEW_SECRET])
    return tenant


def enter(hlf: Organization, kari: User, secret: str = NEW_SECRET) -> None:
    rotating.put_next(
        organization=hlf,
        credentials={"client_secret": secret},
        expires_on=timezone.now().date() + timedelta(days=30),
        actor=scene.actor(kari),
        now=timezone.now(),
    )


def works(hlf: Organization, kari: User) -> bool:
    return rotating.test_next(organization=hlf, actor=scene.actor(kari), now=timezone.now()).ok


def swap(hlf: Organization, kari: User) -> None:
    rotating.swap(organization=hlf, actor=scene.actor(kari), now=timezone.now())


def in_use(hlf: Organization) -> str:
    return vault.opened(row=Connector.objects.get(organization=hlf))["client_secret"]


def history(hlf: Organization) -> list[str]:
    return [row.new_state for row in reversed(scene.log(hlf, "credentials"))][1:]


def test_the_new_ones_are_used_after_their_test_and_the_old_ones_go_with_the_first_success(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    enter(hlf, kari)
    assert in_use(hlf) == sandbox.CLIENT_SECRET
    assert works(hlf, kari)
    swap(hlf, kari)
    row = Connector.objects.get()
    assert in_use(hlf) == NEW_SECRET
    assert vault.opened(row=row, slot=vault.PREVIOUS)["client_secret"] == sandbox.CLIENT_SECRET
    assert (row.credentials_hint, row.is_test_current, row.tested_ok) == (NEW_SECRET[-4:], True, True)
    assert read.switch_of(organization=hlf).state is State.ENABLED
    erp.accept_secrets(tenant=on, secrets=[NEW_SECRET])
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    assert Connector.objects.get().previous_credentials == {}
    assert history(hlf) == ["next_set", "rotated", "previous_removed"]


@pytest.mark.parametrize("secret", ["not accepted there", ""])
def test_untested_or_refused_ones_are_never_used(hlf: Organization, kari: User, on: str, secret: str) -> None:
    with pytest.raises(ConflictError) as refusal:
        swap(hlf, kari)
    assert refusal.value.code == "no_next_credentials"
    if not secret:
        with pytest.raises(InvalidError):
            enter(hlf, kari, secret)
        return
    enter(hlf, kari, secret)
    for _try in range(2):
        with pytest.raises(ConflictError) as refusal:
            swap(hlf, kari)
        assert refusal.value.code == "next_not_tested"
        assert not works(hlf, kari)
    assert in_use(hlf) == sandbox.CLIENT_SECRET


def test_a_test_counts_for_what_was_tested(hlf: Organization, kari: User, on: str) -> None:
    enter(hlf, kari)
    assert works(hlf, kari)
    enter(hlf, kari, "another one")
    with pytest.raises(ConflictError):
        swap(hlf, kari)


def test_another_company_is_refused(hlf: Organization, kari: User, on: str) -> None:
    Connector.objects.update(tested_company_id="another")
    enter(hlf, kari)
    with translation.override("en"):
        assert not works(hlf, kari)
    assert "another company" in Connector.objects.get().next_problems[0]


def test_new_ones_that_are_refused_at_first_use_give_way_to_the_old(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    enter(hlf, kari)
    assert works(hlf, kari)
    swap(hlf, kari)
    erp.accept_secrets(tenant=on, secrets=[sandbox.CLIENT_SECRET])
    erp.revoke_tokens()
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert in_use(hlf) == sandbox.CLIENT_SECRET
    assert read.holds_of(organization=hlf, now=timezone.now()) == [], "no breaker"
    assert history(hlf) == ["next_set", "rotated", "rotation_undone"]
    assert [letter.subject for letter in mail.outbox] == [
        "Den nye påloggingsinformasjonen til Hørselshemmedes Landsforbund ble avvist"
    ]
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}


def test_two_swaps_before_a_success_keep_those_that_had_one(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    erp.accept_secrets(tenant=on, secrets=[sandbox.CLIENT_SECRET, NEW_SECRET, NEW_SECRET + "2"])
    for secret in (NEW_SECRET, NEW_SECRET + "2"):
        enter(hlf, kari, secret)
        assert works(hlf, kari)
        swap(hlf, kari)
    row = Connector.objects.get()
    assert vault.opened(row=row, slot=vault.PREVIOUS)["client_secret"] == sandbox.CLIENT_SECRET


def test_a_refused_voucher_is_no_success_of_new_credentials(hlf: Organization, kari: User, on: str) -> None:
    enter(hlf, kari)
    assert works(hlf, kari)
    swap(hlf, kari)
    scene.submit_and_approve(hlf, scene.reimbursement("R-9", claimant="V99999"))
    scene.work(hlf)
    assert scene.states(hlf) == {"failed": 1}
    assert Connector.objects.get().previous_credentials != {}


def test_a_swap_ends_the_breaker_that_the_old_ones_opened(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    erp.accept_secrets(tenant=on, secrets=[NEW_SECRET])
    erp.revoke_tokens()
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    assert [hold.kind for hold in read.holds_of(organization=hlf, now=timezone.now())] == ["breaker"]
    enter(hlf, kari)
    assert works(hlf, kari)
    swap(hlf, kari)
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}


def test_old_ones_refused_after_the_swap_open_no_breaker(hlf: Organization, kari: User, on: str) -> None:
    """A slice that had the connector open goes on with the old ones to its end."""
    used = Connector.objects.get()
    enter(hlf, kari)
    assert works(hlf, kari)
    swap(hlf, kari)
    rotating.after_refusal(organization=hlf, used=used, reason="Refused", now=timezone.now())
    assert in_use(hlf) == NEW_SECRET
    assert read.holds_of(organization=hlf, now=timezone.now()) == []


def test_a_change_of_the_connector_ends_the_rotation(hlf: Organization, kari: User, on: str) -> None:
    enter(hlf, kari)
    scene.disable(hlf, kari)
    scene.configure(hlf, kari, on)
    assert Connector.objects.get().next_credentials == {}
