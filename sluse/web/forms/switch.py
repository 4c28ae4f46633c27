"""Why the switch is turned: off by one click on a category, on by words."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.gate.toggle import REASON_CHARACTERS_MAX
from sluse.web.forms.base import Form

CATEGORIES = {
    "incident": gettext_lazy("Something is wrong"),
    "planned": gettext_lazy("Planned pause"),
    "wrong_data": gettext_lazy("Wrong data is waiting or was sent"),
    "other": gettext_lazy("Another reason"),
}
TEXT_CHARACTERS_MAX = REASON_CHARACTERS_MAX - 100
"""Leaves room for the category, which stands before the text in the log."""


class SwitchForm(Form):
    to = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def reason(self) -> str:
        raise NotImplementedError


class SwitchOnForm(SwitchForm):
    text = forms.CharField(
        label=gettext_lazy("Why are you turning it on?"),
        help_text=gettext_lazy("Kept in the history together with your name."),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say why in a few words.")},
    )

    def reason(self) -> str:
        return str(self.cleaned_data["text"])


class SwitchOffForm(SwitchForm):
    category = forms.ChoiceField(
        label=gettext_lazy("Why are you turning it off?"),
        choices=list(CATEGORIES.items()),
        widget=forms.RadioSelect(attrs={"class": "ds-input"}),
        error_messages={"required": gettext_lazy("Choose one of the reasons.")},
    )
    text = forms.CharField(
        label=gettext_lazy("More about it (optional)"),
        help_text=gettext_lazy("Kept in the history together with your name."),
        max_length=TEXT_CHARACTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def reason(self) -> str:
        category, text = str(CATEGORIES[self.cleaned_data["category"]]), str(self.cleaned_data["text"])
        return _("%(category)s: %(text)s") % {"category": category, "text": text} if text else category


FORMS: dict[str, type[SwitchForm]] = {"on": SwitchOnForm, "off": SwitchOffForm}
