"""Two administrators over HTTP."""

from datetime import datetime

from sluse.api.tests.conftest import Caller, Token
from sluse.organizations.models import Organization, Role, User
from tests import people

SWITCH = "organizations/hlf/connector/switch"
APPROVALS = "organizations/hlf/approvals"
EYES = "organizations/hlf/four-eyes"
ON = {"state": "enabled", "reason": "Tested and agreed"}


def test_turning_on_answers_202_until_a_second_administrator_approves(
    as_kari: Caller, ready: Organization, kari: User, token: Token, now: datetime
) -> None:
    as_anna = token(people.member(ready, "anna@hlf.example", "Anna Andre", Role.ADMINISTRATOR, now))
    assert as_kari("GET", EYES).json() == {"required": False, "approvals": []}
    assert as_kari("PUT", EYES, {"required": True, "reason": "Policy"}).json()["required"] is True

    asked = as_kari("PUT", SWITCH, ON, if_match='"0"')
    number = asked.json()["approval"]["id"]
    own = as_kari("POST", f"{APPROVALS}/{number}/approve")
    empty = as_anna("POST", f"{APPROVALS}/{number}/reject", {"reason": ""})
    approved = as_anna("POST", f"{APPROVALS}/{number}/approve")

    assert (asked.status_code, asked.json()["state"], asked.json()["changed"]) == (202, "disabled", False)
    assert (own.status_code, own.json()["code"]) == (403, "own_request")
    assert empty.json()["code"] == "reason_required"
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert as_kari("GET", SWITCH).json()["by"] == "Anna Andre"
    assert as_kari("PUT", SWITCH, {"state": "disabled", "reason": "Stop"}).json()["state"] == "disabled"
    less = as_kari("PUT", EYES, {"required": False, "reason": "Small again"})
    assert (less.status_code, less.json()["required"], len(less.json()["approvals"])) == (202, True, 1)
    assert as_anna("POST", f"{APPROVALS}/x/approve").status_code == 404
