from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from sluse.organizations.errors import SluseError
from sluse.up import examination
from sluse.up.examination import Verdict


class Command(BaseCommand):
    help = gettext_noop("Check a deployment, and say how to mend what is wrong.")

    def handle(self, *_args: Any, **_options: Any) -> None:
        findings = examination.examine(now=timezone.now())
        marks = {Verdict.GOOD: _("ok"), Verdict.WORTH_A_LOOK: _("look"), Verdict.WRONG: _("WRONG")}
        for finding in findings:
            self.stdout.write(f"{marks[finding.verdict]:<6} {finding.what}")
            if finding.mend:
                self.stdout.write(f"       → {finding.mend}")
        wrong = sum(finding.verdict is Verdict.WRONG for finding in findings)
        if wrong:
            words = ngettext("%(count)s thing is wrong.", "%(count)s things are wrong.", wrong)
            raise SluseError(words % {"count": wrong})
