"""Money, numbers and times as each language writes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from sluse.web import numbers
from sluse.web.templatetags import sluse as tags

MOMENT = datetime(2026, 11, 3, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "moment", "stamp"),
    [
        ("nb", "3. november 2026 kl. 02.04", "03.11.2026 02:04"),
        ("nn", "3. november 2026 kl. 02.04", "03.11.2026 02:04"),
        ("en", "3 November 2026 at 02:04", "3 Nov 2026 02:04"),
    ],
)
def test_a_time_names_its_offset_for_machines_and_the_zones_clock_for_people(
    language: str, moment: str, stamp: str
) -> None:
    with translation.override(language), timezone.override(ZoneInfo("Europe/Oslo")):
        assert tags.moment(MOMENT) == f'<time datetime="2026-11-03T02:04:00+01:00">{moment}</time>'
        assert tags.stamp(MOMENT) == f'<time datetime="2026-11-03T02:04:00+01:00">{stamp}</time>'


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_money_is_whole_to_the_ore(language: str) -> None:
    with translation.override(language):
        assert numbers.nok(123_456_701) == "1\xa0234\xa0567,01\xa0kr"
        assert numbers.nok(0) == "0,00\xa0kr"
        assert numbers.number(12_345) == "12\xa0345"


def test_lists_are_read_as_people_say_them() -> None:
    with translation.override("nb"):
        assert tags.in_words(["7100", "7140", "7145"]) == "7100, 7140 og 7145"
        assert tags.in_words(["7100"]) == "7100"
        assert tags.in_words([]) == ""
