"""Receipts' files on their voucher: once, whole, and never at the cost of the voucher."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sluse.connectors import base
from sluse.connectors.base import Attachment, AttachmentOutcome, Receipt
from sluse.connectors.business_central.tests.harness import Harness, opened, voucher
from sluse.connectors.harness import Gate
from sluse.sandbox.tests.caller import COMPANY, Caller

PICTURE, PAGES = b"\xff\xd8 a picture", b"%PDF pages"


async def sent(harness: Harness, *numbers: int) -> list[Receipt]:
    async with opened(harness) as connector:
        outcomes = await connector.post([voucher(number) for number in numbers], unfinished={})
    assert all(isinstance(outcome, base.Posted | base.Delivered) for outcome in outcomes)
    return [outcome.receipt for outcome in outcomes if isinstance(outcome, base.Posted | base.Delivered)]


async def attach(harness: Harness, *files: Attachment, gate: Gate | None = None) -> list[AttachmentOutcome]:
    async with opened(harness, permit=gate) as connector:
        return await connector.attach(files)


def picture(receipt: Receipt, *, number: int = 0, name: str = "Kvittering 1.jpg") -> Attachment:
    return Attachment(
        voucher=voucher(number), receipt=receipt, name=name, media_type="image/jpeg", content=PICTURE
    )


def there(harness: Harness, receipts: Sequence[Receipt]) -> list[list[tuple[str, bytes]]]:
    """The names and contents that hang on each."""
    with Caller(base=harness.remote.base, tenant=harness.tenant) as somebody:
        return [
            [
                (
                    row["fileName"],
                    somebody.call("GET", f"{COMPANY}/attachments({row['id']})/attachmentContent").content,
                )
                for row in somebody.call(
                    "GET", f"{COMPANY}/purchaseInvoices({receipt.erp_id})/attachments"
                ).json()["value"]
            ]
            for receipt in receipts
        ]


@pytest.mark.parametrize("posts", [True, False])
async def test_files_hang_on_their_own_voucher(harness: Harness, posts: bool) -> None:  # noqa: FBT001
    harness.choices = {"post": posts}
    receipts = await sent(harness, 0, 1)
    second = replace(picture(receipts[0]), name="Kvittering 2.pdf", content=PAGES)
    gate = Gate()
    before = harness.changes()
    outcomes = await attach(harness, picture(receipts[0]), picture(receipts[1], number=1), second, gate=gate)
    assert all(isinstance(outcome, base.Attached) and outcome.erp_id for outcome in outcomes)
    assert there(harness, receipts) == [
        [("Kvittering 1.jpg", PICTURE), ("Kvittering 2.pdf", PAGES)],
        [("Kvittering 1.jpg", PICTURE)],
    ]
    assert gate.asked == harness.changes() - before == 4


@pytest.mark.parametrize("tells", [True, False])
async def test_a_repeat_adds_nothing(harness: Harness, tells: bool) -> None:  # noqa: FBT001
    """Where the size is not told, the same content is put there once more, into the same file."""
    harness.remote.switches(attachments_tell_their_size=tells)
    receipts = await sent(harness, 0)
    [first] = await attach(harness, picture(receipts[0]))
    before = harness.changes()
    [second] = await attach(harness, picture(receipts[0]))
    assert isinstance(first, base.Attached)
    assert isinstance(second, base.Attached)
    assert second.erp_id == first.erp_id
    assert harness.changes() - before == (0 if tells else 1)
    assert there(harness, receipts) == [[("Kvittering 1.jpg", PICTURE)]]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "gateway", "html", "odd"])
@pytest.mark.parametrize("place", ["fileName", "attachmentContent"])
async def test_what_was_left_half_done_is_finished(harness: Harness, place: str, kind: str) -> None:
    receipts = await sent(harness, 0)
    where = {"body": place} if place == "fileName" else {"path": place}
    harness.remote.fault(tenant=harness.tenant, kind=kind, status=503, **where)
    [outcome] = await attach(harness, picture(receipts[0]))
    assert isinstance(outcome, base.Uncertain)
    [outcome] = await attach(harness, picture(receipts[0]))
    assert isinstance(outcome, base.Attached)
    assert there(harness, receipts) == [[("Kvittering 1.jpg", PICTURE)]]


@pytest.mark.parametrize("refuses_from", [1, 2])
async def test_a_switch_turned_off_between_stops_it_there(harness: Harness, refuses_from: int) -> None:
    receipts = await sent(harness, 0)
    before = harness.changes()
    [outcome] = await attach(harness, picture(receipts[0]), gate=Gate(refuses_from=refuses_from))
    assert isinstance(outcome, base.NotSent if refuses_from == 1 else base.Uncertain)
    assert harness.changes() - before == refuses_from - 1
    await attach(harness, picture(receipts[0]))
    assert there(harness, receipts) == [[("Kvittering 1.jpg", PICTURE)]]


async def test_a_file_that_hangs_on_nothing_is_noticed_and_taken_back(harness: Harness) -> None:
    receipts = await sent(harness, 0)
    harness.remote.switches(attachments_are_linked=False)
    [outcome] = await attach(harness, picture(receipts[0]))
    assert isinstance(outcome, base.Rejected)
    assert outcome.code == "attachment_unlinked"
    last = harness.remote.requests(tenant=harness.tenant)[-1]
    assert last["operations"][0].startswith(f"DELETE {COMPANY}/attachments(")
    assert there(harness, receipts) == [[]]


async def test_files_for_a_document_that_is_gone_are_refused(harness: Harness) -> None:
    harness.choices = {"post": False}
    receipts = await sent(harness, 0, 1)
    with Caller(base=harness.remote.base, tenant=harness.tenant) as somebody:
        somebody.call("DELETE", f"{COMPANY}/purchaseInvoices({receipts[0].erp_id})")
    outcomes = await attach(harness, picture(receipts[0]), picture(receipts[1], number=1))
    assert [type(outcome) for outcome in outcomes] == [base.Rejected, base.Attached]


async def test_where_nothing_is_added_to_posted_invoices_that_is_said_and_the_voucher_stays(
    harness: Harness,
) -> None:
    harness.remote.switches(posted_invoices_take_attachments=False)
    receipts = await sent(harness, 0)
    [outcome] = await attach(harness, picture(receipts[0]))
    assert isinstance(outcome, base.Rejected)
    assert "by hand" in outcome.message
    assert [held.is_posted for held in harness.held()] == [True]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"status": 400, "code": "Application_StringExceededLength"}, base.Rejected),
        ({"status": 403, "code": "Internal_ServerError"}, base.NotSent),
        ({"status": 429, "code": "TooMany"}, base.NotSent),
        (
            {"status": 400, "code": "Application_DialogException", "message": "locked by another user"},
            base.Uncertain,
        ),
        ({"status": 500}, base.Uncertain),
    ],
    ids=str,
)
async def test_an_answer_counts_for_its_own_file_alone(
    harness: Harness, answer: dict[str, Any], kind: type[AttachmentOutcome]
) -> None:
    receipts = await sent(harness, 0)
    harness.remote.fault(
        tenant=harness.tenant, kind="refuse", operation="POST companies", body="'A.jpg'", **answer
    )
    outcomes = await attach(harness, picture(receipts[0], name="A.jpg"), picture(receipts[0], name="B.jpg"))
    assert isinstance(outcomes[0], kind)
    assert isinstance(outcomes[1], base.Attached)


async def test_a_wrong_secret_sends_no_file(harness: Harness) -> None:
    receipts = await sent(harness, 0)
    harness.remote.company(tenant=harness.tenant, application_is_enabled=False)
    with pytest.raises(base.UnauthorizedError):
        await attach(harness, picture(receipts[0]))


async def test_a_long_name_is_refused_with_a_sentence(harness: Harness) -> None:
    receipts = await sent(harness, 0)
    [outcome] = await attach(harness, picture(receipts[0], name="x" * 251))
    assert isinstance(outcome, base.Rejected)
    assert outcome.response_code == 400
