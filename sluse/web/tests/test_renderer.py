"""Fields written without templates are, to the letter, what Django's templates write."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from sluse.web.forms.renderer import Renderer

TRICKY = {"class": 'a"<b', "list": "accounts", "required": True, "hidden": False, "min": 0, "data-x": None}


@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput,
        forms.NumberInput,
        forms.PasswordInput,
        forms.EmailInput,
        forms.DateInput,
        forms.TimeInput,
        forms.HiddenInput,
        forms.CheckboxInput,
    ],
)
@pytest.mark.parametrize("value", [None, "", 0, '<å"&>', True, False, "2026-01-02"])
def test_a_field_is_written_as_djangos_templates_write_it(widget: type[forms.Widget], value: Any) -> None:
    for attributes in ({}, TRICKY):
        drawn = [
            widget(attributes).render("name", value, renderer=one) for one in (DjangoTemplates(), Renderer())
        ]
        assert drawn[0] == drawn[1]
