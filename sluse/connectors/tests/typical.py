"""Ten typical reimbursements, for the golden requests of every connector: documents and a mapping, through the real
`build`. What an accounting system calls its dimensions and VAT codes, its own test gives."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sluse.vouchers import build
from sluse.vouchers.document import Document, DocumentLine
from sluse.vouchers.mapping import ExpenseTypeMapping, Mapping, PostingDate, Texts
from sluse.vouchers.reference import reference_for
from sluse.vouchers.voucher import Voucher

APPROVED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MEETING = date(2026, 11, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What the accounting system calls things. `extra_dimension`: one more code and a value of it, fixed by the mapping."""

    cost_centre: str
    project: str
    extra_dimension: tuple[str, str]
    vat_code: str
    credit_account: str = "2990"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    document: Document
    is_on_credit_account: bool = False
    texts: Texts = Texts.EXPENSE_TYPE
    posting_date: PostingDate = PostingDate.APPROVAL


def voucher(name: str, *, codes: Codes) -> Voucher:
    one = TYPICAL[name]
    return build.build(
        document=one.document,
        mapping=_mapping(one, codes),
        reference=reference_for(organization_slug="typical", external_id=name, version=1),
        time_zone=ZoneInfo("Europe/Oslo"),
        language="nb",
    )


def _mapping(one: Typical, codes: Codes) -> Mapping:
    extra = dict([codes.extra_dimension])
    return Mapping(
        version=1,
        expense_types={
            "mileage": ExpenseTypeMapping(account="7100"),
            "mileage_taxable": ExpenseTypeMapping(account="7130"),
            "passenger_supplement": ExpenseTypeMapping(account="7100"),
            "toll": ExpenseTypeMapping(account="7140"),
            "parking": ExpenseTypeMapping(account="7140"),
            "public_transport": ExpenseTypeMapping(account="7140"),
            "lodging": ExpenseTypeMapping(account="7140"),
            "meals": ExpenseTypeMapping(account="7160"),
            "honorarium": ExpenseTypeMapping(account="5330", dimensions=extra),
            "other": ExpenseTypeMapping(account="6800", vat_code=codes.vat_code),
        },
        credit_account=codes.credit_account if one.is_on_credit_account else None,
        cost_centre_dimension=codes.cost_centre,
        project_dimension=codes.project,
        posting_date=one.posting_date,
        texts=one.texts,
    )


def _line(expense_type: str, amount_ore: int, day: date = MEETING, **more: str) -> DocumentLine:
    return DocumentLine(expense_type=expense_type, date=day, amount_ore=amount_ore, **more)


def _document(
    claimant: str, *lines: DocumentLine, approved_at: datetime = APPROVED_AT, currency: str = "NOK"
) -> Document:
    return Document(
        external_id="typical",
        version=1,
        claimant_number=claimant,
        currency=currency,
        total_ore=sum(line.amount_ore for line in lines),
        approved_at=approved_at,
        lines=lines,
    )


TYPICAL = {
    # 40 km × 5.30 kr: 3.50 of it is tax-free. The source system, which knows the rates, sends the rest as a type of its own.
    "mileage_split_in_tax_free_and_taxable_part": Typical(
        document=_document("V00042", _line("mileage", 14_000), _line("mileage_taxable", 7_200))
    ),
    "mileage_with_passengers_toll_and_parking": Typical(
        document=_document(
            "V00101",
            _line("mileage", 65_450),
            _line("passenger_supplement", 18_700),
            _line("toll", 11_200),
            _line("parking", 9_000),
        )
    ),
    "toll_and_bus_on_cost_centre_and_project": Typical(
        document=_document(
            "V00017",
            _line("toll", 5_600, date(2026, 11, 14), cost_centre="10", project="4201"),
            _line("public_transport", 4_200, date(2026, 11, 14), cost_centre="10"),
        )
    ),
    # The mapping puts every honorarium on a dimension; the line adds its own cost centre and project.
    "honorarium_in_three_dimensions": Typical(
        document=_document(
            "V00230", _line("honorarium", 250_000, date(2026, 10, 29), cost_centre="20", project="4250")
        )
    ),
    "thirty_lines": Typical(
        document=_document(
            "V00500",
            *[
                _line("parking", 101 * day, date(2026, 11, day), cost_centre=str(10 * (day % 20 + 1)))
                for day in range(1, 31)
            ],
            approved_at=datetime(2026, 12, 1, 8, tzinfo=UTC),
        )
    ),
    # Three trips of 1.25 km × 5.30 kr are 6.625 kr each; a thousand kroner shared by three. What was approved rules.
    "ore_that_do_not_divide": Typical(
        document=_document(
            "V00009",
            *[_line("mileage", amount_ore) for amount_ore in (662, 663, 663)],
            *[_line("meals", amount_ore) for amount_ore in (33_333, 33_333, 33_334)],
        )
    ),
    "vat_inside_the_amount": Typical(
        document=_document("V00008", _line("other", 12_345), _line("parking", 1))
    ),
    "credited_to_an_account_of_the_mapping": Typical(
        document=_document("V00077", _line("honorarium", 100_000), _line("lodging", 149_900)),
        is_on_credit_account=True,
    ),
    "in_the_claimants_own_words": Typical(
        document=_document(
            " v00031 ",
            _line(
                "lodging",
                129_000,
                cost_centre=" 10 ",
                text='Hotell "Ål" – 2 netter & frokost <dobbeltrom> \\ kr 645,00 pr. natt; betalt kontant i resepsjonen',
            ),
            _line("meals", 25_000, text="Lunsj"),
        ),
        texts=Texts.LINE,
    ),
    # Approved at 00:30 in Oslo, which is the year before in UTC; posted on the day of the expense, in its own year.
    "approved_in_the_night_to_the_new_year": Typical(
        document=_document(
            "V00365",
            _line("public_transport", 4_500, date(2026, 12, 31)),
            approved_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        ),
        posting_date=PostingDate.EXPENSE,
    ),
}
