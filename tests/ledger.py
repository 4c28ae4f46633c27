"""What a voucher in the sandbox of Business Central comes to, whichever document it became."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

JOURNAL = "journal"


def ore(voucher: Mapping[str, Any]) -> int:
    """A journal comes to its costs, for its lines sum to nothing; an invoice to its total, negative for a credit memo."""
    if voucher["document"] != JOURNAL:
        return int(Decimal(voucher["total"]) * 100)
    costs = [Decimal(line["amount"]) for line in voucher["lines"] if line["account"].startswith("7")]
    return int(sum(costs, Decimal(0)) * 100)
