"""Reading one file of a `multipart/form-data` body, and no more of it than a receipt may have."""

from dataclasses import dataclass

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from sluse.api.bodies import MalformedError
from sluse.organizations.errors import FieldError, InvalidError
from sluse.reimbursements import attachment_content

FIELD = "file"
ENVELOPE_BYTES_MAX = 64 * 1024
"""What the form around the file may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    name: str
    content: bytes


def read(*, request: HttpRequest) -> Upload:
    """Raises `MalformedError`, `TooLargeError` before anything of the body is read, and `InvalidError` without one file."""
    if _length(request) > attachment_content.FILE_BYTES_MAX + ENVELOPE_BYTES_MAX:
        raise attachment_content.too_large()
    try:
        files = request.FILES.getlist(FIELD)
        others = [name for name in (*request.FILES, *request.POST) if name != FIELD]
    except (MultiPartParserError, TooManyFilesSent) as error:
        raise MalformedError(_("The body could not be read.")) from error
    if len(files) != 1 or others:
        detail = _('Send one file, as the field "file" of multipart/form-data, and nothing else.')
        missing = FieldError(path=FIELD, code="required", detail=detail)
        raise InvalidError(detail, code="file_missing", errors=[missing])
    [file] = files
    assert isinstance(file, UploadedFile)
    return Upload(name=file.name or "", content=file.read())


def _length(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() else 0
