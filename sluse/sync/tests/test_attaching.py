"""Receipts follow their voucher into Business Central: whole, once, only while it is on, and never at the voucher's cost."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from sluse.connectors import configure, registry
from sluse.organizations.errors import ConflictError
from sluse.organizations.models import Organization, User
from sluse.sandbox.remote import Remote
from sluse.sandbox.tests.caller import COMPANY, Caller
from sluse.sync import attachment_queue, attachment_recording, postings, settling, sweep
from sluse.sync.attachment_outcomes import Result
from sluse.sync.attachment_queue import Intent
from sluse.sync.database import step
from sluse.sync.models import Attachment, AttachmentState, Posting
from tests import scene

PDF = b"%PDF-1.7\r\n" + bytes(range(256))
JPEG = b"\xff\xd8\xff\xe0" + bytes(reversed(range(256)))
QUARANTINE = timedelta(minutes=15, seconds=1)


@pytest.fixture
def on(hlf: Organization, kari: User, tenant: str) -> str:
    scene.enable(hlf, kari)
    return tenant


def claim(of: Organization, *files: bytes) -> None:
    """Told with its receipts, and approved."""
    scene.submit(of, scene.reimbursement("R-1"))
    for content in files:
        scene.bring_receipt(of, content)
    scene.approve_one(of, "R-1", timezone.now())


def there(erp: Remote, tenant: str, external_id: str = "R-1") -> list[tuple[str, bytes]]:
    """Name and content of what hangs on the invoice."""
    erp_id = Posting.objects.get(external_id=external_id).erp_id
    with Caller(base=erp.base, tenant=tenant) as somebody:
        rows = somebody.call("GET", f"{COMPANY}/purchaseInvoices({erp_id})/attachments").json()["value"]
        return sorted(
            (
                row["fileName"],
                somebody.call("GET", f"{COMPANY}/attachments({row['id']})/attachmentContent").content,
            )
            for row in rows
        )


def states() -> list[tuple[str, str]]:
    return list(Attachment.objects.order_by("number").values_list("state", "reason_code"))


def work_later(of: Organization, after: timedelta = QUARANTINE) -> None:
    with time_machine.travel(timezone.now() + after, tick=True):
        scene.work(of)


def test_two_receipts_follow_their_voucher_byte_for_byte(hlf: Organization, on: str, erp: Remote) -> None:
    claim(hlf, PDF, JPEG)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    assert states() == [("attached", ""), ("attached", "")]
    assert there(erp, on) == [("R-1-1.pdf", PDF), ("R-1-2.jpg", JPEG)]
    told = [entry for entry in scene.log(hlf, "attempt") if "attachment" in entry.details]
    assert {(entry.details["outcome"], entry.details["attachment"]) for entry in told} == {
        ("attached", "R-1-1.pdf"),
        ("attached", "R-1-2.jpg"),
    }
    assert all(entry.request_hash and entry.details["correlation_id"] for entry in told)
    changes = erp.counts(tenant=on)["changes"]
    scene.work(hlf)
    assert erp.counts(tenant=on)["changes"] == changes
    assert sweep.with_work(now=timezone.now()) == []


def test_one_that_comes_after_the_voucher_was_posted_follows_it(
    hlf: Organization, on: str, erp: Remote
) -> None:
    claim(hlf)
    scene.work(hlf)
    scene.bring_receipt(hlf, PDF)
    assert sweep.with_work(now=timezone.now()) == [hlf.pk]
    scene.work(hlf)
    assert there(erp, on) == [("R-1-1.pdf", PDF)]
    assert len(erp.vouchers(tenant=on)) == 1


def test_a_refused_receipt_leaves_its_voucher_posted_and_a_person_may_try_it_again(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    erp.switches(posted_invoices_take_attachments=False)
    claim(hlf, PDF)
    scene.work(hlf)
    assert scene.states(hlf) == {"posted": 1}
    assert states() == [("refused", "attachment_refused")]
    assert Attachment.objects.get().reason_detail
    work_later(hlf, timedelta(days=1))
    assert states() == [("refused", "attachment_refused")]
    assert len(erp.vouchers(tenant=on)) == 1

    erp.switches(posted_invoices_take_attachments=True)
    posting = Posting.objects.get()
    count = postings.retry(organization=hlf, actor=scene.actor(kari), now=timezone.now(), ids=[posting.pk])
    scene.work(hlf)
    assert count == 1
    assert states() == [("attached", "")]
    assert there(erp, on) == [("R-1-1.pdf", PDF)]
    posting.refresh_from_db()
    assert (posting.state, posting.attempts) == ("posted", 1)


def test_off_between_voucher_and_receipt_nothing_is_sent_until_it_is_on(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    claim(hlf)
    scene.work(hlf)
    scene.disable(hlf, kari)
    before = erp.counts(tenant=on)["requests"]
    scene.bring_receipt(hlf, PDF)
    scene.work(hlf)
    work_later(hlf, timedelta(days=1))
    assert hlf.pk not in sweep.with_work(now=timezone.now() + timedelta(days=1))
    assert erp.counts(tenant=on)["requests"] == before
    assert states() == [("waiting", "")]
    scene.enable(hlf, kari)
    scene.work(hlf)
    assert there(erp, on) == [("R-1-1.pdf", PDF)]


def test_a_worker_that_dies_between_sending_and_writing_down_leaves_one_file(
    hlf: Organization, on: str, erp: Remote
) -> None:
    claim(hlf)
    scene.work(hlf)
    scene.bring_receipt(hlf, PDF)
    asyncio.run(_send(hlf, attachment_queue.commit_intents(organization=hlf, now=timezone.now())))
    assert states() == [("sending", "")]
    before = erp.counts(tenant=on)["requests"]
    scene.work(hlf)
    assert states() == [("unknown", "unknown_outcome")]
    assert erp.counts(tenant=on)["requests"] == before, "it rests before it is looked up"
    work_later(hlf)
    assert states() == [("attached", "")]
    assert there(erp, on) == [("R-1-1.pdf", PDF)]


async def _send(of: Organization, intents: list[Intent]) -> None:
    """As the worker does, which is then no more."""
    row = await step(configure.find, organization=of)
    assert row is not None

    async def allow() -> None:
        pass

    connector = registry.open_connector(row=row, permit=allow)
    try:
        await connector.attach([intent.file for intent in intents])
    finally:
        await connector.close()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "html", "late"])
def test_an_unclear_answer_rests_and_ends_with_one_file(
    hlf: Organization, on: str, erp: Remote, kind: str
) -> None:
    claim(hlf, PDF, JPEG)
    erp.fault(tenant=on, kind=kind, path="attachmentContent")
    scene.work(hlf)
    erp.wait_until_quiet()
    assert scene.states(hlf) == {"posted": 1}
    assert "unknown" in dict(states())
    work_later(hlf)
    work_later(hlf, 2 * QUARANTINE)
    assert states() == [("attached", ""), ("attached", "")]
    assert there(erp, on) == [("R-1-1.pdf", PDF), ("R-1-2.jpg", JPEG)]


def test_what_was_not_sent_is_tried_again_after_a_pause(hlf: Organization, on: str, erp: Remote) -> None:
    claim(hlf)
    scene.work(hlf)
    erp.fault(tenant=on, kind="throttle", count=1)
    scene.bring_receipt(hlf, PDF)
    scene.work(hlf)
    assert states() == [("waiting", "not_sent")]
    before = erp.counts(tenant=on)["requests"]
    scene.work(hlf)
    assert erp.counts(tenant=on)["requests"] == before
    work_later(hlf, timedelta(hours=1))
    assert there(erp, on) == [("R-1-1.pdf", PDF)]


def test_refused_credentials_open_the_breaker_and_lose_no_receipt(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    claim(hlf)
    scene.work(hlf)
    erp.company(tenant=on, application_is_enabled=False)
    scene.bring_receipt(hlf, PDF)
    scene.work(hlf)
    assert states() == [("waiting", "not_sent")]
    assert [entry.new_state for entry in scene.log(hlf, "hold")] != []
    assert scene.states(hlf) == {"posted": 1}
    erp.company(tenant=on, application_is_enabled=True)
    scene.check_connection(hlf, kari)
    work_later(hlf, timedelta(hours=1))
    assert there(erp, on) == [("R-1-1.pdf", PDF)]


@pytest.mark.parametrize("state", ["waiting", "sending", "unknown"])
def test_another_company_is_refused_while_a_receipt_has_to_follow_its_voucher(
    state: str, hlf: Organization, kari: User, on: str
) -> None:
    claim(hlf, PDF)
    scene.work(hlf)
    scene.disable(hlf, kari)
    Attachment.objects.update(state=state, attached_at=None, next_try_at=timezone.now() + QUARANTINE)
    with translation.override("en"), pytest.raises(ConflictError, match="1 receipt has") as refusal:
        scene.configure(hlf, kari)
    assert refusal.value.code == "unresolved_postings"
    scene.configure(hlf, kari, on)
    Attachment.objects.update(state="refused", reason_code="file_refused", next_try_at=None)
    scene.configure(hlf, kari)


def test_a_receipt_whose_voucher_waits_goes_with_it_to_the_new_company(
    hlf: Organization, kari: User, tenant: str
) -> None:
    claim(hlf, PDF)
    assert states() == [("waiting", "")]
    scene.configure(hlf, kari)


def test_a_voucher_that_was_booked_by_hand_has_its_receipts_attached_by_hand(
    hlf: Organization, kari: User, on: str, erp: Remote
) -> None:
    scene.submit(hlf, scene.reimbursement("R-1", claimant="V99999"))
    scene.bring_receipt(hlf, PDF)
    scene.approve_one(hlf, "R-1", timezone.now())
    scene.work(hlf)
    assert (scene.states(hlf), states()) == ({"failed": 1}, [("waiting", "")])
    settling.book_by_hand(
        organization=hlf,
        posting_id=Posting.objects.get().pk,
        voucher_number="4711",
        reason="Booked in the ledger",
        actor=scene.actor(kari),
        now=timezone.now(),
    )
    before = erp.counts(tenant=on)["requests"]
    scene.work(hlf)
    assert states() == [("refused", "booked_by_hand")]
    assert erp.counts(tenant=on)["requests"] == before


def test_one_call_carries_no_more_than_it_may(hlf: Organization, tenant: str) -> None:
    eight = 8 * 1024 * 1024
    claim(hlf, *(PDF.ljust(eight + number) for number in range(3)))
    Posting.objects.update(state="posted", held=False, voucher=VOUCHER, posted_at=timezone.now(), erp_id="7")
    first = attachment_queue.commit_intents(organization=hlf, now=timezone.now())
    second = attachment_queue.commit_intents(organization=hlf, now=timezone.now())
    assert [len(intents) for intents in (first, second)] == [2, 1]
    assert sum(len(intent.file.content) for intent in first) <= attachment_queue.BYTES_MAX


def test_what_a_later_try_has_taken_over_is_not_written_down_any_more(hlf: Organization, tenant: str) -> None:
    claim(hlf, PDF)
    Posting.objects.update(state="posted", held=False, voucher=VOUCHER, posted_at=timezone.now(), erp_id="7")
    [intent] = attachment_queue.commit_intents(organization=hlf, now=timezone.now())
    Attachment.objects.update(attempts=2)
    result = Result(state=AttachmentState.ATTACHED, label="attached")
    attachment_recording.record_results(
        organization=hlf,
        connector_kind="business_central",
        results=[(intent, result)],
        said=None,
        now=timezone.now(),
    )
    assert states() == [("sending", "")]


VOUCHER = {
    "reference": "R0000000000000000",
    "claimant_number": "V00001",
    "currency": "NOK",
    "posting_date": "2026-11-03",
    "document_date": "2026-11-03",
    "text": "x",
    "lines": [],
}
