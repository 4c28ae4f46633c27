"""An accounting system's own words: explained by the first that fits, and never shown whole."""

from sluse.connectors.sentences import ERP_MESSAGE_CHARACTERS_MAX, Known, erp_words, explain

KNOWN = (
    Known(
        pattern=r"No vendor (?P<value>\w+)", code="vendor_unknown", sentence="Vendor %(value)s is missing."
    ),
    Known(pattern=r"vendor", code="vendor", sentence="Something about a vendor."),
)


def test_the_first_that_fits_explains_and_names_what_it_is_about() -> None:
    explained = explain(known=KNOWN, message="Error: No vendor V1 (vendor table)")
    assert explained is not None
    assert (explained.code, explained.sentence) == ("vendor_unknown", "Vendor V1 is missing.")


def test_words_nobody_has_met_before_are_not_explained() -> None:
    assert explain(known=KNOWN, message="Something else") is None


def test_the_erps_own_words_are_cut_and_cleaned() -> None:
    assert len(erp_words("x" * 10_000)) == ERP_MESSAGE_CHARACTERS_MAX
    assert erp_words("a\x00b\nc") == "a b c"
