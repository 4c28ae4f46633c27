"""What came of a run, in one sentence for the page and for who listens to it."""

from django.utils.translation import gettext as _

from sluse.sync.models import Run
from sluse.web.numbers import nok, number


def reached(run: Run, system: str) -> str:
    """How far its postings came. What lies in the accounting system's own staging has arrived, and is not in the ledger."""
    if not run.total:
        return _("Nothing was waiting")
    facts = {
        "posted": number(run.posted),
        "delivered": number(run.delivered),
        "all": number(run.total),
        "sum": nok(run.posted_ore),
        "system": system or _("the accounting system"),
    }
    if run.delivered and run.posted:
        sentence = _(
            "%(posted)s of %(all)s posted, %(sum)s; %(delivered)s delivered, to be posted in %(system)s"
        )
    elif run.delivered:
        sentence = _("%(delivered)s of %(all)s delivered, to be posted in %(system)s")
    else:
        sentence = _("%(posted)s of %(all)s posted, %(sum)s")
    return sentence % facts


def left_behind(run: Run) -> list[str]:
    counts = ((_("%(count)s failed"), run.failed), (_("%(count)s of unknown outcome"), run.unknown))
    return [words % {"count": number(count)} for words, count in counts if count]


def ended(run: Run, system: str) -> str:
    """For the live region: all of it, once."""
    words = "; ".join([reached(run, system), *left_behind(run)])
    return _("The run has ended: %(words)s.") % {"words": words}
