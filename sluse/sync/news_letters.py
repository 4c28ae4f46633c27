"""The letters: what happened, whether anything is lost, and what to do. Written in the reader's language."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sluse.audit import verify
from sluse.organizations.mail import Letter
from sluse.organizations.models import Notice, Organization
from sluse.sync.conditions import Condition


def begun(organization: Organization, told: Sequence[Condition]) -> Letter:
    subject, path = SUBJECTS[told[0].kind](told[0], organization)
    if len(told) > 1:
        subject = _("%(organization)s: several things need attention") % {"organization": organization.name}
    return Letter(
        subject=subject,
        paragraphs=(
            *(_paragraph(one) for one in told),
            _("Nothing is lost: what was approved waits in Sluse."),
        ),
        path=f"/o/{organization.slug}/{path if len(told) == 1 else ''}",
    )


def recovered(organization: Organization) -> Letter:
    return Letter(
        subject=_("%(organization)s: all is well again") % {"organization": organization.name},
        paragraphs=(_("Everything that Sluse has written to you about is settled."),),
        path=f"/o/{organization.slug}/",
    )


def _paragraph(one: Condition) -> str:
    return PARAGRAPHS[one.kind](one)


def _failure_subject(one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("%(organization)s: postings are refused") % {"organization": organization.name}
    return subject, f"postings/?state=failed&cause={one.key}"


def _conflict_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("%(organization)s: the accounting system holds something else under our reference")
    return subject % {"organization": organization.name}, "postings/?state=conflict"


def _unknown_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("%(organization)s: an outcome is still unknown") % {"organization": organization.name}
    return subject, "postings/?state=unknown"


def _run_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    return _("%(organization)s: a run is missing") % {"organization": organization.name}, ""


def _queue_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("%(organization)s: the queue grows while the switch is off")
    return subject % {"organization": organization.name}, ""


def _comparison_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("%(organization)s: the nightly comparison could not be made")
    return subject % {"organization": organization.name}, "reconciliation/"


def _difference_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("Sluse and the accounting system of %(organization)s differ")
    return subject % {"organization": organization.name}, "reconciliation/"


def _credentials_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("%(organization)s: the credentials of the accounting system end soon")
    return subject % {"organization": organization.name}, "connector/"


def _chain_subject(_one: Condition, organization: Organization) -> tuple[str, str]:
    subject = _("%(organization)s: the sync log is not what was written")
    return subject % {"organization": organization.name}, "log/"


def _failure(one: Condition) -> str:
    sentence = ngettext(
        "%(count)s posting was refused: %(words)s", "%(count)s postings were refused: %(words)s", one.count
    )
    advice = _(
        "Mend the cause and try them again. You get no further mail about this cause until it has ended."
    )
    return f"{sentence % {'count': one.count, 'words': one.words}} {advice}"


def _conflict(one: Condition) -> str:
    sentence = ngettext(
        "%(count)s posting is in conflict: a person must look into the accounting system and decide.",
        "%(count)s postings are in conflict: a person must look into the accounting system and decide.",
        one.count,
    )
    return sentence % {"count": one.count}


def _unknown(one: Condition) -> str:
    sentence = ngettext(
        "The outcome of %(count)s posting has been unknown for hours, because the accounting system could not be asked.",
        "The outcome of %(count)s postings has been unknown for hours, because the accounting system could not be asked.",
        one.count,
    )
    return sentence % {"count": one.count}


def _run(_one: Condition) -> str:
    return _(
        "The switch is on and a run was due more than a day ago, but none has ended since. Ask whoever operates Sluse."
    )


def _queue(one: Condition) -> str:
    sentence = _(
        "%(count)s postings wait. They are sent by the first scheduled or manual run after you turn it on."
    )
    return sentence % {"count": one.count}


def _comparison(one: Condition) -> str:
    sentence = _("Sluse could not compare its postings with the accounting system tonight: %(words)s")
    advice = _("It tries again every hour of the night. Test the connection if this comes more than once.")
    return f"{sentence % {'words': one.words}} {advice}"


def _difference(one: Condition) -> str:
    told = ngettext(
        "%(count)s voucher is not told alike by Sluse and the accounting system.",
        "%(count)s vouchers are not told alike by Sluse and the accounting system.",
        one.count,
    )
    since = _("Compared was what is dated %(since)s or later.") % {"since": one.words}
    advice = _(
        "Nothing was changed. Look at each voucher in both places; the comparison lists their references."
    )
    again = _("You get no further mail as long as exactly the same differs.")
    return " ".join([told % {"count": one.count}, since, advice, again])


def _credentials(one: Condition) -> str:
    sentence = ngettext(
        "The credentials end in %(count)s day. Nothing can be sent after that.",
        "The credentials end in %(count)s days. Nothing can be sent after that.",
        one.count,
    )
    advice = _("Enter new ones beside them, test them and take them into use; the switch can stay on.")
    return f"{sentence % {'count': one.count}} {advice}"


def _chain(one: Condition) -> str:
    advice = _(
        "Change nothing more by hand. Keep a copy of the database and the mails with the heads of the logs, and ask whoever "
        "operates Sluse to find out who changed it. The rows before it are whole."
    )
    return f"{verify.sentence(because=one.key.split()[1], row=one.count)} {advice}"


SUBJECTS: dict[Notice.Kind, Callable[[Condition, Organization], tuple[str, str]]] = {
    Notice.Kind.FAILURE: _failure_subject,
    Notice.Kind.CONFLICT: _conflict_subject,
    Notice.Kind.UNKNOWN: _unknown_subject,
    Notice.Kind.RUN_MISSING: _run_subject,
    Notice.Kind.QUEUE: _queue_subject,
    Notice.Kind.COMPARISON: _comparison_subject,
    Notice.Kind.DIFFERENCE: _difference_subject,
    Notice.Kind.CREDENTIALS: _credentials_subject,
    Notice.Kind.CHAIN: _chain_subject,
}
PARAGRAPHS: dict[Notice.Kind, Callable[[Condition], str]] = {
    Notice.Kind.FAILURE: _failure,
    Notice.Kind.CONFLICT: _conflict,
    Notice.Kind.UNKNOWN: _unknown,
    Notice.Kind.RUN_MISSING: _run,
    Notice.Kind.QUEUE: _queue,
    Notice.Kind.COMPARISON: _comparison,
    Notice.Kind.DIFFERENCE: _difference,
    Notice.Kind.CREDENTIALS: _credentials,
    Notice.Kind.CHAIN: _chain,
}
