"""Business Central's words and a bookkeeper's."""

import pytest
from django.utils import translation

from sluse.connectors.business_central import sentences

G_L = "G/L Account"
NOT_THERE = "The field No. of table Purchase Line contains a value ({}) that cannot be found in the related table ({})."
MUST_BE = "{} must be equal to '{}'  in G/L Account: No.={}. Current value is 'X'."

TABLE = [
    (
        "Posting Date is not within your range of allowed posting dates in Purchase Header.",
        "period_closed",
        "",
    ),
    ("The vendor cannot be found.", "vendor_unknown", ""),
    (NOT_THERE.format("V9", "Vendor"), "vendor_unknown", ""),
    (
        "You cannot create this type of document when Vendor V9 is blocked with type All",
        "vendor_blocked",
        "V9",
    ),
    (NOT_THERE.format("7199", G_L), "account_unknown", "7199"),
    (NOT_THERE.format("HØY", "VAT Product Posting Group"), "vat_code_unknown", "HØY"),
    (MUST_BE.format("Blocked", "No", "7140"), "account_blocked", "7140"),
    (MUST_BE.format("Direct Posting", "Yes", "2400"), "account_not_direct", "2400"),
    (MUST_BE.format("Account Type", "Posting", "7000"), "account_not_posting", "7000"),
    (
        "Select a Dimension Value Code for the Dimension Code AVD for G/L Account 7100.",
        "dimension_missing",
        "AVD",
    ),
    ("The dimension set line already exists. Check existing dimension set lines.", "dimension_preset", ""),
    ('The "code" does not match to a Dimension.', "dimension_unknown", ""),
    ('The "valueCode" does not match to a Dimension Value.', "dimension_value_unknown", ""),
    ('The "currencyCode" does not match to a Currency.', "currency_unknown", ""),
    ("Gen. Bus. Posting Group must have a value in Vendor: No.=V1.", "posting_setup_missing", ""),
    ("Something nobody has seen.", "refused", ""),
]


@pytest.mark.parametrize(("message", "code", "named"), TABLE)
def test_a_refusal_is_explained(message: str, code: str, named: str) -> None:
    with translation.override("en"):
        explained = sentences.explain(code="Application_DialogException", message=message)
    assert explained.code == code
    assert named in explained.sentence
    assert "%(" not in explained.sentence


def test_a_text_that_is_too_long_is_explained_by_its_code() -> None:
    explained = sentences.explain(
        code="Application_StringExceededLength", message="The length of the string is 101"
    )
    assert explained.code == "too_long"


def test_every_known_sentence_is_in_the_table() -> None:
    assert {known.code for known in sentences.KNOWN} <= {code for _message, code, _named in TABLE}


def test_the_correlation_id_is_not_among_the_erps_own_words() -> None:
    words = sentences.erp_words(
        "There is nothing to post.  CorrelationId:  0d0c1b2a-0000-4000-8000-000000000000."
    )
    assert words == "There is nothing to post."
