"""The drill itself: a flat list of steps that can be read aloud. Each says what it does, and fails where it is not so."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sluse.sandbox.serve import running
from sluse.vouchers.reference import reference_for
from tests.drill import backup, systems
from tests.drill.site import PERSON, QUARANTINE_SECONDS, SLUG, Site
from tests.drill.systems import System

AMOUNT_ORE = 31_000
SENT, WAITING, FORGOTTEN, UNSENT = "sent", "waiting", "forgotten", "unsent"
GROUPS = {
    SENT: "sent before the backup",
    WAITING: "waiting in the backup, sent after it",
    FORGOTTEN: "told and sent after the backup",
    UNSENT: "told after the backup, never sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One group of reimbursements when it is over."""

    group: str
    reimbursements: int
    approved_ore: int
    vouchers: int
    posted_ore: int

    @property
    def is_right(self) -> bool:
        return self.vouchers == self.reimbursements and self.posted_ore == self.approved_ore


def run(*, system: System, folder: Path, each: int, say: Callable[[str], None]) -> list[Line]:
    """`each` is how many reimbursements are in a group. Raises AssertionError, with a sentence, at the first thing that is
    not as it must be."""
    ids = {group: [f"{group.upper()}-{number}" for number in range(1, each + 1)] for group in GROUPS}
    file = folder / "sluse.dump"
    with ExitStack() as stack:
        address = stack.enter_context(running(system.create()))
        site = Site(system=system, address=address, data=folder / "data")
        say(f"Sluse starts on an empty data folder, beside {system.name}'s sandbox.")
        site.start()
        stack.callback(site.end)
        site.set_up()
        say("Reimbursements are approved and sent by themselves. The switch goes off, and others wait.")
        _live_until_the_backup(site, ids)
        say("The backup is made with pg_dump, while everything runs.")
        backup.dump(data=site.data, url=site.database_url(), file=file)
        say("Life goes on: what waited is sent, others are told and sent, a few are told and wait.")
        _live_on(site, ids)
        say("Sluse stops. The database is put back into the same data folder with pg_restore.")
        site.stop()
        backup.restore(data=site.data, file=file)
        say("Sluse starts, and notices the restore by itself: off, on hold, open postings unknown.")
        _notice(site, ids)
        say(
            "After the quarantine an administrator compares: what waited is taken over, what is forgotten is listed."
        )
        _compare(site, ids)
        say("The source system tells everything again, and a second comparison finds nothing that differs.")
        _tell_again(site, ids)
        say("The administrator releases the hold, tests the connection, turns the switch on and syncs.")
        _release(site, ids)
        return _count(site, ids)


Ids = dict[str, list[str]]


def _live_until_the_backup(site: Site, ids: Ids) -> None:
    site.turn_on("Tested")
    site.approve(ids[SENT])
    site.wait_for(ids[SENT])
    site.turn_off()
    site.approve(ids[WAITING])


def _live_on(site: Site, ids: Ids) -> None:
    site.turn_on("Back to work")
    site.approve(ids[FORGOTTEN])
    site.wait_for(ids[FORGOTTEN])
    site.call.told("POST", "/sync-runs", {})
    site.wait_for(ids[WAITING])
    site.turn_off()
    site.approve(ids[UNSENT])


def _notice(site: Site, ids: Ids) -> None:
    told = site.start()
    assert "restored from a backup" in told, f"Nothing was noticed:\n{told}"
    site.sign_in()
    assert site.call.told("GET", "/connector/switch")["state"] == "disabled", "The switch is still on."
    states = site.call.postings()
    assert {states[one] for one in ids[WAITING]} == {"unknown"}, states
    assert set(states) == {*ids[SENT], *ids[WAITING]}, "The backup is not of when it should be."
    status, refusal = site.call.switch("enabled", "In a hurry")
    assert status == 409, f"It could be turned on before anybody looked: {refusal}"
    site.refused("restore", "release", SLUG, "--reason", "In a hurry", "--as", PERSON)


def _compare(site: Site, ids: Ids) -> None:
    time.sleep(QUARANTINE_SECONDS)
    listed = site.refused("reconcile", SLUG, "--as", PERSON)
    lost = [one for one in ids[FORGOTTEN] if _reference(one) not in listed]
    assert not lost, f"Not listed: {', '.join(lost)}\n{listed}"
    states = site.call.postings()
    assert {states[one] for one in ids[WAITING]} == {"posted"}, states


def _tell_again(site: Site, ids: Ids) -> None:
    for group in GROUPS:
        site.approve(ids[group])
    site.compare_equal()
    states = site.call.postings()
    assert {states[one] for one in ids[FORGOTTEN]} == {"posted"}, states
    assert {states[one] for one in ids[UNSENT]} == {"pending"}, states


def _release(site: Site, ids: Ids) -> None:
    site.command("restore", "release", SLUG, "--reason", "Compared: nothing differs", "--as", PERSON)
    site.turn_on("Compared after the restore")
    site.call.told("POST", "/sync-runs", {})
    for external_ids in ids.values():
        site.wait_for(external_ids)
    site.compare_equal()
    site.command("log", "verify", SLUG)
    assert site.remote.violations() == [], site.remote.violations()


def _count(site: Site, ids: Ids) -> list[Line]:
    copies, totals = systems.held(system=site.system, remote=site.remote)
    ours = {group: [_reference(one) for one in external_ids] for group, external_ids in ids.items()}
    strangers = set(copies) - {one for references in ours.values() for one in references}
    assert not strangers, f"Vouchers that nobody approved: {', '.join(strangers)}"
    twice = [reference for reference, count in copies.items() if count > 1]
    assert not twice, f"There more than once: {', '.join(twice)}"
    return [
        Line(
            group=GROUPS[group],
            reimbursements=len(references),
            approved_ore=AMOUNT_ORE * len(references),
            vouchers=sum(copies[one] for one in references),
            posted_ore=sum(totals.get(one, 0) for one in references),
        )
        for group, references in ours.items()
    ]


def _reference(external_id: str) -> str:
    return reference_for(organization_slug=SLUG, external_id=external_id, version=1)
