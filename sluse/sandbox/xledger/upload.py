"""The parts of a `multipart/form-data` body, byte for byte: files by their names, and the question under `content`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

QUESTION = "content"
_BOUNDARY = re.compile(r'multipart/form-data;.*boundary="?([^";]{1,70})"?')
_NAME = re.compile(r'\bname="([^"]*)"')
_TYPE = re.compile(r"(?im)^content-type: *([^\s;]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    media_type: str
    content: bytes


def parts(*, content_type: str, body: bytes) -> Mapping[str, File]:
    """Empty for a body of any other form."""
    boundary = _BOUNDARY.match(content_type)
    if boundary is None:
        return {}
    found: dict[str, File] = {}
    for chunk in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, _, content = chunk.partition(b"\r\n\r\n")
        headers = head.decode(errors="replace")
        name, media_type = _NAME.search(headers), _TYPE.search(headers)
        if name is not None:
            file = File(name=name[1], media_type=media_type[1] if media_type else "", content=content)
            found[file.name] = file
    return found
