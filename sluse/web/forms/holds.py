"""Times and reasons of holds. Times are those of the clock on the wall, in the zone the page names."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.gate.models import Hold
from sluse.gate.toggle import REASON_CHARACTERS_MAX
from sluse.web.forms.base import Form

REQUIRED = {"required": gettext_lazy("Say why in a few words.")}


def _time(label: Any) -> forms.CharField:
    """The browser's own picker where it has one; plain text where it has not."""
    return forms.CharField(
        label=label,
        max_length=16,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "ds-input", "autocomplete": "off"}
        ),
        error_messages={"required": gettext_lazy("Give date and time.")},
    )


class ReasonForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Kept in the sync log together with your name."),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages=REQUIRED,
    )


class WindowForm(Form):
    starts = _time(gettext_lazy("Begins"))
    ends = _time(gettext_lazy("Ends"))
    reason = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("Shown to everybody in the organization."),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages=REQUIRED,
    )

    def __init__(self, data: Any = None, *, time_zone: str, hold: Hold | None = None) -> None:
        initial = (
            {"starts": hold.starts_local, "ends": hold.ends_local, "reason": hold.reason} if hold else None
        )
        super().__init__(data, initial=initial, auto_id="window-%s")
        self.fields["starts"].help_text = _("By the clock in %(zone)s.") % {"zone": time_zone}

    def times(self) -> dict[str, str]:
        """Browsers send seconds too when somebody has typed them."""
        return {name: str(self.cleaned_data[name]).replace(" ", "T") for name in ("starts", "ends")}
