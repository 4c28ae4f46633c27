"""One installation and the hands on it: `sluse up`, commands in a terminal, a source system, an administrator."""

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sluse.environment import RUNTIME_FILE
from sluse.sandbox.remote import Remote
from tests.drill.caller import Caller
from tests.drill.systems import System
from tests.programs import until
from tests.terminal import Running, environment, run

SLUG, PERSON = "hlf", "kari@hlf.example"
ENGLISH = {"LANG": "en_GB.UTF-8"}
QUARANTINE_SECONDS = 2
"""A quarter of an hour and more with the real ones. The sandboxes do nothing late unless they are told to."""
AMOUNT = "310.00"


class Site:
    def __init__(self, *, system: System, address: str, data: Path) -> None:
        self.system, self.remote, self.data = system, Remote(base=address), data
        quarantine = {"SLUSE_QUARANTINE_SECONDS": str(QUARANTINE_SECONDS)}
        self._variables = environment() | ENGLISH | quarantine | system.variables(address)
        self._now = datetime.now(tz=UTC)

    # --- whoever operates it ----------------------------------------------------------------------

    def start(self) -> str:
        """What it says until it serves."""
        self._running = Running(self.data, arguments=["--port", "0"], variables=self._variables)
        return "\n".join(self._running.said)

    def stop(self) -> None:
        assert self._running.end(signal.SIGTERM) == 0, "Sluse did not stop cleanly."

    def end(self) -> None:
        """However the drill ended."""
        if self._running.process.poll() is None:
            self._running.end(signal.SIGTERM)

    def database_url(self) -> str:
        return str(json.loads((self.data / RUNTIME_FILE).read_text())["SLUSE_OWNER_DATABASE_URL"])

    def command(self, *words: str) -> str:
        """What `sluse …` printed, which must have succeeded."""
        done = run(*words, "--data", str(self.data), variables=ENGLISH)
        assert done.returncode == 0, f"sluse {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def refused(self, *words: str) -> str:
        """What it printed, which must have been refused with a sentence."""
        done = run(*words, "--data", str(self.data), variables=ENGLISH)
        assert done.returncode == 1, f"sluse {' '.join(words)} was not refused: {done.stdout}"
        return done.stdout + done.stderr

    # --- its administrator ------------------------------------------------------------------------

    def set_up(self) -> None:
        self.command("organization", "create", SLUG, "--name", "Hørselshemmedes Landsforbund")
        self.command("user", "create", PERSON, "--name", "Kari Nordmann", "--admin", SLUG)
        self._token = self.command("token", "create", PERSON, "--organization", SLUG).strip()
        self.sign_in()
        self.call.told("PUT", "/connector", self.system.connector)
        self.call.told("PUT", "/mapping", self.system.mapping)

    def sign_in(self) -> None:
        self.call = Caller(port=self._running.port, slug=SLUG, token=self._token)

    def turn_on(self, reason: str) -> None:
        report = self.call.told("POST", "/connector/test", {})
        assert report["ok"], report["problems"]
        status, answer = self.call.switch("enabled", reason)
        assert status == 200, answer

    def turn_off(self) -> None:
        status, answer = self.call.switch("disabled", "Enough for now")
        assert status == 200, answer

    def compare_equal(self) -> None:
        found = self.call.told("POST", "/reconciliations", {})
        assert found["outcome"] == "equal", found

    # --- the source system ------------------------------------------------------------------------

    def approve(self, external_ids: list[str]) -> None:
        """Told as it was the first time, whenever it is told."""
        items = [self._reimbursement(one) for one in external_ids]
        for told in self.call.told("POST", "/reimbursements", items):
            assert told["status"] in {200, 201}, told
        for one in external_ids:
            approval = {"approved_by": "leder@hlf.example", "approved_at": self._now.isoformat()}
            self.call.told("POST", f"/reimbursements/{one}/approve", approval)

    def wait_for(self, external_ids: list[str]) -> None:
        """Until the accounting system has taken all of them in."""
        until(self._all_taken_in(external_ids), f"{', '.join(external_ids)} are sent")
        if self.system.has_job:
            self.remote.run_job(tenant=self.system.tenant)

    def _all_taken_in(self, external_ids: list[str]) -> Callable[[], bool]:
        def is_so() -> bool:
            states = self.call.postings()
            return {states.get(one) for one in external_ids} <= {"posted", "delivered"}

        return is_so

    def _reimbursement(self, external_id: str) -> dict[str, object]:
        day = self._now.date().isoformat()
        return {
            "external_id": external_id,
            "claimant": {"number": "V00001", "name": "Ola Frivillig"},
            "currency": "NOK",
            "total": AMOUNT,
            "cost_centre": "10",
            "project": "4201",
            "lines": [
                {"expense_type": "mileage", "date": day, "amount": "254.00", "quantity": "31", "unit": "km"},
                {"expense_type": "toll", "date": day, "amount": "56.00", "text": "Bomring"},
            ],
        }
