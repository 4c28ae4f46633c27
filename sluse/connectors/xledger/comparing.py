"""What is staged under our name, compared with what was sent: equal, or why only a person can settle it. Pure.

Rows that are missing are never added. The posting job may run between what is there and what would be added, and post
the voucher in two parts; whether it has looked at a row already cannot be read with certainty.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from sluse.connectors.xledger import payloads
from sluse.vouchers.voucher import Voucher

Node = Mapping[str, Any]


def difference(*, nodes: Sequence[Node], voucher: Voucher) -> str:
    """Empty when every row is there with its amount, whether once or more often."""
    sent = dict(zip(payloads.row_keys(voucher), (line.amount_ore for line in voucher.lines), strict=True))
    there = {(payloads.text_of(node, "extIdentifier"), payloads.ore(node.get("amount"))) for node in nodes}
    if not there <= set(sent.items()):
        return _(
            "Xledger's import holds rows of this voucher that are not as Sluse sent them. Remove them there, then retry."
        )
    if len(there) < len(sent):
        message = _(
            "Xledger's import holds only %(there)s of this voucher's %(all)s rows, which cannot be posted as they are. "
            "Remove them there, then retry."
        )
        return message % {"there": len(there), "all": len(sent)}
    return ""


def imbalance(*, nodes: Sequence[Node]) -> str:
    """For rows that nobody remembers to have sent."""
    if sum(payloads.ore(node.get("amount")) for node in nodes) == 0:
        return ""
    return _("The rows of this voucher in Xledger's import do not balance. Mend or remove them there.")


def number_taken(*, voucher: Voucher) -> str:
    message = _(
        "Rows of another voucher in Xledger's import bear the number of this one (%(number)s), and would be posted together "
        "with it. Let the import post them, or remove them there, then retry."
    )
    return message % {"number": payloads.registration_number(voucher)}
