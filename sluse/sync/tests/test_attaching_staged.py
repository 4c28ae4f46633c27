"""Receipts at Xledger: onto the staged rows, before its job posts them; afterwards a person is told to attach them there."""

import hashlib
import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from sluse.organizations.models import Organization, User
from sluse.sandbox import xledger
from sluse.sandbox.remote import Remote
from sluse.sandbox.serve import running
from sluse.sync import postings
from sluse.sync.models import Attachment, Posting
from tests import scene

PDF = b"%PDF-1.7\r\n" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
QUARTER = timedelta(minutes=15, seconds=1)
QUARANTINE = timedelta(minutes=45, seconds=1)
_entities = itertools.count(7_000_001)


@pytest.fixture(scope="session")
def xledger_address() -> Iterator[str]:
    with running(xledger.create()) as base:
        yield base


@pytest.fixture
def erp(xledger_address: str, settings: Settings) -> Iterator[Remote]:
    settings.XLEDGER_URL = f"{xledger_address}/graphql"
    settings.ERP_DEADLINE_SECONDS = 5.0
    remote = Remote(base=xledger_address)
    yield remote
    assert remote.violations() == []
    remote.reset()


@pytest.fixture
def entity(hlf: Organization, kari: User, erp: Remote) -> str:
    """The organization's own entity; it is on."""
    entity = str(next(_entities))
    scene.make_ready_on_xledger(hlf, kari, entity)
    scene.enable(hlf, kari)
    return entity


def claim(of: Organization, *files: bytes) -> None:
    scene.submit(of, scene.reimbursement("R-1"))
    for content in files:
        scene.bring_receipt(of, content)
    scene.approve_one(of, "R-1", timezone.now())


def there(erp: Remote, entity: str) -> list[tuple[str, str]]:
    """Name and hash of the files on the rows of all vouchers."""
    return sorted(
        (file["name"].removeprefix(f"{one['invoiceNumber']}-"), file["sha256"])
        for one in erp.vouchers(tenant=entity)
        for file in one["files"]
    )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def states() -> list[tuple[str, str]]:
    return list(Attachment.objects.order_by("number").values_list("state", "reason_code"))


def work_later(of: Organization, after: timedelta) -> None:
    with time_machine.travel(timezone.now() + after, tick=True):
        scene.work(of)


def test_two_receipts_are_on_the_rows_before_the_job_posts_them(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    claim(hlf, PDF, PNG)
    scene.work(hlf)
    assert scene.states(hlf) == {"delivered": 1}
    assert states() == [("attached", ""), ("attached", "")]
    erp.run_job(tenant=entity)
    work_later(hlf, QUARTER)
    assert scene.states(hlf) == {"posted": 1}
    assert there(erp, entity) == [("R-1-1.pdf", digest(PDF)), ("R-1-2.png", digest(PNG))]


def test_a_receipt_that_comes_after_posting_is_refused_with_what_to_do(
    hlf: Organization, entity: str, erp: Remote
) -> None:
    claim(hlf)
    scene.work(hlf)
    erp.run_job(tenant=entity)
    work_later(hlf, QUARTER)
    scene.bring_receipt(hlf, PDF)
    scene.work(hlf)
    assert states() == [("refused", "file_after_posting")]
    assert scene.states(hlf) == {"posted": 1}
    assert there(erp, entity) == []


def test_a_refused_upload_leaves_the_voucher_delivered(hlf: Organization, entity: str, erp: Remote) -> None:
    erp.switches(invoice_file="refused")
    claim(hlf, PDF)
    scene.work(hlf)
    assert (scene.states(hlf), states()[0][0]) == ({"delivered": 1}, "refused")
    erp.run_job(tenant=entity)
    work_later(hlf, QUARTER)
    assert scene.states(hlf) == {"posted": 1}


def test_an_answer_that_was_lost_ends_with_one_file(hlf: Organization, entity: str, erp: Remote) -> None:
    claim(hlf)
    scene.work(hlf)
    erp.fault(tenant=entity, kind="drop_after", body="updateGLImportItems")
    scene.bring_receipt(hlf, PDF)
    scene.work(hlf)
    assert states() == [("unknown", "unknown_outcome")]
    work_later(hlf, QUARANTINE)
    assert states() == [("attached", "")]
    assert there(erp, entity) == [("R-1-1.pdf", digest(PDF))]


def test_a_voucher_that_is_sent_anew_takes_its_receipts_along(
    hlf: Organization, kari: User, entity: str, erp: Remote
) -> None:
    claim(hlf, PDF)
    scene.work(hlf)
    erp.remove_staged(tenant=entity, invoice_number=Posting.objects.get().reference)
    work_later(hlf, QUARTER)
    assert (scene.states(hlf), states(), there(erp, entity)) == ({"failed": 1}, [("attached", "")], [])
    postings.retry(organization=hlf, actor=scene.actor(kari), now=timezone.now(), all_failed=True)
    assert states() == [("waiting", "")]
    scene.work(hlf)
    assert scene.states(hlf) == {"delivered": 1}
    assert there(erp, entity) == [("R-1-1.pdf", digest(PDF))]
