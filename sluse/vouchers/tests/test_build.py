"""Reimbursement and mapping → balanced voucher, or every problem at once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluse.vouchers import build, mapping
from sluse.vouchers.build import CannotBuildError
from sluse.vouchers.document import Document, DocumentLine
from sluse.vouchers.mapping import ExpenseTypeMapping, Mapping, PostingDate, Texts
from sluse.vouchers.reference import is_reference, reference_for
from sluse.vouchers.voucher import UnbalancedVoucherError, Voucher, VoucherLine

OSLO = ZoneInfo("Europe/Oslo")
MAPPING = Mapping(
    expense_types={
        "mileage": ExpenseTypeMapping(account="7100", dimensions={"AVD": "10"}),
        "toll": ExpenseTypeMapping(account="7140"),
    },
    cost_centre_dimension="AVD",
    project_dimension="PROSJEKT",
)


def line(expense_type: str = "mileage", amount_ore: int = 25_400, **values: str) -> DocumentLine:
    return DocumentLine(expense_type=expense_type, date=date(2026, 11, 3), amount_ore=amount_ore, **values)


def document(
    *lines: DocumentLine, total_ore: int | None = None, approved_at: datetime | None = None
) -> Document:
    return Document(
        external_id="R-1",
        version=1,
        claimant_number="V00001",
        currency="NOK",
        total_ore=sum(one.amount_ore for one in lines) if total_ore is None else total_ore,
        approved_at=approved_at or datetime(2026, 11, 5, 9, tzinfo=UTC),
        lines=lines,
    )


def built(of: Document, by: Mapping = MAPPING) -> Voucher:
    return build.build(document=of, mapping=by, reference="R7K2M6QX4TB3WD5FH", time_zone=OSLO, language="nb")


@given(st.lists(st.integers(min_value=1, max_value=99_999_999), min_size=1, max_size=30))
def test_every_voucher_balances_and_keeps_every_ore(amounts: list[int]) -> None:
    voucher = built(document(*[line(amount_ore=amount) for amount in amounts]))
    assert sum(one.amount_ore for one in voucher.lines) == 0
    assert [one.amount_ore for one in voucher.debits] == amounts
    assert voucher.total_ore == sum(amounts)
    assert Voucher.from_json(voucher.as_json()) == voucher


def test_a_voucher_out_of_balance_does_not_exist() -> None:
    one = VoucherLine(account="7100", amount_ore=1, text="", date=date(2026, 11, 3))
    with pytest.raises(UnbalancedVoucherError):
        Voucher(
            reference="R",
            claimant_number="V1",
            currency="NOK",
            posting_date=one.date,
            document_date=one.date,
            text="",
            lines=(one,),
        )


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(CannotBuildError) as refusal:
        built(
            document(
                line("lodging"), line("meals"), total_ore=1, approved_at=datetime(2027, 1, 5, tzinfo=UTC)
            )
        )
    codes = [problem.code for problem in refusal.value.problems]
    assert codes == ["expense_type_unmapped", "expense_type_unmapped", "sum_differs", "crosses_year_end"]


@pytest.mark.parametrize(
    ("approved_at", "expected"),
    [
        (datetime(2026, 11, 5, 22, 59, tzinfo=UTC), date(2026, 11, 5)),
        (datetime(2026, 11, 5, 23, 1, tzinfo=UTC), date(2026, 11, 6)),
        (datetime(2026, 7, 5, 22, 1, tzinfo=UTC), date(2026, 7, 6)),
    ],
)
def test_the_posting_date_is_a_day_in_the_organizations_zone(approved_at: datetime, expected: date) -> None:
    assert built(document(line(), approved_at=approved_at)).posting_date == expected


def test_the_expense_date_rule_never_crosses_a_year_end() -> None:
    by = Mapping(expense_types=MAPPING.expense_types, posting_date=PostingDate.EXPENSE)
    voucher = built(document(line(), approved_at=datetime(2027, 1, 5, tzinfo=UTC)), by)
    assert voucher.posting_date == date(2026, 11, 3)


def test_texts_hold_nothing_personal_unless_the_organization_chose_it() -> None:
    told = document(line(text="Følge til hørselssentralen med Ola"))
    assert built(told).debits[0].text == "Kilometergodtgjørelse 2026-11-03"
    chosen = Mapping(expense_types=MAPPING.expense_types, texts=Texts.LINE)
    assert "Ola" in built(told, chosen).debits[0].text
    assert "Ola" not in str(built(told).as_json())


def test_what_a_line_names_wins_over_the_mapping() -> None:
    voucher = built(document(line(cost_centre="20", project="4201"), line()))
    assert [one.dimensions for one in voucher.debits] == [
        (("AVD", "20"), ("PROSJEKT", "4201")),
        (("AVD", "10"),),
    ]


def test_the_reference_follows_from_the_reimbursement_alone() -> None:
    first = reference_for(organization_slug="hlf", external_id="R-1", version=1)
    assert first == reference_for(organization_slug="hlf", external_id="R-1", version=1)
    assert len(first) == 17
    assert first.isalnum()
    assert first == first.upper()
    assert is_reference(first)
    assert not any(is_reference(other) for other in ("R-1", first.lower(), f"{first}2", "V" + first[1:]))
    others = {
        reference_for(organization_slug=slug, external_id=external_id, version=version)
        for slug, external_id, version in [("nbf", "R-1", 1), ("hlf", "R-2", 1), ("hlf", "R-1", 2)]
    }
    assert first not in others
    assert len(others) == 3


def test_a_mapping_is_read_with_every_mistake_at_once() -> None:
    content = {"expense_types": {"Mileage!": {"account": ""}, "toll": {"account": 7140}}, "extra": 1}
    errors = mapping.from_json(content)[1]
    assert [error.path for error in errors] == [
        "extra",
        "expense_types.Mileage!",
        "expense_types.Mileage!.account",
        "expense_types.toll.account",
        "expense_types.toll.account",
    ]


def test_a_mapping_survives_being_written_and_read() -> None:
    again, errors = mapping.from_json(MAPPING.as_json())
    assert errors == []
    assert again == MAPPING
