"""A posting that somebody has booked by hand: under which number, and why."""

from django import forms
from django.utils.translation import gettext_lazy

from sluse.sync.settling import NUMBER_CHARACTERS_MAX, REASON_CHARACTERS_MAX
from sluse.web.forms.base import Form


class ByHandForm(Form):
    voucher_number = forms.CharField(
        label=gettext_lazy("Voucher number in the accounting system"),
        help_text=gettext_lazy("The number the voucher got when you booked it there."),
        max_length=NUMBER_CHARACTERS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Write the number of the voucher in the accounting system.")
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why was it booked by hand?"),
        help_text=gettext_lazy("Kept in the sync log together with your name."),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say why in a few words.")},
    )
