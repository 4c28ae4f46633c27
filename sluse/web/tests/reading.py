"""A page as somebody reads it."""

import html
from typing import Any

from django.utils.html import strip_tags


def words(response: Any) -> str:
    """The text alone, every run of white space one blank."""
    return " ".join(html.unescape(strip_tags(response.content.decode())).split())
