"""New credentials over HTTP, while the switch is on."""

from datetime import datetime

import pytest

from sluse.api.tests.conftest import Caller
from sluse.connectors import check
from sluse.connectors.base import Chart
from sluse.organizations.models import Organization, User
from tests import people

NEXT = "organizations/hlf/connector/next-credentials"
SECRET = "a-quite-new-secret-9999"
NEW = {"credentials": {"client_secret": SECRET}, "expires_on": "2199-12-31"}


def test_a_secret_is_renewed_while_the_switch_is_on(
    as_kari: Caller, ready: Organization, kari: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.turn_on(ready, kari, now)
    report = check.Report(ok=True, company="HLF", accounts=1, problems=[], chart=Chart())
    monkeypatch.setattr(check, "ask", lambda **_asked: report)

    codes = [as_kari("POST", f"{NEXT}/{act}").json()["code"] for act in ("test", "swap")]
    entered = as_kari("PUT", NEXT, NEW)
    early = as_kari("POST", f"{NEXT}/swap")
    tested, swapped = as_kari("POST", f"{NEXT}/test"), as_kari("POST", f"{NEXT}/swap")

    assert codes == ["no_next_credentials"] * 2
    assert (entered.json()["set"], entered.json()["expires_on"]) == (True, "2199-12-31")
    assert early.json()["code"] == "next_not_tested"
    assert tested.json()["ok"] is True
    assert (swapped.json()["set"], swapped.json()["previous_kept"]) == (False, True)
    shown = as_kari("GET", "organizations/hlf/connector").json()
    assert (shown["switch"]["state"], shown["ready"]) == ("enabled", True)
    assert all(SECRET not in answer.content.decode() for answer in (entered, early, tested, swapped))


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"credentials": {}}, "credentials"),
        ({"credentials": {"password": "x"}}, "credentials.password"),
        (NEW | {"expires_on": "soon"}, "expires_on"),
        (NEW | {"expires_on": "2001-01-01"}, "expires_on"),
    ],
)
def test_what_cannot_be_is_refused(
    as_kari: Caller, ready: Organization, body: dict[str, object], path: str
) -> None:
    answer = as_kari("PUT", NEXT, body)

    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]
