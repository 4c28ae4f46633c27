"""A comparison in words: how it went, and what to do about each kind of difference."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.sync.models import Difference, Reconciliation
from sluse.web.health import Look

OUTCOME = {
    Reconciliation.Outcome.EQUAL: Look(words=_("Nothing differs"), icon="check-circle", color="success"),
    Reconciliation.Outcome.DIFFERENT: Look(words=_("Something differs"), icon="attention", color="warning"),
    Reconciliation.Outcome.FAILED: Look(words=_("Could not be compared"), icon="failing", color="danger"),
}

WHAT_TO_DO: dict[str, str | Promise] = {
    Difference.Kind.MISSING_THERE: _(
        "Sluse has it as sent, and the accounting system does not show it. Has somebody deleted or moved it there? "
        "Look for the reference before anything is sent again."
    ),
    Difference.Kind.UNKNOWN_HERE: _(
        "The accounting system has a voucher with a reference of ours that Sluse does not know. Look at it there: "
        "it may have been copied by hand, or sent before a backup was put back."
    ),
    Difference.Kind.AMOUNT_DIFFERS: _(
        "The two amounts are not equal. Find out who changed the voucher in the accounting system, and correct it there."
    ),
    Difference.Kind.STATE_DIFFERS: _(
        "Sluse and the accounting system are not equally far. Most often it settles by itself; if it is still here "
        "after a day, look at the voucher there."
    ),
    Difference.Kind.TWICE: _(
        "The accounting system has the reference more than once. Keep one voucher and reverse the others there."
    ),
}
