"""When scheduled runs are due, in plain words; cron text for those who want something else."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.sync.models import Schedule
from sluse.web.forms.base import Form

PRESETS = {
    "0 2 * * *": gettext_lazy("Every night at 02:00"),
    "0 6 * * 1-5": gettext_lazy("Every weekday at 06:00"),
    "0 6 * * 1": gettext_lazy("Every Monday at 06:00"),
    "0 * * * *": gettext_lazy("Every hour"),
}
OWN, NEVER = "own", "never"


def in_words(schedule: Schedule) -> str:
    if not schedule.is_active:
        return _("No scheduled runs. Only manual ones, and new approvals as they come.")
    if schedule.cron in PRESETS:
        return str(PRESETS[schedule.cron])
    return _("At the times of %(cron)s") % {"cron": schedule.cron}


class ScheduleForm(Form):
    when = forms.ChoiceField(
        label=gettext_lazy("When are scheduled runs due?"),
        choices=[
            *PRESETS.items(),
            (OWN, gettext_lazy("At times of our own")),
            (NEVER, gettext_lazy("Never; we start each run ourselves")),
        ],
        widget=forms.RadioSelect(attrs={"class": "ds-input"}),
        error_messages={"required": gettext_lazy("Choose one of the times.")},
    )
    cron = forms.CharField(
        label=gettext_lazy("Times of our own"),
        help_text=gettext_lazy(
            "Five fields: minute, hour, day, month, weekday. 30 4 * * 1,4 is Mondays and Thursdays at 04:30."
        ),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"class": "ds-input codes", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, data: Any = None, *, schedule: Schedule) -> None:
        chosen = schedule.cron if schedule.cron in PRESETS else OWN
        own = "" if schedule.cron in PRESETS else schedule.cron
        super().__init__(data, initial={"when": chosen if schedule.is_active else NEVER, "cron": own})
        self._kept = schedule.cron

    def wanted(self) -> tuple[str, bool]:
        """The cron text, and whether it is active; one that is paused keeps its times."""
        when = self.cleaned_data["when"]
        if when == NEVER:
            return self._kept, False
        return (self.cleaned_data["cron"] if when == OWN else when), True
