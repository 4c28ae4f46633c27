"""What a log row holds as codes, in the words of the screens."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sluse.sync.models import Reconciliation, Trigger

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
    "restore_opened": pgettext_lazy("log", "Held after a restore"),
    "restore_ended": pgettext_lazy("log", "Released after a restore"),
    "window_planned": pgettext_lazy("log", "Maintenance window planned"),
    "window_changed": pgettext_lazy("log", "Maintenance window changed"),
    "window_began": pgettext_lazy("log", "Maintenance window began"),
    "window_ended": pgettext_lazy("log", "Maintenance window ended"),
    "platform_stopped": pgettext_lazy("log", "Everything stopped"),
    "platform_resumed": pgettext_lazy("log", "The stop of everything ended"),
    "next_set": pgettext_lazy("log", "New ones entered beside the old"),
    "next_passed": pgettext_lazy("log", "The new ones passed"),
    "next_failed": pgettext_lazy("log", "The new ones failed"),
    "rotated": pgettext_lazy("log", "New ones taken into use"),
    "previous_removed": pgettext_lazy("log", "Old ones removed"),
    "rotation_undone": pgettext_lazy("log", "Old ones taken back into use"),
    "rewrapped": pgettext_lazy("log", "Sealed with the newest key"),
    "webhook_set": pgettext_lazy("log", "New webhook secret"),
    "webhook_removed": pgettext_lazy("log", "Webhook secret removed"),
    "probed": pgettext_lazy("log", "Tried out"),
    "requested": pgettext_lazy("log", "Asked for"),
    "approved": pgettext_lazy("log", "Approved"),
    "rejected": pgettext_lazy("log", "Rejected"),
    "void": pgettext_lazy("log", "Ended undecided"),
    "two_required": pgettext_lazy("log", "Two are required"),
    "one_is_enough": pgettext_lazy("log", "One is enough"),
    "equal": pgettext_lazy("log", "No differences"),
    "different": pgettext_lazy("log", "Differences found"),
}
REASONS: dict[str, str | Promise] = {
    "connector_disabled": pgettext_lazy("log", "The switch was off"),
    "disabling": pgettext_lazy("log", "The switch was being turned off"),
    "hold_active": pgettext_lazy("log", "It was on hold"),
    "restored": pgettext_lazy("log", "Held after a restore"),
    "internal_error": pgettext_lazy("log", "Something in Sluse itself failed"),
}
"""What Sluse itself gives as the reason is a code; a person's words are shown as they are."""
TRIGGERS: dict[str, str | Promise] = dict([*Trigger.choices, *Reconciliation.Trigger.choices])
VERSION = re.compile(r"version (\d+)")


def of(name: str) -> str:
    """One that has no words is shown as it is written."""
    version = VERSION.fullmatch(name)
    if version:
        return _("Version %(number)s") % {"number": version[1]}
    return str(STATES.get(name, name))


def because(text: str) -> str:
    return str(REASONS.get(text, text))


def started_by(trigger: str) -> str:
    return str(TRIGGERS.get(trigger, trigger))
