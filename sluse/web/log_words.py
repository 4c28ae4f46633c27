"""The new state of a log row, in the words of the screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES: dict[str, str | Promise] = {
    "enabled": pgettext_lazy("log", "Turned on"),
    "disabled": pgettext_lazy("log", "Turned off"),
    "started": pgettext_lazy("log", "Started"),
    "succeeded": _("Succeeded"),
    "partial": _("Not everything went through"),
    "stopped": _("Stopped"),
    "pending": _("Waiting"),
    "sending": _("Being sent"),
    "unknown": _("Unknown outcome"),
    "delivered": _("Delivered, not yet posted"),
    "posted": _("Posted"),
    "failed": pgettext_lazy("one posting", "Failed"),
    "conflict": _("Conflict"),
    "withdrawn": _("Withdrawn"),
    "changed": pgettext_lazy("log", "Changed"),
    "issued": pgettext_lazy("log", "Issued"),
    "passed": pgettext_lazy("log", "Passed"),
    "skipped": pgettext_lazy("log", "Skipped"),
    "active": pgettext_lazy("log", "Active"),
    "inactive": pgettext_lazy("log", "Not active"),
    "created": pgettext_lazy("log", "Created"),
    "administrator": _("Administrator"),
    "auditor": _("Auditor"),
    "breaker_opened": pgettext_lazy("log", "Stopped automatically"),
    "breaker_ended": pgettext_lazy("log", "Automatic stop ended"),
}
