"""The switch, runs and the log from the command line: what the commands do, what they print, and how they refuse."""

import json
from datetime import datetime

import pytest

from sluse.audit.models import Chain, Entry
from sluse.cli.tests.conftest import Sluse
from sluse.organizations.models import Organization, Role, User
from sluse.sync.models import Run
from tests import people


def test_the_switch_is_shown_and_turned(ready: Organization, kari: User, now: datetime, sluse: Sluse) -> None:
    people.approve_some(ready, 2, now)

    before = sluse("switch", "hlf")
    on = sluse("switch", "hlf", "on", "--reason", "Tested", "--as", "kari@hlf.example")
    off = sluse("switch", "hlf", "off", "--reason", "Year end", "--as", "kari@hlf.example")

    assert before == (0, "The switch is off.\n2 postings are waiting.\n", "")
    assert on.status == off.status == 0
    assert on.out.startswith("The switch is on.\n")
    assert "by Kari Nordmann: Tested (version 1)." in on.out
    assert off.out.startswith("The switch is off.\n")
    rows = Entry.objects.filter(type="switch").order_by("sequence").values_list("actor_id", "new_state")
    assert list(rows) == [(str(kari.pk), "enabled"), (str(kari.pk), "disabled")]


def test_what_is_missing_is_listed(hlf: Organization, kari: User, sluse: Sluse) -> None:
    ended = sluse("switch", "hlf", "on", "--reason", "Tested", "--as", "kari@hlf.example")

    assert ended == (
        1,
        "",
        "This organization has no connector yet.\n  Choose an accounting system.\n",
    )


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("rune@hlf.example", "Only administrators of the organization can do this.\n"),
        ("ola@turlaget.example", "There is no such organization, or you are not a member of it.\n"),
        ("nobody@hlf.example", "There is no user with the e-mail address nobody@hlf.example.\n"),
    ],
)
@pytest.mark.parametrize("words", [["switch", "hlf", "on", "--reason", "x"], ["sync", "hlf"]])
def test_whoever_may_not_is_refused(
    ready: Organization, rune: User, now: datetime, sluse: Sluse, words: list[str], email: str, sentence: str
) -> None:
    other = people.organization("turlaget", "Turlaget", now)
    people.member(other, "ola@turlaget.example", "Ola Fjell", Role.ADMINISTRATOR, now)

    assert sluse(*words, "--as", email) == (1, "", sentence)
    assert not Entry.objects.filter(type__in=["switch", "run"]).exists()


@pytest.mark.parametrize(
    "words",
    [["hlf", "on"], ["hlf", "on", "--reason", "x"], ["hlf", "off", "--as", "a@b.no"], ["hlf", "up"], []],
)
def test_the_switch_asks_who_and_why(hlf: Organization, sluse: Sluse, words: list[str]) -> None:
    ended = sluse("switch", *words)

    assert ended.status == 2
    assert "usage: " in ended.err


# --- sync -----------------------------------------------------------------------------------------


def test_a_dry_run_shows_what_would_be_sent(ready: Organization, now: datetime, sluse: Sluse) -> None:
    people.approve_some(ready, 2, now)

    ended = sluse("sync", "hlf", "--as", "kari@hlf.example", "--dry-run")

    lines = ended.out.splitlines()
    assert ended.status == 0
    assert sorted(line.split("\t")[:2] for line in lines[:2]) == [["R-0", "310.00"], ["R-1", "310.00"]]
    assert lines[2] == "Would be sent: 2, 620.00 in all. Cannot be built: 0."
    assert not Run.objects.exists()


def test_a_run_is_refused_while_the_switch_is_off(ready: Organization, sluse: Sluse) -> None:
    ended = sluse("sync", "hlf", "--as", "kari@hlf.example")

    assert ended == (1, "", "The connector is switched off. Nothing was sent. Switch it on first.\n")


@pytest.mark.parametrize(
    ("outcome", "status"), [("succeeded", 0), ("partial", 1), ("failed", 1), ("stopped", 1)]
)
def test_waiting_ends_with_the_outcome(
    ready: Organization,
    kari: User,
    now: datetime,
    sluse: Sluse,
    monkeypatch: pytest.MonkeyPatch,
    outcome: str,
    status: int,
) -> None:
    """While the command waits, somebody else finishes the run: the worker, whose work is tried in the journeys."""
    people.turn_on(ready, kari, now)

    def finish(_seconds: float) -> None:
        Run.objects.update(started_at=now, finished_at=now, outcome=outcome, total=2, posted=2)

    monkeypatch.setattr("time.sleep", finish)

    ended = sluse("sync", "hlf", "--as", "kari@hlf.example", "--wait")

    assert ended.status == status
    progress = ended.out.splitlines()[1:3]
    assert [line.split(",")[0] for line in progress] == ["Posted 0", "Posted 2"]


# --- log ------------------------------------------------------------------------------------------


def test_the_log_is_whole(ready: Organization, now: datetime, sluse: Sluse) -> None:
    people.organization("nbf", "Norges Blindeforbund", now)
    rows = Entry.objects.filter(organization_id=ready.pk).count()

    ended = sluse("log", "verify")

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines() == [f"hlf: whole, {rows} rows", "nbf: whole, 1 row"]
    assert sluse("log", "verify", "nbf").out == "nbf: whole, 1 row\n"


