"""What every form shares: its look, and the domain's refusals beside the fields they are about."""

from collections.abc import Callable
from typing import Any

from django import forms

from sluse.organizations.errors import InvalidError

UNCLASSED = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)


class Form(forms.Form):
    use_required_attribute = False
    """The server names every mistake at once, in the page's language; the browser's bubbles do neither."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop(
                "maxlength", None
            )  # the browser would cut off what is pasted, and say nothing
            if not isinstance(field.widget, UNCLASSED):
                field.widget.attrs.setdefault("class", "ds-input")

    def add_refusal(self, refusal: InvalidError, *, field_of: Callable[[str], str] = str) -> None:
        """`field_of` turns the domain's path into a field's name; what fits no field stands on top."""
        for error in refusal.errors:
            name = field_of(error.path)
            self.add_error(name if name in self.fields else None, error.detail)
        if not refusal.errors:
            self.add_error(None, str(refusal))
