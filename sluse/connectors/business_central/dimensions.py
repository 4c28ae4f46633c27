"""Dimensions that could not go with their document follow here, one by one, before anything is posted.

What is there is read first: an account or a vendor may have values of its own, which ours take the place of.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sluse.connectors.base import Rejected, Uncertain
from sluse.connectors.business_central import outcomes, removal
from sluse.connectors.business_central.batch import EACH_ALONE, OPERATIONS_MAX, Call
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.course import Course
from sluse.connectors.business_central.documents import code, other_form
from sluse.connectors.business_central.forms import Form
from sluse.connectors.business_central.removal import Removal
from sluse.connectors.business_central.ways import PRESET
from sluse.vouchers.voucher import Voucher

ROUNDS_MAX = 3
"""Read and mended; once more because a change of the header may have reached the lines."""

Row = Mapping[str, Any]


async def complete(*, course: Course, vouchers: Sequence[Voucher]) -> None:
    """Afterwards every one of these has its dimensions, or an outcome."""
    for _round in range(ROUNDS_MAX):
        lacking = await missing(course=course, vouchers=course.open(vouchers))
        if not lacking:
            return
        await _mend(course, lacking)
    left = [voucher for voucher, _calls in await missing(course=course, vouchers=course.open(vouchers))]
    await _take_back(course, {voucher.reference: outcomes.dimensions_differ() for voucher in left}, left)


async def missing(*, course: Course, vouchers: Sequence[Voucher]) -> list[tuple[Voucher, list[Call]]]:
    """Those that lack any, with the calls that would mend it."""
    found: list[tuple[Voucher, list[Call]]] = []
    size = OPERATIONS_MAX // 2
    for start in range(0, len(vouchers), size):
        part = [voucher for voucher in vouchers[start : start + size] if _has_any(course.form, voucher)]
        if not part:
            continue
        rows = await course.read([call for voucher in part for call in _reads(course, voucher)])
        at = 0
        for voucher in part:
            count = len(_reads(course, voucher))
            calls = list(_changes(course, voucher, rows[at : at + count]))
            at += count
            if calls:
                found.append((voucher, calls))
    return found


async def learn(*, course: Course, vouchers: Sequence[Voucher]) -> bool:
    """Whether lines inherit is told by the first document that was made with dimensions on its header. True when it
    was told just now that they don't, so that all of these lack what they share."""
    made = [
        voucher
        for voucher in vouchers
        if voucher.reference not in course.bare and course.form.header_dimensions(voucher)
    ]
    if course.ways.lines_inherit is None and made:
        lacking = await missing(course=course, vouchers=made[:1])
        course.ways.lines_inherit = not lacking
        return bool(lacking)
    return False


async def _mend(course: Course, lacking: Sequence[tuple[Voucher, list[Call]]]) -> None:
    """What exists already now, because the header's change reached the line, is read again by the next round."""
    calls = [(voucher, call) for voucher, own in lacking for call in own]
    refused: dict[str, Rejected | Uncertain] = {}
    for start in range(0, len(calls), OPERATIONS_MAX):
        part = calls[start : start + OPERATIONS_MAX]
        about = [voucher for voucher, _call in part]
        replies = await course.write(about, [call for _voucher, call in part], EACH_ALONE)
        for (voucher, _call), reply in zip(part, replies, strict=True):
            if reply is not None and (reply.verdict is Verdict.DONE or PRESET in reply.message):
                continue
            outcome = outcomes.of_failure(reply)
            refusal = outcome if isinstance(outcome, Rejected) else outcomes.unclear_dimensions(reply)
            refused.setdefault(voucher.reference, refusal)
    await _take_back(course, refused, [voucher for voucher, _calls in lacking])


async def _take_back(
    course: Course, refused: Mapping[str, Rejected | Uncertain], vouchers: Sequence[Voucher]
) -> None:
    """A draft that cannot have its dimensions goes; one of which that is not sure stays, and is looked up later."""
    final = [voucher for voucher in vouchers if isinstance(refused.get(voucher.reference), Rejected)]
    for voucher in vouchers:
        outcome = refused.get(voucher.reference)
        if isinstance(outcome, Uncertain):
            course.settle(voucher, outcome)
    found = await course.look_up(final) if final else {}
    removals = []
    for voucher in final:
        drafts = [one for one in found[voucher.reference] if one.id == course.drafts[voucher.reference]]
        if drafts and not drafts[0].is_posted:
            removals.append(Removal(voucher=voucher, document=drafts[0], outcome=refused[voucher.reference]))
        else:
            course.settle(voucher, outcomes.unclear_dimensions(None))
    await removal.remove(course=course, removals=removals)


def _has_any(form: Form, voucher: Voucher) -> bool:
    return bool(form.header_dimensions(voucher)) or any(form.line_dimensions(voucher).values())


def _reads(course: Course, voucher: Voucher) -> list[Call]:
    path = f"{course.path}({course.drafts[voucher.reference]})"
    paths = [f"{path}/{course.form.lines}?$expand=dimensionSetLines"]
    if course.form.header_dimensions(voucher):
        paths.append(f"{path}/dimensionSetLines")
    return [Call(operation=Operation.READ, method="GET", path=one) for one in paths]


def _changes(course: Course, voucher: Voucher, rows: Sequence[Sequence[Row]]) -> Iterator[Call]:
    """The header's first: what changes there may reach the lines."""
    form, path = course.form, f"{course.path}({course.drafts[voucher.reference]})"
    if len(rows) > 1:
        yield from _changes_of(f"{path}/dimensionSetLines", form.header_dimensions(voucher), rows[1])
    wanted = form.line_dimensions(voucher)
    lines = {line.get(form.line_number): line for line in rows[0]}
    if not set(wanted) <= set(lines):
        raise other_form()
    for number, dimensions in wanted.items():
        line = lines[number]
        there = line.get("dimensionSetLines")
        if not isinstance(there, list):
            raise other_form()
        yield from _changes_of(f"{path}/{form.lines}({line.get('id')})/dimensionSetLines", dimensions, there)


def _changes_of(path: str, wanted: Mapping[str, str], there: Sequence[Row]) -> Iterator[Call]:
    present = {code(str(row.get("code", ""))): row for row in there}
    for name, value in wanted.items():
        row = present.get(name)
        if row is None:
            body = {"code": name, "valueCode": value}
            yield Call(operation=Operation.CREATE, method="POST", path=path, body=body)
        elif code(str(row.get("valueCode", ""))) != value:
            yield Call(
                operation=Operation.CHANGE,
                method="PATCH",
                path=f"{path}({row.get('id')})",
                body={"valueCode": value},
                headers={"if-match": str(row.get("@odata.etag") or "*")},
            )
