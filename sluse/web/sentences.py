"""The switch in the words of messages. Each names the organization: two in a row never sound the same."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sluse.gate.read import State
from sluse.organizations.models import Organization
from sluse.sync.switching import SwitchAnswer

WANTED = {"on": State.ENABLED, "off": State.DISABLED}


def is_in(state: str, wanted: str) -> bool:
    return state == WANTED[wanted]


def already(wanted: str, organization: Organization) -> str:
    if wanted == "on":
        sentence = _("Synchronization for %(organization)s is already on. Nothing was changed.")
    else:
        sentence = _("Synchronization for %(organization)s is already off. Nothing was changed.")
    return sentence % {"organization": organization.name}


def turned(answer: SwitchAnswer, organization: Organization) -> str:
    if answer.approval is not None:
        sentence = _("A second administrator must approve turning on %(organization)s. It is still off.")
        return sentence % {"organization": organization.name}
    if not answer.changed:
        return already("on" if answer.state == State.ENABLED else "off", organization)
    if answer.state == State.ENABLED:
        sentence = _("Synchronization for %(organization)s is on.")
    elif answer.state == State.DISABLED:
        sentence = _("Synchronization for %(organization)s is off.")
    else:
        sentence = turning_off(answer.in_flight)
    return sentence % {"organization": organization.name}


def turning_off(in_flight: int) -> str:
    """Nothing new starts; what is on the wire is waited for."""
    return ngettext(
        "Synchronization for %(organization)s is being turned off. %(count)s posting is finishing.",
        "Synchronization for %(organization)s is being turned off. %(count)s postings are finishing.",
        in_flight,
    ).replace("%(count)s", str(in_flight))
