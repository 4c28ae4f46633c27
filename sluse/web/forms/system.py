"""The fields of the chosen accounting system, as its connector describes them. Secrets go in, never out."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from sluse.connectors import fields, registry
from sluse.connectors.configure import ConnectorState
from sluse.web.forms.base import Form

SETTING, CREDENTIAL = "settings.", "credentials."


class SystemForm(Form):
    """Field names are the paths the domain names in its refusals."""

    kind = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, kind: str, connector: ConnectorState) -> None:
        is_same = connector.kind == kind
        config = registry.KINDS[kind].config
        values = fields.with_defaults(config, connector.settings if is_same else {})
        super().__init__(
            data, initial={"kind": kind, **{SETTING + name: value for name, value in values.items()}}
        )
        self.label = registry.KINDS[kind].label
        for field in config.settings:
            self.fields[SETTING + field.name] = _form_field(field)
        for field in config.credentials:
            self.fields[CREDENTIAL + field.name] = _form_field(
                field, is_set=is_same and connector.credentials_set
            )

    def setting_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith(SETTING))

    def credential_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith(CREDENTIAL))

    def settings(self) -> dict[str, Any]:
        return self._values(SETTING)

    def credentials(self) -> dict[str, str] | None:
        """None keeps those that are set; one that is left empty is kept too."""
        return {name: value for name, value in self._values(CREDENTIAL).items() if value} or None

    def _values(self, prefix: str) -> dict[str, Any]:
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix)
        }


class NewCredentialsForm(Form):
    """The same secrets once more, for the place beside those in use."""

    def __init__(self, data: Any = None, *, kind: str) -> None:
        super().__init__(data, auto_id="next-%s")
        for field in registry.KINDS[kind].config.credentials:
            self.fields[CREDENTIAL + field.name] = _form_field(field, is_set=True)
        self.fields["expires_on"] = forms.DateField(
            label=_("Good until (optional)"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date", "class": "ds-input", "autocomplete": "off"}),
        )

    def credentials(self) -> dict[str, str]:
        found = {name: value for name, value in self.cleaned_data.items() if name.startswith(CREDENTIAL)}
        return {name.removeprefix(CREDENTIAL): str(value) for name, value in found.items() if value}


def in_words(connector: ConnectorState) -> Iterator[tuple[str, str]]:
    """The settings as they are, for those who read and do not write."""
    if connector.kind is None:
        return
    for field in registry.KINDS[connector.kind].config.settings:
        value = connector.settings.get(field.name)
        yield str(field.label), _words(field, value)


def _words(field: fields.Field, value: Any) -> str:
    words: Mapping[Any, Any] = dict(field.choices)
    return str(words.get(value, value) or _("Not set"))


def _form_field(field: fields.Field, *, is_set: bool = False) -> forms.Field:
    """Nothing is required here: what is missing may come later, and the domain says what is wrong."""
    made = _choice(field) if field.choices else _text(field)
    made.label, made.help_text, made.required = str(field.label), str(field.help), False
    if is_set:
        made.help_text = _("Leave empty to keep the one that is set.")
    return made


def _choice(field: fields.Field) -> forms.Field:
    nothing = [] if field.default is not None else [("", _("Choose"))]
    return forms.ChoiceField(
        choices=[*nothing, *field.choices], widget=forms.Select(attrs={"class": "ds-input"})
    )


def _text(field: fields.Field) -> forms.Field:
    attributes = {"class": "ds-input", "autocomplete": "off", "spellcheck": "false"}
    widget: forms.Widget = forms.TextInput(attrs=attributes)
    if field.secret:
        widget = forms.PasswordInput(attrs={**attributes, "autocomplete": "new-password"})
    return forms.CharField(max_length=fields.TEXT_CHARACTERS_MAX, widget=widget)
