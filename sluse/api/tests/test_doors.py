"""Who gets in where: role by call. Outsiders learn nothing, auditors change nothing, every call asks for its scope."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from sluse.api.tests import items
from sluse.api.tests.conftest import ALL, Caller, Token
from sluse.audit.models import Entry
from sluse.organizations.models import Organization, User
from sluse.organizations.models import Token as TokenRow
from sluse.sync.models import Run
from tests import people

NOBODY = "00000000-0000-4000-8000-000000000000"
READS = {
    "": {"connector:read", "platform"},
    "/connector": {"connector:read"},
    "/connector/switch": {"connector:read", "switch:write"},
    "/mapping": {"connector:read"},
    "/reimbursements": {"reimbursements:read"},
    "/reimbursements/R-0": {"reimbursements:read"},
    "/reimbursements/R-0/attachments": {"reimbursements:read"},
    "/postings": {"reimbursements:read", "sync:run"},
    "/sync-runs": {"sync:run", "log:read"},
    "/sync-log": {"log:read"},
    "/sync-log.csv": {"log:read"},
    "/reconciliations": {"sync:run", "log:read"},
    "/holds": {"connector:read"},
    "/four-eyes": {"connector:read", "switch:write"},
    "/connector/next-credentials": {"connector:read"},
}
CHANGES: dict[tuple[str, str], tuple[str, Any]] = {
    ("PUT", "/connector"): ("connector:write", {"kind": "business_central"}),
    ("POST", "/connector/test"): ("connector:write", None),
    ("PUT", "/mapping"): ("connector:write", {"expense_types": {}}),
    ("PUT", "/connector/switch"): ("switch:write", {"state": "disabled", "reason": "Because"}),
    ("POST", "/reimbursements"): ("reimbursements:write", items.reimbursement()),
    ("POST", "/reimbursements/R-0/approve"): ("reimbursements:write", items.approval()),
    ("POST", "/reimbursements/R-0/withdraw"): ("reimbursements:write", None),
    ("POST", "/reimbursements/R-0/attachments"): ("reimbursements:write", None),
    ("POST", "/postings/retry"): ("sync:run", {"all_failed": True}),
    ("POST", "/sync-runs"): ("sync:run", {"dry_run": False}),
    ("PUT", "/connector/next-credentials"): ("connector:write", {"credentials": {}}),
    ("POST", "/connector/next-credentials/test"): ("connector:write", None),
    ("POST", "/connector/next-credentials/swap"): ("connector:write", None),
    ("PUT", "/four-eyes"): ("switch:write", {"required": False, "reason": "Because"}),
    ("POST", "/approvals/1/approve"): ("switch:write", None),
    ("POST", "/approvals/1/reject"): ("switch:write", {"reason": "Because"}),
    ("POST", "/reconciliations"): ("sync:run", {}),
    ("POST", "/holds"): ("connector:write", {"starts": "", "ends": "", "reason": "Because"}),
    ("PUT", "/holds/1"): ("connector:write", {"starts": "", "ends": "", "reason": "Because"}),
    ("POST", "/holds/1/end"): ("connector:write", {"reason": "Because"}),
}
EVERY = [("GET", path, None) for path in READS] + [
    (method, path, body) for (method, path), (_scope, body) in CHANGES.items()
]


@pytest.fixture(autouse=True)
def one_reimbursement(hlf: Organization, now: datetime) -> None:
    people.approve_some(hlf, 1, now)


@pytest.mark.parametrize(("method", "path", "body"), EVERY)
def test_nobody_gets_in_without_a_token(anonymous: Caller, method: str, path: str, body: Any) -> None:
    answer = anonymous(method, f"organizations/hlf{path}", body)

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path", "body"), EVERY)
def test_another_organization_is_not_found_and_looks_like_none_at_all(
    ola: User, token: Token, method: str, path: str, body: Any
) -> None:
    as_ola = token(ola)
    before = (Entry.objects.count(), Run.objects.count())

    real = as_ola(method, f"organizations/hlf{path}", body)
    made_up = as_ola(method, f"organizations/nobody{path}", body)

    assert real.status_code == made_up.status_code == 404
    assert real.content == made_up.content
    assert (Entry.objects.count(), Run.objects.count()) == before


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_an_outsider_without_the_scope_is_told_no_more(
    ola: User, token: Token, method: str, path: str
) -> None:
    """Neither a missing scope nor a body that cannot be read tells that the organization is there."""
    assert token(ola, "log:read")(method, f"organizations/hlf{path}", "{").status_code == 404


@pytest.mark.parametrize("path", READS)
def test_an_auditor_reads(rune: User, token: Token, path: str) -> None:
    assert token(rune)("GET", f"organizations/hlf{path}").status_code == 200


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_an_auditor_changes_nothing(rune: User, token: Token, method: str, path: str) -> None:
    before = Entry.objects.count()

    answer = token(rune)(method, f"organizations/hlf{path}", CHANGES[method, path][1])

    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"
    assert Entry.objects.count() == before


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("scope", ALL)
def test_reading_asks_for_its_scope(kari: User, token: Token, path: str, scope: str) -> None:
    answer = token(kari, scope)("GET", f"organizations/hlf{path}")

    assert answer.status_code == (200 if scope in READS[path] else 403)


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize("scope", ALL)
def test_changing_asks_for_its_scope(kari: User, token: Token, method: str, path: str, scope: str) -> None:
    needed, body = CHANGES[method, path]

    answer = token(kari, scope)(method, f"organizations/hlf{path}", body)

    assert (answer.status_code == 403) == (scope != needed)
    if scope != needed:
        assert answer.json()["code"] == "scope_missing"
        assert needed in answer.json()["detail"]


def test_a_bound_token_opens_its_own_organization_alone(
    grete: User, hlf: Organization, other: Organization, token: Token
) -> None:
    bound = token(grete, "connector:read", "platform", organization=hlf)

    assert bound("GET", "organizations/hlf").status_code == 200
    assert bound("GET", "organizations/turlaget").status_code == 404
    assert bound("GET", "organizations").json()["code"] == "token_bound"


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", {"slug": "ny", "name": "Ny"})])
def test_the_platform_is_for_its_administrators(
    kari: User, grete: User, token: Token, method: str, body: Any
) -> None:
    assert token(kari)(method, "organizations", body).status_code == 404
    assert token(grete)(method, "organizations", body).status_code == 403
    assert token(grete, "platform")(method, "organizations", body).status_code in {200, 201}


def test_a_token_ends_with_its_time_its_withdrawal_or_its_user(
    kari: User, token: Token, now: datetime
) -> None:
    old = token(kari, expires_at=now - timedelta(seconds=1))
    revoked, last = token(kari), token(kari)
    newest = TokenRow.objects.order_by("-pk")[1]
    TokenRow.objects.filter(pk=newest.pk).update(revoked_at=now)

    assert [caller("GET", "organizations/hlf").status_code for caller in (old, revoked, last)] == [
        401,
        401,
        200,
    ]

    kari.is_active = False
    kari.save(update_fields=["is_active"])
    assert last("GET", "organizations/hlf").status_code == 401


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Basic a2FyaTp4", "Bearer sluse_wrong", "sluse_wrong"]
)
def test_what_is_no_token_opens_nothing(hlf: Organization, sent: str) -> None:
    answer = Client().get("/api/v1/organizations/hlf", headers={"Authorization": sent})

    assert answer.status_code == 401


def test_a_session_opens_nothing(kari: User) -> None:
    """Else any page a person visits could call in their name."""
    client = Client()
    client.force_login(kari)

    assert client.get("/api/v1/organizations/hlf").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        f"/postings/{NOBODY}",
        f"/sync-runs/{NOBODY}",
        "/postings/1",
        "/reimbursements/-",
        f"/reimbursements/R-0/attachments/{NOBODY}",
    ],
)
def test_what_is_not_there_is_not_found(as_kari: Caller, path: str) -> None:
    answer = as_kari("GET", f"organizations/hlf{path}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
