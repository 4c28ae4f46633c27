"""Reading a JSON body, strictly: what could be understood in two ways is refused whole."""

import json
import re
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from sluse.organizations.errors import InvalidError, SluseError

DEPTH_MAX = 40
ESCAPED_UNWANTED = re.compile(r"\\u(0000|[dD][89a-fA-F])")
UNWANTED = re.compile("[\x00\ud800-\udfff]")


class MalformedError(SluseError):
    """Not one JSON text: nothing of it was read."""

    code, status = "malformed", HTTPStatus.BAD_REQUEST


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return read(request=request)

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """`?state=` with nothing behind it is no filter, as a form sends it."""
        found = super().parse_querydict(data, list_fields, request)
        return {name: value for name, value in found.items() if value != ""}


def read(*, request: HttpRequest) -> Any:
    """Raises `MalformedError`; numbers with decimals come as `Decimal`."""
    try:
        text = request.body.decode("utf-8")
        content = json.loads(
            text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except UnicodeDecodeError as error:
        raise MalformedError(_("The body is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise MalformedError(_("The body is not valid JSON: %(reason)s") % {"reason": error}) from error
    _check(content, depth=0, texts=bool(ESCAPED_UNWANTED.search(text)) or "\x00" in text)
    return content


def fields(*, request: HttpRequest) -> dict[str, Any]:
    content = read(request=request)
    if not isinstance(content, dict):
        raise InvalidError(_("Send one JSON object with named fields."))
    return content


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_("a field is named twice"))
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(_("%(name)s is not a number") % {"name": name})


def _check(content: Any, *, depth: int, texts: bool) -> None:
    """Neither deeper than anything we know, nor with characters that no database keeps."""
    if depth > DEPTH_MAX:
        raise MalformedError(_("The body is nested too deeply."))
    if isinstance(content, dict):
        for name, value in content.items():
            _check(name, depth=depth, texts=texts)
            _check(value, depth=depth + 1, texts=texts)
    elif isinstance(content, list):
        for value in content:
            _check(value, depth=depth + 1, texts=texts)
    elif texts and isinstance(content, str) and UNWANTED.search(content):
        raise MalformedError(_("The body holds characters that cannot be kept."))
