"""Many switches at once: confirmed by typing how many, with one reason for all of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.gate.toggle import REASON_CHARACTERS_MAX
from sluse.web.forms.base import Form


class BulkForm(Form):
    count = forms.CharField(
        label=gettext_lazy("Type how many organizations are turned"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type the number that stands above.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Kept in each organization's history together with your name."),
        max_length=REASON_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say why in a few words.")},
    )

    def __init__(self, *args: Any, changes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._changes = changes

    def clean_count(self) -> str:
        typed = str(self.cleaned_data["count"]).strip()
        if typed != str(self._changes):
            raise forms.ValidationError(
                _("%(count)s organizations are turned. Type that number, so that nobody is turned unseen.")
                % {"count": self._changes}
            )
        return typed
