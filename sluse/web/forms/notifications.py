"""Which mails a person wishes about one organization."""

from django import forms
from django.utils.translation import gettext_lazy

from sluse.organizations.models import Mails
from sluse.web.forms.base import Form


class NotificationsForm(Form):
    mails = forms.ChoiceField(
        label=gettext_lazy("Mail when something happens"),
        choices=Mails.choices,
        widget=forms.RadioSelect(attrs={"class": "ds-input"}),
        error_messages={"required": gettext_lazy("Choose one of the three.")},
    )
    weekly_digest = forms.BooleanField(
        label=gettext_lazy("A letter every Monday morning: what was posted, what waits, what needs somebody"),
        required=False,
    )
