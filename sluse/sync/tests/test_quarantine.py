"""An unknown outcome rests until no request can be alive any more, whoever asks for it meanwhile."""

from datetime import timedelta

import time_machine
from django.utils import timezone
from pytest_django import Settings

from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync.models import Attempt
from tests import scene


def test_not_even_a_person_who_wants_it_now_gets_it_looked_up_before_its_time(
    hlf: Organization, kari: User, tenant: str, erp: Remote, settings: Settings
) -> None:
    """The rest of an accounting system that did not answer holds back automatic runs, but no manual one."""
    settings.QUARANTINE_SECONDS = 60
    scene.enable(hlf, kari)
    erp.fault(kind="drop_before", tenant=tenant, body="pricesIncludeTax")
    scene.approve_many(hlf, ["R-1"])
    scene.work(hlf)
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert scene.states(hlf) == {"unknown": 1}
    assert Attempt.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=4_000)):
        scene.start_manual(hlf, kari)
        scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    assert len(erp.vouchers(tenant=tenant)) == 1