def test_a_log_whose_end_was_cut_off_is_told(ready: Organization, now: datetime, sluse: Sluse) -> None:
    people.organization("nbf", "Norges Blindeforbund", now)
    end = Chain.objects.get(organization_id=ready.pk)
    Chain.objects.filter(pk=end.pk).update(sequence=end.sequence + 1)

    ended = sluse("log", "verify")

    assert ended.status == 1
    assert f"hlf: BROKEN at row {end.sequence + 1}" in ended.out
    assert "nbf: whole" in ended.out
    assert ended.err.endswith(": hlf\n")


def test_the_log_is_exported_oldest_first(ready: Organization, sluse: Sluse) -> None:
    whole = Entry.objects.filter(organization_id=ready.pk).order_by("sequence")

    as_csv, as_json = sluse("log", "export", "hlf"), sluse("log", "export", "hlf", "--format", "jsonl")

    assert as_csv.status == as_json.status == 0
    assert as_csv.out.startswith("\ufeffid;at;type;")
    assert [json.loads(line)["hash"] for line in as_json.out.splitlines()] == [row.hash for row in whole]
    assert len(as_csv.out.splitlines()) == whole.count() + 1


def test_the_log_of_nobody(db: None, sluse: Sluse) -> None:
    assert sluse("log", "export", "nobody").status == 1
    assert sluse("log", "verify", "nobody").err == "There is no organization with the short name nobody.\n"


# --- holds ----------------------------------------------------------------------------------------


def test_a_window_is_planned_shown_and_cancelled(hlf: Organization, kari: User, sluse: Sluse) -> None:
    who = ["--reason", "Christmas", "--as", "kari@hlf.example"]
    times = ["--from", "2199-12-24T18:00", "--to", "2199-12-27T06:00"]

    before, planned, shown = (
        sluse("hold", "hlf"),
        sluse("hold", "hlf", "plan", *times, *who),
        sluse("hold", "hlf"),
    )
    number = planned.out.split("\t")[0]
    moved = sluse("hold", "hlf", "change", number, *times[:2], "--to", "2199-12-28T06:00", *who)
    ended = sluse("hold", "hlf", "end", number, *who)

    assert before.out == "Nothing holds.\n"
    assert planned.out == shown.out
    assert "planned\t2199-12-24T18:00 – 2199-12-27T06:00 Europe/Oslo\tChristmas" in planned.out
    assert "2199-12-28T06:00" in moved.out
    assert "\tended\t" in ended.out
    assert (
        sluse("hold", "hlf", "end", number, *who).err == "This hold has ended already. Nothing was changed.\n"
    )
    rows = Entry.objects.filter(type="hold").order_by("sequence").values_list("actor_id", "new_state")
    states = ["window_planned", "window_changed", "window_cancelled"]
    assert list(rows) == [(str(kari.pk), state) for state in states]


@pytest.mark.parametrize(
    "words", [["plan"], ["plan", "3"], ["end", "--reason", "x", "--as", "a@b.no"], ["end", "3"], ["open"]]
)
def test_a_hold_asks_who_why_and_which(hlf: Organization, sluse: Sluse, words: list[str]) -> None:
    assert sluse("hold", "hlf", *words).status == 2


def test_the_platform_is_stopped_and_let_go(
    ready: Organization, grete: User, kari: User, sluse: Sluse
) -> None:
    who = ["--reason", "Wrong vouchers", "--as", grete.email]

    stopped, shown = sluse("platform", "stop", *who), sluse("platform")
    resumed = sluse("platform", "resume", *who)

    assert stopped.out == shown.out
    assert "by Grete Global: Wrong vouchers" in stopped.out
    assert (resumed.status, sluse("platform").out) == (0, "The platform is not stopped.\n")
    assert sluse("platform", "stop", "--reason", "x", "--as", "kari@hlf.example").status == 1
    assert sluse("platform", "stop").status == 2
    states = Entry.objects.filter(type="hold").order_by("sequence").values_list("new_state", flat=True)
    assert list(states) == ["platform_stopped", "platform_resumed"]


# --- two administrators ---------------------------------------------------------------------------


def test_a_second_administrator_approves(
    ready: Organization, kari: User, now: datetime, sluse: Sluse
) -> None:
    people.member(ready, "anna@hlf.example", "Anna Andre", Role.ADMINISTRATOR, now)
    as_kari, as_anna = ["--as", "kari@hlf.example"], ["--as", "anna@hlf.example"]

    before = sluse("approval", "hlf")
    required = sluse("approval", "hlf", "require", "--reason", "Policy", *as_kari)
    asked = sluse("switch", "hlf", "on", "--reason", "Tested", *as_kari)
    number = sluse("approval", "hlf").out.splitlines()[1].split("\t")[0]

    assert (before.out, required.out) == (
        "One administrator is enough.\n",
        "Two administrators must agree.\n",
    )
    assert f"A second administrator must approve request {number}." in asked.out
    assert sluse("approval", "hlf", "approve", number, *as_kari).status == 1
    assert sluse("approval", "hlf", "approve", number, *as_anna).status == 0
    assert sluse("switch", "hlf").out.startswith("The switch is on.")
    assert sluse("approval", "hlf", "approve", *as_anna).status == 2
