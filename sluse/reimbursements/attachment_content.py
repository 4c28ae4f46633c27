"""A receipt's file as it came → what it is, by its own first bytes and never by its name. Pure."""

from django.utils.translation import gettext as _

from sluse.organizations.errors import FieldError, InvalidError, SluseError
from sluse.reimbursements import personal_data

FILE_BYTES_MAX = 10 * 1024 * 1024
"""A photograph of a receipt is a third of it; more than this the accounting systems do not take either."""
ORIGINAL_NAME_CHARACTERS_MAX = 200
FIRST_BYTES = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class TooLargeError(SluseError):
    """Nothing of it was kept."""

    code, status = "file_too_large", 413


def too_large() -> TooLargeError:
    detail = _("A receipt's file may be at most %(max)s MB.") % {"max": FILE_BYTES_MAX // 1024**2}
    return TooLargeError(detail)


def media_type(*, content: bytes, original_name: str) -> str:
    """Raises `SluseError` for what is no receipt."""
    if not content:
        raise _refusal("file_empty", _("The file is empty."))
    if len(content) > FILE_BYTES_MAX:
        raise too_large()
    if personal_data.has_national_identity_number(original_name):
        detail = _("The name of the file holds a national identity number. Give it another name.")
        raise _refusal("national_identity_number", detail)
    for name, first in FIRST_BYTES.items():
        if content.startswith(first):
            return name
    detail = _("The file is no PDF, JPEG or PNG, whatever its name says. Send the receipt as one of these.")
    raise _refusal("file_type_unsupported", detail)


def file_name(*, external_id: str, number: int, media_type: str) -> str:
    """Ours, safe in every file system: `R-1-2.pdf` is the second receipt of R-1."""
    return f"{external_id.replace(':', '-').replace('~', '-')}-{number}.{ENDINGS[media_type]}"


def _refusal(code: str, detail: str) -> InvalidError:
    return InvalidError(detail, code=code, errors=[FieldError(path="file", code=code, detail=detail)])
