"""Two administrators on the screens."""

from datetime import datetime

from sluse.gate import read
from sluse.gate.models import Approval
from sluse.gate.read import State
from sluse.organizations.models import Organization, Role, User
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/o/hlf/connector/"


def test_one_asks_and_the_other_decides(
    ready: Organization, kari: User, rune: User, as_person: SignIn, now: datetime
) -> None:
    anna = people.member(ready, "anna@hlf.example", "Anna Andre", Role.ADMINISTRATOR, now)
    as_kari, as_anna = as_person(kari), as_person(anna)
    assert "Require two administrators to turn on?" in words(as_kari.get(f"{PAGE}four-eyes/"))
    assert as_kari.post(f"{PAGE}four-eyes/", {"reason": ""}).status_code == 422
    as_kari.post(f"{PAGE}four-eyes/", {"reason": "Policy"})
    as_kari.post(f"{PAGE}switch/", {"to": "on", "version": "0", "text": "Tested"})
    told = words(as_kari.get(PAGE))
    assert "A second administrator must approve turning on" in told
    assert "Turn the switch on – Waits for a second administrator Tested" in told
    address = f"{PAGE}approvals/{Approval.objects.get().pk}/"
    assert "Whoever asked cannot decide." in words(as_kari.get(address))
    as_kari.post(address, {"decision": "approve"})
    assert read.switch_of(organization=ready).state is State.DISABLED
    assert as_person(rune).post(address, {"decision": "approve"}).status_code == 403
    assert "Asked for by Kari Nordmann" in words(as_anna.get(address))
    assert as_anna.post(address, {"decision": "reject", "reason": ""}).status_code == 422
    as_anna.post(address, {"decision": "approve"})
    assert "Approved, and carried out." in words(as_anna.get(PAGE))
    assert read.switch_of(organization=ready).state is State.ENABLED


def test_it_is_rejected(ready: Organization, kari: User, as_person: SignIn, now: datetime) -> None:
    anna = people.member(ready, "anna@hlf.example", "Anna Andre", Role.ADMINISTRATOR, now)
    as_kari, as_anna = as_person(kari), as_person(anna)
    as_kari.post(f"{PAGE}four-eyes/", {"reason": "Policy"})
    as_kari.post(f"{PAGE}four-eyes/", {"reason": "Small again"})
    address = f"{PAGE}approvals/{Approval.objects.get().pk}/"
    as_anna.post(address, {"decision": "reject", "reason": "We keep it"})
    assert "The request was rejected." in words(as_anna.get(PAGE))
    assert "Two administrators must agree to turn on." in words(as_kari.get(PAGE))
