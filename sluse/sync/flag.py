"""The switch as a feature flag, for programs that ask before they show a button. Advice only: the gate asks again itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sluse.connectors import configure
from sluse.gate import read
from sluse.gate.decide import Code
from sluse.organizations.models import Organization

KEY = "accounting-sync"


class Variant(StrEnum):
    ENABLED = "enabled"
    DISABLING = "disabling"
    DISABLED = "disabled"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`causes` are the kinds of the holds that are active now, also while the switch is off."""

    variant: Variant
    version: int
    causes: tuple[str, ...]
    kind: str

    @property
    def value(self) -> bool:
        return self.variant is Variant.ENABLED


VARIANTS = {
    Code.OPEN: Variant.ENABLED,
    Code.DISABLING: Variant.DISABLING,
    Code.CONNECTOR_DISABLED: Variant.DISABLED,
    Code.HOLD_ACTIVE: Variant.HELD,
}


def of(*, organization: Organization, kind: str, now: datetime) -> Flag:
    """What the gate would say to a posting now. `kind` is the connector meant, if one is: to any other than the
    organization's own nothing goes."""
    decision = read.decision(organization_id=organization.pk, now=now)
    connector = configure.find(organization=organization)
    its_kind = connector.kind if connector else ""
    variant = VARIANTS[decision.code] if kind in {"", its_kind} else Variant.DISABLED
    causes = tuple(sorted({hold.kind for hold in decision.holds}))
    return Flag(variant=variant, version=decision.version, causes=causes, kind=its_kind)
