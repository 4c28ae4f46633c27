"""Mails about what Sluse itself stopped. After the commit: nothing is told that did not happen."""

from django.utils.translation import gettext as _

from sluse.organizations import mail
from sluse.organizations.models import Organization


def breaker_opened(*, organization: Organization, reason: str) -> None:
    mail.to_members(organization=organization, write=lambda: _stopped(organization, reason))


def breaker_near(*, organization: Organization, reason: str) -> None:
    mail.to_members(organization=organization, write=lambda: _warning(organization, reason))


def rotation_undone(*, organization: Organization, reason: str) -> None:
    mail.to_members(organization=organization, write=lambda: _undone(organization, reason))


def _stopped(organization: Organization, reason: str) -> mail.Letter:
    facts = {"organization": organization.name, "reason": reason}
    return mail.Letter(
        subject=_("Sluse has stopped sending for %(organization)s") % facts,
        paragraphs=(
            _("Sluse has stopped sending to the accounting system of %(organization)s.") % facts,
            _("Reason: %(reason)s") % facts,
            _("Approved reimbursements wait in the queue. None is lost."),
            _(
                "What to do: open the integration settings, mend what the reason names, and test the connection. "
                "When the test passes, or when you clear the stop with a reason, sending goes on."
            ),
        ),
        path=f"/o/{organization.slug}/connector/",
    )


def _warning(organization: Organization, reason: str) -> mail.Letter:
    facts = {"organization": organization.name, "reason": reason}
    return mail.Letter(
        subject=_("The accounting system of %(organization)s does not answer") % facts,
        paragraphs=(
            _("The accounting system of %(organization)s has given no clear answer for some time.") % facts,
            _("The latest: %(reason)s") % facts,
            _("Sluse tries again by itself. If nothing changes, it stops and tells you."),
        ),
        path=f"/o/{organization.slug}/connector/",
    )


def _undone(organization: Organization, reason: str) -> mail.Letter:
    facts = {"organization": organization.name, "reason": reason}
    return mail.Letter(
        subject=_("The new credentials of %(organization)s were refused") % facts,
        paragraphs=(
            _("The accounting system of %(organization)s refused the new credentials at their first use.")
            % facts,
            _("Reason: %(reason)s") % facts,
            _("Sluse uses the old ones again. Nothing was lost and nothing was sent twice."),
            _("What to do: enter new credentials again in the integration settings, and test them."),
        ),
        path=f"/o/{organization.slug}/connector/",
    )
