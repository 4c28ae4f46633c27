"""What every template may use: money, numbers, times, icons. Loaded everywhere by the settings."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from sluse.vouchers import expense_types
from sluse.web import icons, log_words, numbers, run_words, steps

register = template.Library()
register.filter("nok", numbers.nok)
register.filter("number", numbers.number)
register.filter("reached", run_words.reached)
register.filter("left_behind", run_words.left_behind)


@register.filter
def negated(amount_ore: int) -> int:
    return -amount_ore


@register.filter
def moment(value: datetime | None) -> str:
    """In a sentence: 3. november 2026 kl. 02.04."""
    return _time(value, "DATETIME_FORMAT")


@register.filter
def stamp(value: datetime | None) -> str:
    """In a table: 03.11.2026 02:04."""
    return _time(value, "SHORT_DATETIME_FORMAT")


@register.filter
def wall(value: str) -> str:
    """2026-12-24T18:00 as the clock on some other wall shows it: 24.12.2026 18:00."""
    return formats.date_format(datetime.fromisoformat(value), "SHORT_DATETIME_FORMAT")


@register.filter
def day(value: date) -> str:
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), formats.date_format(value, "DATE_FORMAT")
    )


@register.simple_tag(takes_context=True)
def age(context: template.Context, value: datetime | None) -> str:
    """How long ago, in the largest unit that says something: 3 timer."""
    return timesince(value, context.get("now") or timezone.now(), depth=1) if value else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    return icons.svg(name)


@register.filter
def expense_type(name: str) -> str:
    return expense_types.label(name)


@register.filter
def section(code: str) -> str:
    """Where on the settings page something that is missing is put right."""
    return steps.section_of(code)


@register.filter
def mended_at(reason_code: str) -> str:
    return steps.section_mending(reason_code)


@register.filter
def log_state(name: str) -> str:
    return log_words.of(name)


register.filter("log_reason", log_words.because)
register.filter("log_trigger", log_words.started_by)


@register.filter
def error_id(field: BoundField) -> str:
    return f"{field.auto_id}_error"


@register.filter
def in_words(values: Iterable[Any]) -> str:
    """A, B and C."""
    words = [str(value) for value in values]
    if len(words) < 2:  # noqa: PLR2004 - one word needs no "and"
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _time(value: datetime | None, form: str) -> str:
    if value is None:
        return ""
    local = timezone.localtime(value)
    shown = formats.date_format(local, form)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), shown)
