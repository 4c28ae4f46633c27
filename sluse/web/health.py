"""How it goes with a connector: in words, with an icon and a colour that repeat them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sluse.gate.read import State
from sluse.sync.models import Run
from sluse.sync.overview import Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    words: str | Promise
    icon: str
    color: str


HEALTH = {
    Health.HEALTHY: Look(words=_("Healthy"), icon="check-circle", color="success"),
    Health.ATTENTION: Look(words=_("Needs attention"), icon="attention", color="warning"),
    Health.FAILING: Look(words=_("Failing"), icon="failing", color="danger"),
    Health.DISABLED: Look(words=_("Turned off"), icon="off", color="neutral"),
    Health.NOT_CONFIGURED: Look(words=_("Not set up"), icon="not-configured", color="neutral"),
}

SWITCH = {
    State.ENABLED: Look(words=pgettext_lazy("switch", "On"), icon="check-circle", color="success"),
    State.DISABLING: Look(words=_("Being turned off"), icon="hourglass", color="warning"),
    State.DISABLED: Look(words=pgettext_lazy("switch", "Off"), icon="off", color="neutral"),
}

OUTCOME = {
    "": Look(words=_("Under way"), icon="hourglass", color="info"),
    Run.Outcome.SUCCEEDED: Look(words=_("Succeeded"), icon="check-circle", color="success"),
    Run.Outcome.PARTIAL: Look(words=_("Not everything went through"), icon="attention", color="warning"),
    Run.Outcome.FAILED: Look(words=_("Failed"), icon="failing", color="danger"),
    Run.Outcome.STOPPED: Look(words=_("Stopped"), icon="pause", color="neutral"),
}
