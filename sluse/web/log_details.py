"""What a log row tells beside its own columns: each fact by a name of its own, in the words of the screens."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sluse.web import numbers

LABELS: dict[str, Promise] = {
    "accounts": pgettext_lazy("log detail", "Accounts read"),
    "approval": pgettext_lazy("log detail", "Approval number"),
    "attachment": pgettext_lazy("log detail", "Receipt"),
    "before": pgettext_lazy("log detail", "State before"),
    "changed": pgettext_lazy("log detail", "What changed"),
    "code": pgettext_lazy("log detail", "Code"),
    "codes": pgettext_lazy("log detail", "Codes"),
    "company": pgettext_lazy("log detail", "Company"),
    "correlation_id": pgettext_lazy("log detail", "Correlation id"),
    "cron": pgettext_lazy("log detail", "Times (cron)"),
    "delivered": pgettext_lazy("log detail", "Delivered"),
    "differences": pgettext_lazy("log detail", "Differences"),
    "ends": pgettext_lazy("log detail", "Ends"),
    "external_id": pgettext_lazy("log detail", "Number in the source system"),
    "failed": pgettext_lazy("log detail", "Failed"),
    "fields": pgettext_lazy("log detail", "Fields"),
    "from_key": pgettext_lazy("log detail", "Key before"),
    "hold": pgettext_lazy("log detail", "Hold number"),
    "notice": pgettext_lazy("log detail", "Notice"),
    "organization": pgettext_lazy("log detail", "Organization"),
    "ours": pgettext_lazy("log detail", "Number in Sluse"),
    "ours_ore": pgettext_lazy("log detail", "Sum in Sluse"),
    "outcome": pgettext_lazy("log detail", "Outcome"),
    "posted": pgettext_lazy("log detail", "Posted"),
    "posted_ore": pgettext_lazy("log detail", "Sum posted"),
    "postings": pgettext_lazy("log detail", "Postings"),
    "prefix": pgettext_lazy("log detail", "Token begins with"),
    "probes": pgettext_lazy("log detail", "Checks"),
    "rebuilt": pgettext_lazy("log detail", "Rebuilt here"),
    "reconciliation": pgettext_lazy("log detail", "Comparison"),
    "reference": pgettext_lazy("log detail", "Reference"),
    "replaced": pgettext_lazy("log detail", "Replaced"),
    "scopes": pgettext_lazy("log detail", "May"),
    "sent": pgettext_lazy("log detail", "Sent"),
    "since": pgettext_lazy("log detail", "From"),
    "starts": pgettext_lazy("log detail", "Begins"),
    "theirs": pgettext_lazy("log detail", "Number in the accounting system"),
    "theirs_ore": pgettext_lazy("log detail", "Sum in the accounting system"),
    "time_zone": pgettext_lazy("log detail", "Time zone"),
    "to_key": pgettext_lazy("log detail", "Key after"),
    "total": pgettext_lazy("log detail", "Postings in the run"),
    "unknown": pgettext_lazy("log detail", "Of unknown outcome"),
    "version": pgettext_lazy("log detail", "Version"),
    "voucher_number": pgettext_lazy("log detail", "Voucher number"),
    "wanted": pgettext_lazy("log detail", "Asked for"),
}
AMOUNT = "_ore"


def label(name: str) -> str | Promise:
    """One that has no words is shown as it is written."""
    return LABELS.get(name, name)


def value(name: str, found: Any) -> str:
    """Amounts in kroner, several things with commas between, and yes or no."""
    if isinstance(found, bool):
        return _("Yes") if found else _("No")
    if name.endswith(AMOUNT) and isinstance(found, int):
        return numbers.nok(found)
    if isinstance(found, list):
        return ", ".join(str(one) for one in found)
    return str(found)


def of(details: dict[str, Any]) -> list[tuple[str | Promise, str]]:
    return [(label(name), value(name, found)) for name, found in details.items()]
