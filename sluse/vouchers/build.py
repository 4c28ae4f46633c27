"""Reimbursement and mapping → balanced voucher, or every problem at once. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sluse.vouchers import expense_types
from sluse.vouchers.document import Document, DocumentLine
from sluse.vouchers.mapping import ExpenseTypeMapping, Mapping, PostingDate, Texts
from sluse.vouchers.voucher import Voucher, VoucherLine

TEXT_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    code: str
    detail: str


class CannotBuildError(Exception):
    """No voucher can be made of this; `problems` are all of them, for a person to mend."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(problem.detail for problem in problems))
        self.problems = problems


def build(
    *, document: Document, mapping: Mapping, reference: str, time_zone: ZoneInfo, language: str
) -> Voucher:
    problems = tuple(_problems(document, mapping, time_zone))
    if problems:
        raise CannotBuildError(problems)
    debits = tuple(_debit(line, mapping, language) for line in document.lines)
    credit = VoucherLine(
        account=mapping.credit_account,
        amount_ore=-document.total_ore,
        text=reference,
        date=_document_date(document),
    )
    return Voucher(
        reference=reference,
        claimant_number=document.claimant_number,
        currency=document.currency,
        posting_date=posting_date(document=document, mapping=mapping, time_zone=time_zone),
        document_date=_document_date(document),
        text=reference,
        lines=(*debits, credit),
    )


def reverse(
    *, voucher: Voucher, document: Document, mapping: Mapping, reference: str, time_zone: ZoneInfo
) -> Voucher:
    """The same lines with the other sign, on the day the correction was approved. Where vouchers are dated by the expense,
    the reversal stands beside what it reverses."""
    by_expense = mapping.posting_date is PostingDate.EXPENSE
    day = document.approved_at.astimezone(time_zone).date()
    when = voucher.posting_date if by_expense else day
    if when.year != voucher.posting_date.year:
        raise CannotBuildError((_crosses_year_end(),))
    return replace(
        voucher,
        reference=reference,
        reverses=voucher.reference,
        posting_date=when,
        number=None,
        lines=tuple(replace(line, amount_ore=-line.amount_ore) for line in voucher.lines),
    )


def posting_date(*, document: Document, mapping: Mapping, time_zone: ZoneInfo) -> date:
    """A day in the organization's own zone: late in the evening UTC is already tomorrow, perhaps next year, in Oslo."""
    if mapping.posting_date is PostingDate.EXPENSE:
        return _document_date(document)
    return document.approved_at.astimezone(time_zone).date()


def _document_date(document: Document) -> date:
    return max(line.date for line in document.lines)


def _problems(document: Document, mapping: Mapping, time_zone: ZoneInfo) -> Iterator[Problem]:
    for name in sorted(document.expense_types - set(mapping.expense_types)):
        label = expense_types.label(name)
        detail = _("The expense type %(label)s has no account. Add it to the mapping.") % {"label": label}
        yield Problem(code="expense_type_unmapped", detail=detail)
    if not document.claimant_number:
        yield Problem(
            code="claimant_missing", detail=_("The claimant's number in the accounting system is missing.")
        )
    if sum(line.amount_ore for line in document.lines) != document.total_ore:
        yield Problem(code="sum_differs", detail=_("The lines do not add up to the total."))
    if document.total_ore <= 0:
        yield Problem(code="nothing_to_post", detail=_("The total must be more than zero."))
    posted_in = posting_date(document=document, mapping=mapping, time_zone=time_zone).year
    if any(line.date.year != posted_in for line in document.lines):
        yield _crosses_year_end()


def _crosses_year_end() -> Problem:
    detail = _(
        "The expense was in another year than its posting date, and a cost is never moved to another year by itself. "
        "Choose the expense date as posting date in the mapping, or correct the dates."
    )
    return Problem(code="crosses_year_end", detail=detail)


def _debit(line: DocumentLine, mapping: Mapping, language: str) -> VoucherLine:
    mapped = mapping.expense_types[line.expense_type]
    return VoucherLine(
        account=mapped.account,
        amount_ore=line.amount_ore,
        text=_text(line, mapping, language),
        date=line.date,
        vat_code=mapped.vat_code,
        dimensions=_dimensions(line, mapped, mapping),
    )


def _text(line: DocumentLine, mapping: Mapping, language: str) -> str:
    """Without personal data unless the organization chose the claimant's own words: those can tell of health."""
    label = expense_types.label(line.expense_type, language=language)
    words = f"{label} {line.date.isoformat()}"
    if mapping.texts is Texts.LINE and line.text:
        words = f"{words} {line.text}"
    return words[:TEXT_CHARACTERS_MAX]


def _dimensions(
    line: DocumentLine, mapped: ExpenseTypeMapping, mapping: Mapping
) -> tuple[tuple[str, str], ...]:
    """What the line itself names wins over what the mapping gives every line of its type."""
    values = dict(mapped.dimensions)
    if mapping.cost_centre_dimension and line.cost_centre:
        values[mapping.cost_centre_dimension] = line.cost_centre
    if mapping.project_dimension and line.project:
        values[mapping.project_dimension] = line.project
    return tuple(sorted(values.items()))
