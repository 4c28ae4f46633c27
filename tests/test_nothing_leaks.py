"""Canaries: secrets, names, texts and amounts are planted where they belong, and looked for wherever they do not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from sluse.audit import export
from sluse.audit.models import Entry
from sluse.connectors import entra
from sluse.organizations import tokens
from sluse.organizations.models import Organization, User
from sluse.sandbox import business_central, xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync.models import Attempt, Conversation, Posting
from tests import scene

NAME, TEXT, CLAIMANT = "Ola Kanarifugl", "kanari-tekst om en reise", "V00317"
AMOUNT = "3170.41"
ENTITY = "5999317"


@pytest.fixture
def hlf(committed_database: None) -> Organization:
    return scene.organization()


@pytest.fixture
def kari(hlf: Organization) -> User:
    return scene.administrator(hlf)


@pytest.fixture
def tenant(hlf: Organization, kari: User, erp: Remote) -> str:
    return scene.make_ready(hlf, kari)


@pytest.fixture
def nbf(hlf: Organization, kari: User, settings: Settings) -> Iterator[Remote]:
    """The same people on Xledger."""
    with running(xledger.create()) as base:
        settings.XLEDGER_URL = f"{base}/graphql"
        scene.make_ready_on_xledger(hlf, kari, ENTITY)
        yield Remote(base=base)


def canaries() -> dict[str, Any]:
    item = scene.reimbursement("R-317", claimant=CLAIMANT, amount=AMOUNT)
    item["claimant"] = {"number": CLAIMANT, "name": NAME}
    for line in item["lines"]:  # type: ignore[attr-defined]
        line["text"] = TEXT
    return item


def outputs(of: Organization, person: User) -> dict[str, str]:
    """Everything that is shown or handed out of what was sent."""
    bearer = tokens.issue(
        user=person, organization=of, scopes=["sync:run", "log:read"], expires_at=None, now=timezone.now()
    ).plaintext
    client = Client(headers={"authorization": f"Bearer {bearer}"})
    posting, root = Posting.objects.get(organization=of), f"/api/v1/organizations/{of.slug}"
    entries = Entry.objects.of(organization_id=of.pk)
    answer = client.get(f"{root}/postings/{posting.pk}")
    assert answer.status_code == 200
    detail = answer.json()
    detail.pop("total")  # The caller's own number, told back to the caller.
    return {
        "posting": json.dumps(detail, ensure_ascii=False),
        "conversations": _dumped(Conversation.objects.values()),
        "attempts": _dumped(Attempt.objects.values()),
        "log, API": client.get(f"{root}/sync-log").content.decode(),
        "log, CSV": "".join(export.csv_lines(entries)),
        "log, JSON lines": "".join(export.json_lines(entries)),
        "log rows": _dumped(entries.values()),
    }


def _dumped(rows: Any) -> str:
    return json.dumps(list(rows), cls=DjangoJSONEncoder, ensure_ascii=False)


def send(of: Organization, person: User, erp: Remote) -> None:
    scene.submit_and_approve(of, canaries())
    scene.enable(of, person)
    scene.start_manual(of, person)
    scene.work(of)


def search(places: dict[str, str], *secrets: str) -> None:
    planted = (NAME, "Kanarifugl", TEXT, "kanari", CLAIMANT, AMOUNT, "3114.41", *secrets)
    assert [(canary, place) for canary in planted for place, text in places.items() if canary in text] == []


def test_business_central_keeps_what_helps_and_nothing_of_anybody(
    hlf: Organization, kari: User, tenant: str, erp: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    send(hlf, kari, erp)

    places = outputs(hlf, kari) | {"program's log": caplog.text}

    bearer = [token.text for token in entra._tokens.values()]
    search(places, business_central.CLIENT_SECRET, scene.CLIENT_ID, "Bearer", *bearer)
    [attempt] = json.loads(places["posting"])["history"]
    [drafted, *_rest] = [one for one in attempt["exchanges"] if one["path"].endswith("$batch")]
    [operation] = drafted["request"]["requests"]
    assert operation["body"]["vendorInvoiceNumber"] == Posting.objects.get().reference
    assert drafted["answer"]["responses"][0]["status"] == 201
    assert attempt["outcome"] == "posted"


def test_xledger_keeps_what_helps_and_nothing_of_anybody(
    hlf: Organization, kari: User, nbf: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    send(hlf, kari, nbf)

    places = outputs(hlf, kari) | {"program's log": caplog.text}

    search(places, xledger.token_of(entity=ENTITY))
    [attempt] = json.loads(places["posting"])["history"]
    [said] = attempt["exchanges"]
    assert said["request"]["query"] == "mutation Add"
    assert said["request"]["variables"]["inputs"][0]["node"]["account"] == {"code": "7100"}
    assert said["answer"]["data"]["addGLImportItems"]["edges"][0]["node"]["dbId"]
    assert attempt["outcome"] == "delivered"


def test_one_correlation_id_leads_from_the_log_to_what_was_said_and_to_the_other_side(
    hlf: Organization, kari: User, tenant: str, erp: Remote
) -> None:
    before = erp.counts(tenant=tenant)["requests"]
    send(hlf, kari, erp)

    [attempt] = Attempt.objects.all()
    assert attempt.conversation is not None
    [entry] = scene.log(hlf, "attempt")
    there = erp.requests(tenant=tenant)[before:]

    assert entry.details["correlation_id"] == str(attempt.conversation_id)
    assert {one["headers"]["x-correlation-id"] for one in there} == {str(attempt.conversation_id)}
    assert len(attempt.conversation.exchanges) == len(there)


def test_a_batch_keeps_what_was_said_once(hlf: Organization, kari: User, tenant: str, erp: Remote) -> None:
    scene.approve_many(hlf, ["R-1", "R-2", "R-3"])
    scene.enable(hlf, kari)
    scene.start_manual(hlf, kari)
    scene.work(hlf)

    assert Conversation.objects.count() == 1
    assert {attempt.conversation_id for attempt in Attempt.objects.all()} == {Conversation.objects.get().pk}


def test_what_got_no_answer_says_so(hlf: Organization, kari: User, tenant: str, erp: Remote) -> None:
    erp.fault(tenant=tenant, kind="drop_before", body="pricesIncludeTax")
    send(hlf, kari, erp)

    [attempt] = Attempt.objects.select_related("conversation")
    assert attempt.conversation is not None
    last = attempt.conversation.exchanges[-1]
    assert (attempt.outcome, last["status"], bool(last["error"])) == ("unknown", None, True)
