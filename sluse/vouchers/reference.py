"""Our own name for one reimbursement version, which the accounting system keeps with the voucher."""

import base64
import hashlib
import re
from collections.abc import Iterator
from itertools import count

CHARACTERS = 16
NUMBER_FIRST, NUMBER_LAST = 30_000_000, 99_999_999
"""Eight digits, which is what the accounting systems take; above what others number with: few digits, and dates."""

_SHAPE = re.compile(rf"R[A-Z2-7]{{{CHARACTERS}}}")


def reference_for(
    *, organization_slug: str, external_id: str, version: int, is_reversal: bool = False
) -> str:
    """`R` and 16 base32 characters that follow from the reimbursement alone. A reversal has its own: `version` is then
    that of the correction which it is made for.

    A restored database therefore makes the same one again, and the longest document number any of the accounting
    systems takes (20 characters, [A-Z0-9]) holds it.
    """
    parts = [organization_slug, external_id, str(version), *(["reversal"] if is_reversal else [])]
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return "R" + base64.b32encode(digest).decode()[:CHARACTERS]


def is_reference(text: str) -> bool:
    """Whether a voucher in the accounting system bears a name of ours, whoever still remembers it."""
    return _SHAPE.fullmatch(text) is not None


def numbers_for(*, reference: str) -> Iterator[int]:
    """The numbers a voucher may have, the first that is free in its organization is its own.

    They follow from the reference, so that a restored database gives nobody a number that it gave another before; a sequence
    would begin again exactly where the vouchers stand that it has forgotten.
    """
    for place in count():
        digest = hashlib.sha256(f"{reference}\n{place}".encode()).digest()
        yield NUMBER_FIRST + int.from_bytes(digest[:8]) % (NUMBER_LAST - NUMBER_FIRST + 1)
