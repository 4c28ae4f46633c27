"""Fields written without templates, where a template says nothing more: a page with fifty of them waits for little else."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FOLDER = "django/forms/widgets/"
SAME_AS_INPUT = frozenset(
    f"{FOLDER}{name}.html"
    for name in ("text", "number", "password", "email", "date", "time", "hidden", "checkbox")
)
"""Templates that hold nothing but `input.html`, and that one nothing but the element and its attributes:
https://github.com/django/django/tree/stable/5.2.x/django/forms/templates/django/forms/widgets"""


class Renderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name not in SAME_AS_INPUT:
            return super().render(template_name, context, request)
        widget = context["widget"]
        own = {"type": widget["type"], "name": widget["name"]}
        value = {} if widget["value"] is None else {"value": widget["value"]}
        attributes = {**own, **value, **widget["attrs"]}.items()
        shown = [[_attribute(name, value)] for name, value in attributes if value is not False]
        return format_html("<input{}>", format_html_join("", "{}", shown))


def _attribute(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
