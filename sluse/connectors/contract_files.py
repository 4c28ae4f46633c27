"""What every connector must do with receipts' files: the part of the conformance suite that is about `attach`.

Whatever goes wrong with a file, its voucher stays as it was, and sent again it is there once.
"""

import hashlib
from collections.abc import Sequence

from sluse.connectors import base
from sluse.connectors.base import Attachment, AttachmentOutcome, Connector, Receipt
from sluse.connectors.harness import (
    PROVABLY_NOTHING,
    Case,
    Gate,
    Harness,
    HeldFile,
    Trouble,
    connected,
    must_be_one_of_each,
)
from sluse.vouchers.voucher import Voucher

NOT_OF_A_SINGLE_FILE = {Trouble.REPEATING_PAGE, Trouble.PARTIAL}


def cases(*, attaches: Sequence[str], troubles: Sequence[Trouble]) -> list[Case]:
    """None where `attaches` is empty."""
    if not attaches:
        return []
    return [
        Case(name="a_file_is_attached_once_however_often_it_is_sent", run=_attached_once),
        Case(name="a_refused_file_leaves_its_voucher_as_it_was", run=_refused),
        *[_stopped_at(place, position) for position, place in enumerate(attaches)],
        *[
            _trouble(trouble, place, position)
            for trouble in troubles
            for position, place in enumerate(attaches)
            if trouble not in NOT_OF_A_SINGLE_FILE
        ],
    ]


async def _attached_once(harness: Harness) -> None:
    gate, vouchers = Gate(), [harness.voucher(0), harness.voucher(1)]
    async with connected(harness, permit=gate) as connector:
        first, second = await _taken(connector, vouchers)
        files = [_file(first, 1), _file(first, 2), _file(second, 1)]
        asked = gate.asked
        _must_be(await connector.attach(files[:2]), base.Attached)
        assert gate.asked > asked
        _must_be(await connector.attach(files), base.Attached)
        _must_be(await connector.attach(files[::-1]), base.Attached)
    assert sorted(harness.files()) == sorted(_held(file) for file in files)
    must_be_one_of_each(harness, vouchers)


async def _refused(harness: Harness) -> None:
    voucher = harness.voucher(0)
    async with connected(harness) as connector:
        [taken] = await _taken(connector, [voucher])
        harness.refuse_files()
        [outcome] = await connector.attach([_file(taken, 1)])
        found = await connector.find([voucher])
    assert isinstance(outcome, base.Rejected)
    assert outcome.message
    assert list(harness.files()) == []
    assert (found[voucher.reference].total_ore, found[voucher.reference].copies) == (voucher.total_ore, 1)
    must_be_one_of_each(harness, [voucher])


def _stopped_at(place: str, position: int) -> Case:
    """The gate closes just before this request of an upload: it never arrives."""

    async def run(harness: Harness) -> None:
        voucher = harness.voucher(0)
        async with connected(harness) as connector:
            [taken] = await _taken(connector, [voucher])
        changes = harness.changes()
        async with connected(harness, permit=Gate(refuses_from=position + 1)) as connector:
            _must_be(await connector.attach([_file(taken, 1)]), base.Uncertain if position else base.NotSent)
        assert harness.changes() == changes + position
        await _must_get_there(harness, taken)

    return Case(name=f"stopped_before_{place}", run=run)


def _trouble(trouble: Trouble, place: str, position: int) -> Case:
    """Nothing may be claimed that is not proven, and sent again the file is there once."""
    is_proven = position == 0 and trouble in PROVABLY_NOTHING

    async def run(harness: Harness) -> None:
        async with connected(harness) as connector:
            [taken] = await _taken(connector, [harness.voucher(0)])
        harness.cause(trouble, at=place)
        async with connected(harness) as connector:
            outcomes = await connector.attach([_file(taken, 1)])
        _must_be(outcomes, base.NotSent if is_proven else base.Uncertain)
        harness.heal()
        await _must_get_there(harness, taken)

    return Case(name=f"{trouble}_at_{place}", run=run)


Taken = tuple[Voucher, Receipt]


async def _taken(connector: Connector, vouchers: Sequence[Voucher]) -> list[Taken]:
    outcomes = await connector.post(vouchers, unfinished={})
    receipts = [outcome.receipt for outcome in outcomes if isinstance(outcome, base.Posted | base.Delivered)]
    return list(zip(vouchers, receipts, strict=True))


async def _must_get_there(harness: Harness, taken: Taken) -> None:
    async with connected(harness) as connector:
        _must_be(await connector.attach([_file(taken, 1)]), base.Attached)
    assert list(harness.files()) == [_held(_file(taken, 1))]
    must_be_one_of_each(harness, [taken[0]])


def _file(taken: Taken, number: int) -> Attachment:
    """Bytes that a careless encoding would change, and no other file has."""
    voucher, receipt = taken
    content = f"%PDF-1.7\r\n--{voucher.reference}\n{number}\r".encode() + bytes(range(256)) + b"\r\n--\r\n"
    return Attachment(
        voucher=voucher,
        receipt=receipt,
        name=f"receipt-{number}.pdf",
        media_type="application/pdf",
        content=content,
    )


def _held(file: Attachment) -> HeldFile:
    digest = hashlib.sha256(file.content).hexdigest()
    return HeldFile(reference=file.voucher.reference, name=file.name, sha256=digest)


def _must_be(outcomes: Sequence[AttachmentOutcome], kind: type[AttachmentOutcome]) -> None:
    assert outcomes
    for outcome in outcomes:
        assert isinstance(outcome, kind), outcome
