"""Our own name for one reimbursement version, which the accounting system keeps with the voucher."""

import base64
import hashlib
import re

CHARACTERS = 16

_SHAPE = re.compile(rf"R[A-Z2-7]{{{CHARACTERS}}}")


def reference_for(*, organization_slug: str, external_id: str, version: int) -> str:
    """`R` and 16 base32 characters that follow from the reimbursement alone.

    A restored database therefore makes the same one again, and the longest document number any of the accounting
    systems takes (20 characters, [A-Z0-9]) holds it.
    """
    digest = hashlib.sha256("\n".join([organization_slug, external_id, str(version)]).encode()).digest()
    return "R" + base64.b32encode(digest).decode()[:CHARACTERS]


def is_reference(text: str) -> bool:
    """Whether a voucher in the accounting system bears a name of ours, whoever still remembers it."""
    return _SHAPE.fullmatch(text) is not None
