"""Every day the heads of all logs leave the database, to people who can keep them where its owner cannot reach."""

from datetime import date

from django.utils.translation import gettext as _

from sluse import reach
from sluse.audit import heads
from sluse.audit.heads import Head
from sluse.organizations import mail
from sluse.organizations.models import Organization


def current() -> list[Head]:
    return heads.current(slugs=dict(Organization.objects.values_list("pk", "slug")))


@reach.platform()
def publish(*, day: date) -> int:
    """One mail to each global administrator. Returns how many were sent."""
    found = current()
    return mail.to_global_administrators(write=lambda: _letter(found, day)) if found else 0


def _letter(found: list[Head], day: date) -> mail.Letter:
    facts = {"day": day.isoformat()}
    return mail.Letter(
        subject=_("The heads of the sync logs, %(day)s") % facts,
        paragraphs=(
            _(
                "Below is the last row of every organization's sync log: short name, number, hash. Keep this mail. With it "
                "anybody can prove later that no row up to there was changed or removed:"
            ),
            "sluse log verify --heads mail.txt",
            "\n".join(str(head) for head in found),
        ),
        path="/platform/",
    )
