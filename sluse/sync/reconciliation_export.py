"""A comparison outward: as text for a terminal, and as CSV that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from sluse.audit.export import BYTE_ORDER_MARK
from sluse.sync.models import Difference, Reconciliation
from sluse.vouchers.voucher import kroner

COLUMNS = (
    "kind",
    "reference",
    "external_id",
    "our_state",
    "our_total",
    "their_stage",
    "their_total",
    "voucher_number",
)


def csv_lines(row: Reconciliation) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for one in row.differences.select_related("posting").order_by("kind", "reference"):
        yield _line([cells(one)[column] for column in COLUMNS])


def cells(one: Difference) -> dict[str, str]:
    """Everything is of our own making or an amount, but the number, which is theirs and might begin like a formula."""
    number = one.voucher_number
    return {
        "kind": one.kind,
        "reference": one.reference,
        "external_id": one.posting.external_id if one.posting else "",
        "our_state": one.our_state,
        "our_total": "" if one.our_ore is None else str(kroner(one.our_ore)),
        "their_stage": one.their_stage,
        "their_total": "" if one.their_ore is None else str(kroner(one.their_ore)),
        "voucher_number": f"'{number}" if number[:1] in {"=", "+", "-", "@"} else number,
    }


def told(row: Reconciliation) -> str:
    facts = {
        "ours": row.ours,
        "ours_total": kroner(row.ours_ore),
        "theirs": row.theirs,
        "theirs_total": kroner(row.theirs_ore),
        "since": row.since.isoformat(),
        "rebuilt": row.rebuilt,
    }
    lines = [
        _("Since %(since)s: Sluse %(ours)s, %(ours_total)s; accounting system %(theirs)s, %(theirs_total)s.")
        % facts
    ]
    if row.trigger == Reconciliation.Trigger.RESTORE:
        lines.append(_("Taken over from the accounting system: %(rebuilt)s.") % facts)
    for one in row.differences.select_related("posting").order_by("kind", "reference"):
        cell = cells(one)
        sides = f"{cell['our_state'] or '–'} {cell['our_total']} / {cell['their_stage'] or '–'} {cell['their_total']}"
        lines.append(f"{one.get_kind_display()}\t{one.reference}\t{cell['external_id'] or '–'}\t{sides}")
    if not row.error and len(lines) == 1 + (row.trigger == Reconciliation.Trigger.RESTORE):
        lines.append(_("Nothing differs."))
    return "\n".join(lines)


def _line(values: list[str] | tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(values)
    return buffer.getvalue()
