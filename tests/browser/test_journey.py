"""The main job, end to end, as people meet it: a source system over HTTP, Kari and Grete in a browser, real processes.

Nothing here reaches inward but the clock: the nightly run is due when the sweep is told that it is night.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Browser

from sluse.organizations import directory, tokens
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sync import schedule, sweep
from tests import scene as scenes
from tests.browser.visit import Site, Visit
from tests.programs import until
from tests.terminal import Running

pytestmark = [pytest.mark.browser, pytest.mark.journey]

SOURCE_SCOPES = (
    "reimbursements:write",
    "reimbursements:read",
    "sync:run",
    "connector:read",
    "switch:write",
    "log:read",
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: Any


class Api:
    """A source system, or Kari's own script: a token and plain HTTP."""

    def __init__(self, *, address: str, token: str) -> None:
        self._address, self._token = address, token

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - the address is the program this test started
            f"{self._address}/api/v1/organizations/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - as above
                return Answer(response.status, json.load(response), response.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, json.load(error), error.headers)

    def approve(self, *external_ids: str) -> None:
        for external_id in external_ids:
            created = self.call(
                "POST", "hlf/reimbursements", scenes.reimbursement(external_id, amount="310.05")
            )
            assert created.status == 201
            approval = {"approved_by": "leader@hlf.example", "approved_at": timezone.now().isoformat()}
            assert self.call("POST", f"hlf/reimbursements/{external_id}/approve", approval).status == 200

    def postings(self, state: str) -> list[dict[str, Any]]:
        return list(self.call("GET", f"hlf/postings?state={state}").body["items"])

    def log(self, kind: str) -> list[dict[str, Any]]:
        return list(self.call("GET", f"hlf/sync-log?type={kind}").body["items"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    hlf: Organization
    kari: User
    grete: User
    ola: User
    tenant: str
    api: Api
    erp: Remote
    site: Site


@pytest.fixture
def stage(
    committed_database: None,
    process_environment: dict[str, str],
    erp: Remote,
    chromium: Browser,
    tmp_path: Path,
) -> Iterator[Stage]:
    hlf, nbf = scenes.organization(), scenes.organization("nbf", "Norges Blindeforbund")
    kari = scenes.administrator(hlf)
    ola = scenes.administrator(nbf, "ola@nbf.example", "Ola Nordmann")
    grete = directory.create_user(
        email="grete@sluse.example", name="Grete", is_global_administrator=True, now=timezone.now()
    )
    tenant = scenes.configure(hlf, kari)
    issued = tokens.issue(
        user=kari, organization=hlf, scopes=SOURCE_SCOPES, expires_at=None, now=timezone.now()
    )
    variables = process_environment | {"SLUSE_BC_API_URL": erp.base, "SLUSE_BC_LOGIN_URL": erp.base}
    running = Running(tmp_path / "data", arguments=["--port", "0"], variables=variables)
    address = f"http://127.0.0.1:{running.port}"
    site = Site(address=address, browser=chromium)
    yield Stage(
        hlf=hlf,
        kari=kari,
        grete=grete,
        ola=ola,
        tenant=tenant,
        api=Api(address=address, token=issued.plaintext),
        erp=erp,
        site=site,
    )
    site.close()
    running.end()
    assert running.left_behind() == set()


def test_the_main_job(stage: Stage) -> None:
    kari = stage.site.visit(stage.kari)
    _off_means_off(stage, kari)
    _enabling_needs_readiness(stage, kari)
    _enabling_sends_nothing(stage, kari)
    _a_manual_run_sends_all_once(stage, kari)
    _an_approval_is_sent_within_seconds(stage)
    _what_came_while_off_goes_at_night(stage, kari)
    _the_global_administrator_has_a_name_too(stage)
    _another_organization_does_not_exist(stage)


def _off_means_off(stage: Stage, kari: Visit) -> None:
    stage.api.approve("R-1", "R-2", "R-3")
    waiting = stage.api.postings("pending")
    assert [posting["held"] for posting in waiting] == [True] * 3
    refused = stage.api.call("POST", "hlf/sync-runs", {"dry_run": False})
    assert (refused.status, refused.body["code"]) == (409, "connector_disabled")
    kari.go("/o/hlf/connector/")
    kari.page.click("text=Synkroniser nå")
    assert "Ingenting er sendt" in kari.page.inner_text("#messages")
    assert stage.erp.requests(tenant=stage.tenant) == []
    refusals = stage.api.log("refused")
    assert [entry["actor_id"] for entry in refusals] == [str(stage.kari.pk)] * 2


def _enabling_needs_readiness(stage: Stage, kari: Visit) -> None:
    answer = stage.api.call(
        "PUT", "hlf/connector/switch", {"state": "enabled", "reason": "x"}, If_Match='"0"'
    )
    assert (answer.status, answer.body["code"]) == (409, "not_ready")
    codes = {item["code"] for item in answer.body["missing"]}
    assert codes == {"not_tested", "expense_type_unmapped"}
    kari.go("/o/hlf/connector/")
    kari.page.click("#switch-hlf")
    kari.page.wait_for_selector("#dialog-slot .consequences")
    assert "Kilometergodtgjørelse" in kari.page.inner_text("body")
    kari.go("/o/hlf/connector/")


def _enabling_sends_nothing(stage: Stage, kari: Visit) -> None:
    page = kari.page
    page.click("text=Test tilkoblingen nå")
    page.wait_for_selector("text=Hørselshemmedes Landsforbund (sandbox)")
    actor = scenes.actor(stage.kari)
    scenes.save_mapping(stage.hlf, actor)
    kari.go("/o/hlf/connector/")
    page.click("#switch-hlf")
    page.wait_for_selector("#switch-text")
    assert "3 posteringer venter" in page.inner_text("body")
    page.fill("#switch-text", "Testet mot regnskapet")
    page.click('dialog button:has-text("Slå på")')
    page.wait_for_selector("#switch-hlf[aria-checked=true]")
    [entry] = stage.api.log("switch")
    told = (
        entry["actor_id"],
        entry["organization"],
        entry["connector_kind"],
        entry["new_state"],
        entry["reason"],
    )
    assert told == (str(stage.kari.pk), "hlf", "business_central", "enabled", "Testet mot regnskapet")
    assert len(stage.api.postings("pending")) == 3
    assert stage.erp.vouchers(tenant=stage.tenant) == []


def _a_manual_run_sends_all_once(stage: Stage, kari: Visit) -> None:
    kari.page.click("text=Synkroniser nå")
    kari.page.click("text=Send nå")
    until(lambda: len(stage.api.postings("posted")) == 3, "three are posted")
    vouchers = stage.erp.vouchers(tenant=stage.tenant)
    assert sum(Decimal(voucher["total"]) for voucher in vouchers) == Decimal("930.15")
    numbers = {posting["voucher_number"] for posting in stage.api.postings("posted")}
    assert numbers == {voucher["number"] for voucher in vouchers}
    until(lambda: _last_run(stage)["finished"] is not None, "the run has ended")
    again = stage.api.call("POST", "hlf/sync-runs", {"dry_run": False})
    assert again.status == 202
    until(lambda: _run(stage, again.body["id"])["finished"] is not None, "the second run has ended")
    assert (_run(stage, again.body["id"])["total"], len(stage.erp.vouchers(tenant=stage.tenant))) == (0, 3)


def _an_approval_is_sent_within_seconds(stage: Stage) -> None:
    stage.api.approve("R-4")
    until(lambda: len(stage.api.postings("posted")) == 4, "sent by an automatic run", seconds=20)
    until(lambda: _last_run(stage)["finished"] is not None, "the automatic run has ended")
    assert _last_run(stage)["trigger"] == "automatic"


def _what_came_while_off_goes_at_night(stage: Stage, kari: Visit) -> None:
    off = stage.api.call("PUT", "hlf/connector/switch", {"state": "disabled", "reason": "Pause"})
    assert (off.status, off.body["state"], off.body["unresolved"]) == (200, "disabled", 0)
    stage.api.approve("R-5", "R-6")
    version = stage.api.call("GET", "hlf/connector").headers["ETag"]
    on = stage.api.call(
        "PUT", "hlf/connector/switch", {"state": "enabled", "reason": "Again"}, If_Match=version
    )
    assert (on.body["state"], on.body["pending"]) == ("enabled", 2)
    due = schedule.get(organization=stage.hlf, now=timezone.now()).next_run_at
    assert due is not None
    with time_machine.travel(due + timedelta(seconds=1)):
        assert sweep.start_due_runs(now=timezone.now()) == 1
    until(lambda: len(stage.api.postings("posted")) == 6, "the scheduled run has sent both")
    until(lambda: _last_run(stage)["finished"] is not None, "the scheduled run has ended")


def _the_global_administrator_has_a_name_too(stage: Stage) -> None:
    grete = stage.site.visit(stage.grete)
    assert grete.go("/platform/") == 200
    grete.page.click("#switch-hlf")
    grete.page.wait_for_selector("#switch-text")
    grete.page.click("text=Planlagt stans")
    grete.page.fill("#switch-text", "Oppgradering")
    grete.page.click('dialog button:has-text("Slå av")')
    grete.page.wait_for_selector("#switch-hlf[aria-checked=false]")
    newest = stage.api.log("switch")[0]
    assert (newest["actor_id"], newest["new_state"]) == (str(stage.grete.pk), "disabled")


def _another_organization_does_not_exist(stage: Stage) -> None:
    ola = stage.site.visit(stage.ola)
    assert ola.go("/o/hlf/connector/") == 404
    assert ola.go("/platform/") == 404
    assert stage.api.call("GET", "nbf/connector").status == 404
    assert stage.api.call("GET", "nowhere/connector").status == 404


def _last_run(stage: Stage) -> dict[str, Any]:
    return dict(stage.api.call("GET", "hlf/sync-runs").body["items"][0])


def _run(stage: Stage, run_id: str) -> dict[str, Any]:
    return dict(stage.api.call("GET", f"hlf/sync-runs/{run_id}").body)
