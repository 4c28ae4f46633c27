"""Xledger posts what it has taken in, whatever our switch says: staged, turned off, posted there, and shown as posted."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from sluse.connectors import meter
from sluse.organizations import tokens
from sluse.organizations.models import Organization, User
from sluse.sandbox import xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync.models import Posting
from tests import programs, scene

ENTITY = "7000001"
SCOPES = ("connector:read", "connector:write", "switch:write", "reimbursements:read", "reimbursements:write")


class Api:
    """A program that holds Kari's token, over real HTTP."""

    def __init__(self, *, address: str, organization: Organization, user: User) -> None:
        self.base = f"{address}/api/v1/organizations/{organization.slug}"
        issued = tokens.issue(
            user=user, organization=organization, scopes=SCOPES, expires_at=None, now=timezone.now()
        )
        self._headers = {
            "authorization": f"Bearer {issued.plaintext}",
            "accept-language": "en",
            "content-type": "application/json",
        }

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        named = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=content, method=method, headers=named)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 — our own address
            return json.load(answer)


@pytest.fixture
def xledger_erp(settings: Settings) -> Iterator[Remote]:
    with running(xledger.create()) as base:
        settings.XLEDGER_URL = f"{base}/graphql"
        yield Remote(base=base)


@pytest.mark.journey
def test_what_was_staged_before_it_was_turned_off_is_shown_as_posted_while_it_is_off(
    committed_database: None, xledger_erp: Remote, process_environment: dict[str, str], client: Client
) -> None:
    hlf = scene.organization()
    kari = scene.administrator(hlf)
    scene.make_ready_on_xledger(hlf, kari, ENTITY)
    environment = process_environment | {"SLUSE_XLEDGER_URL": f"{xledger_erp.base}/graphql"}
    port = _free_port()
    with (
        programs.started(["web", "--port", str(port)], environment),
        programs.started(["worker"], environment),
    ):
        api = Api(address=f"http://127.0.0.1:{port}", organization=hlf, user=kari)
        programs.until(lambda: _answers(api), "the web server answers")
        assert api("PUT", "/connector/switch", {"state": "enabled", "reason": "Tested"}, if_match='"0"')
        scene.approve_many(hlf, ["R-1", "R-2", "R-3"])
        programs.until(lambda: scene.states(hlf) == {"delivered": 3}, "Xledger has taken them in")

        off = api("PUT", "/connector/switch", {"state": "disabled", "reason": "Enough for today"})
        assert (off["state"], off["unresolved"], off["delivered"]) == ("disabled", 3, 3)
        client.force_login(kari)
        told = "3 vouchers are in the accounting system's import already, and are posted there even while this is off."
        page = f"/o/{hlf.slug}/connector/"
        assert told in client.get(page, headers={"accept-language": "en"}).content.decode()

        scene.approve_many(hlf, ["R-4"])
        reached = xledger_erp.counts(tenant=ENTITY)["requests"]
        xledger_erp.run_job(tenant=ENTITY)
        assert xledger_erp.counts(tenant=ENTITY)["posted"] == 3
        Posting.objects.filter(organization=hlf, state="delivered").update(next_try_at=timezone.now())
        scene.work(hlf)
        assert scene.states(hlf) == {"delivered": 3, "pending": 1}
        assert xledger_erp.counts(tenant=ENTITY)["requests"] == reached, (
            "nothing asks by itself while it is off"
        )

        assert api("POST", "/connector/test", {})["ok"]
        posted = [one for one in api("GET", "/postings")["items"] if one["state"] == "posted"]
        assert {one["voucher_number"] for one in posted} == {"100001", "100002", "100003"}
        assert scene.states(hlf) == {"posted": 3, "pending": 1}
        assert api("GET", "/connector")["switch"]["state"] == "disabled"
        assert told not in client.get(page, headers={"accept-language": "en"}).content.decode()

    counts = xledger_erp.counts(tenant=ENTITY)
    assert counts["changes"] == 1, "three vouchers went in one request, and nothing after"
    assert meter.this_month(organization=hlf, now=timezone.now()) == counts["requests"]
    assert xledger_erp.violations() == []


def _answers(api: Api) -> bool:
    try:
        return api("GET", "/connector")["ready"] is True
    except OSError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
