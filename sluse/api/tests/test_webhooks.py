"""What a source system tells at its address: taken in whole, once, and only from whoever holds the secret."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.reimbursements.models import Reimbursement, Status
from sluse.sync.models import Posting
from sluse.webhooks import secret, signature
from sluse.webhooks.models import Webhook
from sluse.webhooks.signature import Delivery
from tests import scene

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ADDRESS = "/webhooks/{slug}/reimbursements"


@pytest.fixture
def whsec(hlf: Organization, now: datetime) -> str:
    return secret.make(organization=hlf, actor=scene.KARI, now=now)


class Source:
    """A source system that signs what it tells, with the secret it was given."""

    def __init__(self, whsec: str, now: datetime) -> None:
        self.whsec, self.now, self.told = whsec, now, 0

    def tell(self, message: Any, *, slug: str = "hlf", **changed: str) -> Any:
        self.told += 1
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        delivery = Delivery(
            id=f"msg_{self.told}", timestamp=str(int(self.now.timestamp())), signatures="", body=body
        )
        headers = {
            "webhook-id": delivery.id,
            "webhook-timestamp": delivery.timestamp,
            "webhook-signature": f"v1,{signature.sign(delivery=delivery, secret=self.whsec)}",
            "Accept-Language": "en",
        } | {name.replace("_", "-"): value for name, value in changed.items()}
        client = Client(raise_request_exception=False, enforce_csrf_checks=True)
        return client.post(
            ADDRESS.format(slug=slug), data=body, content_type="application/json", headers=headers
        )


@pytest.fixture
def source(whsec: str, now: datetime) -> Source:
    return Source(whsec, now)


def approved(
    external_id: str = "R-1", now: str = "2026-11-05T10:00:00+01:00", **changed: Any
) -> dict[str, Any]:
    data = scene.reimbursement(external_id) | {"approved_by": "leader@hlf.example", "approved_at": now}
    return {"type": "reimbursement.approved", "timestamp": now, "data": data | changed}


def test_an_approval_is_taken_in_and_queued_once_however_often_it_is_told(
    hlf: Organization, source: Source
) -> None:
    first, again = source.tell(approved()), source.tell(approved())
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["status"], first.json()["approved_by"]) == ("approved", "leader@hlf.example")
    assert Posting.objects.get(organization=hlf).external_id == "R-1"
    assert Webhook.objects.get().heard == "accepted"


def test_what_is_wrong_takes_in_nothing(hlf: Organization, source: Source) -> None:
    refused = source.tell(approved(approved_by=""))
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert [error["path"] for error in refused.json()["errors"]] == ["data.approved_by"]
    assert not Reimbursement.objects.exists(), "the reimbursement goes with its approval"
    assert Webhook.objects.get().heard == "invalid"


def test_other_content_under_the_same_number_is_a_conflict(hlf: Organization, source: Source) -> None:
    source.tell(approved())
    other = scene.reimbursement("R-1", amount="400.00")
    answer = source.tell(approved(total=other["total"], lines=other["lines"]))
    assert (answer.status_code, answer.json()["code"]) == (409, "content_differs")


def test_a_withdrawal_takes_it_out_of_the_queue_and_is_told_twice(hlf: Organization, source: Source) -> None:
    source.tell(approved())
    message = {"type": "reimbursement.withdrawn", "data": {"external_id": "R-1"}}
    assert [source.tell(message).status_code for _time in range(2)] == [200, 200]
    assert Reimbursement.objects.get().status == Status.WITHDRAWN
    assert Posting.objects.get().state == "withdrawn"
    [row] = scene.log(hlf, "withdrawal")
    assert (row.actor_id, row.actor_name) == ("webhook", "Webhook")


@pytest.mark.parametrize(
    ("message", "path"),
    [
        ({"data": {}}, "type"),
        ({"type": "reimbursement.approved"}, "data"),
        ({"type": "reimbursement.withdrawn", "data": {"external_id": 7}}, "data.external_id"),
        (approved(lines=[]), "data.lines"),
    ],
)
def test_a_message_without_its_parts_names_them(source: Source, message: dict[str, Any], path: str) -> None:
    answer = source.tell(message)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.json()["errors"]] == [path]


def test_a_type_that_is_nothing_to_us_is_answered_and_left(hlf: Organization, source: Source) -> None:
    assert source.tell({"type": "reimbursement.viewed", "data": {}}).status_code == 204
    assert Webhook.objects.get().heard == "ignored"


def test_whoever_cannot_sign_learns_nothing(
    hlf: Organization, other: Organization, source: Source, now: datetime
) -> None:
    stranger = Source(signature.PREFIX + "AAAA", now)
    old = Source(source.whsec, now - timedelta(minutes=6))
    answers = [
        stranger.tell(approved()),
        old.tell(approved()),
        source.tell(approved(), webhook_id="msg_other"),
        source.tell(approved(), webhook_signature=""),
        source.tell(approved(), slug=other.slug),
        source.tell(approved(), slug="nobody"),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert "WWW-Authenticate" not in answers[0].headers
    assert not Reimbursement.objects.exists()
    assert Webhook.objects.get().heard == ""


def test_another_organizations_secret_opens_its_own_address_alone(
    hlf: Organization, other: Organization, source: Source, now: datetime
) -> None:
    theirs = Source(secret.make(organization=other, actor=scene.KARI, now=now), now)
    assert theirs.tell(approved()).status_code == 401
    assert theirs.tell(approved(), slug=other.slug).status_code == 200
    assert Reimbursement.objects.get().organization == other


def test_the_old_secret_counts_for_a_day_beside_the_new(
    hlf: Organization, source: Source, now: datetime
) -> None:
    message = approved()
    new = Source(secret.make(organization=hlf, actor=scene.KARI, now=now), now)
    assert [one.tell(message).status_code for one in (source, new)] == [200, 200]
    with pytest.raises(ConflictError) as refused:
        secret.make(organization=hlf, actor=scene.KARI, now=now)
    assert refused.value.code == "secret_in_grace"
    for when, answers in ((DAY - SECOND, [200, 200]), (DAY, [401, 200])):
        with time_machine.travel(now + when, tick=False):
            source.now = new.now = now + when
            assert [one.tell(message).status_code for one in (source, new)] == answers
    assert Webhook.objects.get().previous == {}, "what opens nothing is not kept"
    secret.make(organization=hlf, actor=scene.KARI, now=now + DAY)
    secret.remove(organization=hlf, actor=scene.KARI, now=now)
    assert new.tell(approved()).status_code == 401


def test_a_secret_that_cannot_be_opened_any_more_opens_nothing(
    hlf: Organization, source: Source, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = (("other", b"1" * 32),)
    assert source.tell(approved()).status_code == 401


def test_what_is_no_json_is_told_so(source: Source) -> None:
    answer = source.tell(b"{")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert Webhook.objects.get().heard == "malformed"
    answer = source.tell([])
    assert (answer.status_code, answer.json()["detail"]) == (422, "Send one JSON object with named fields.")
    assert Webhook.objects.get().heard == "invalid"
    norwegian = source.tell([], Accept_Language="nb")
    assert norwegian.json()["detail"] == "Send ett JSON-objekt med navngitte felt."


def test_a_body_beyond_the_limit_is_not_read(source: Source, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert source.tell(approved()).status_code == 413


def test_it_takes_post_alone(hlf: Organization) -> None:
    answer = Client().get(ADDRESS.format(slug="hlf"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_the_secret_stands_nowhere_in_clear(hlf: Organization, source: Source, kari: User) -> None:
    source.tell(approved())
    plain = source.whsec.removeprefix(signature.PREFIX)
    assert plain not in json.dumps([list(row.values()) for row in Webhook.objects.values()], default=str)
    assert plain not in json.dumps([entry.told() for entry in scene.log(hlf, "credentials")], default=str)
