"""Where each refusal is mended in Business Central."""

from dataclasses import replace

import pytest

from sluse.connectors.base import Posted, Receipt, Rejected
from sluse.connectors.business_central import links, sentences
from sluse.connectors.business_central.tests.harness import SETTINGS

BASE = f"https://web.example/{SETTINGS.tenant_id}/Production/?"
TABLE = [
    ("period_closed", "page=118"),
    ("vendor_unknown", "page=27"),
    ("vendor_blocked", "page=27"),
    ("vendor_currency", "page=27"),
    ("account_unknown", "page=16"),
    ("account_blocked", "page=16"),
    ("account_not_direct", "page=16"),
    ("account_not_posting", "page=16"),
    ("dimension_missing", "page=536"),
    ("dimension_preset", "page=536"),
    ("dimension_unknown", "page=536"),
    ("dimension_value_unknown", "page=536"),
    ("vat_code_unknown", "page=471"),
    ("total_differs", "page=472"),
    ("currency_unknown", "page=5"),
    ("posting_setup_missing", "page=314"),
]


@pytest.mark.parametrize(("code", "query"), TABLE)
def test_a_refusal_leads_to_the_page_where_it_is_mended(code: str, query: str) -> None:
    assert links.to_mend(code=code, settings=SETTINGS) == BASE + query


@pytest.mark.parametrize("code", ["refused", "too_long", "not_an_invoice", ""])
def test_what_has_no_one_place_has_no_link(code: str) -> None:
    assert links.to_mend(code=code, settings=SETTINGS) == ""


def test_every_refusal_that_is_known_by_its_words_leads_somewhere() -> None:
    assert {known.code for known in sentences.KNOWN} <= set(links.PAGES)
    assert set(links.PAGES) == {code for code, _query in TABLE}


@pytest.mark.parametrize(
    ("name", "written"),
    [("HLF Økonomi", "HLF%20%C3%98konomi"), ("A&page=9 #/?", "A%26page%3D9%20%23%2F%3F")],
)
def test_the_companys_name_is_a_value_and_nothing_else(name: str, written: str) -> None:
    settings = replace(SETTINGS, company_name=name)
    link = links.to_mend(code="period_closed", settings=settings)
    assert link == f"{BASE}company={written}&page=118"


def test_nothing_of_the_answer_is_in_the_link() -> None:
    said = Rejected(
        code="account_blocked", message="https://evil.example", erp_message="https://evil.example"
    )
    linked = links.linked(outcome=said, settings=SETTINGS)
    assert linked == replace(said, link=f"{BASE}page=16")


def test_only_a_refusal_gets_a_link() -> None:
    posted = Posted(receipt=Receipt(erp_id="1"))
    assert links.linked(outcome=posted, settings=SETTINGS) is posted
