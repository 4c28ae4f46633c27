from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sluse.organizations.models import User
from sluse.web.forms.base import Form


class SignInForm(Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={
            "required": gettext_lazy("Write your e-mail address."),
            "invalid": gettext_lazy("Write a whole e-mail address, such as name@example.no."),
        },
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Write your password.")},
    )

    def user(self, request: HttpRequest) -> User | None:
        """One answer for a wrong address and a wrong password, so that it tells nobody who has an account."""
        if not self.is_valid():
            return None
        found = authenticate(
            request, username=self.cleaned_data["email"].lower(), password=self.cleaned_data["password"]
        )
        if found is None:
            self.add_error(
                None, _("The e-mail address or the password is not right. Check both and try again.")
            )
        return found if isinstance(found, User) else None
