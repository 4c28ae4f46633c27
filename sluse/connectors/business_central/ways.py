"""What this process has learnt of how one company takes dimensions, so that it is refused once and not each time."""

from dataclasses import dataclass, field

from sluse.connectors.business_central.batch import Reply
from sluse.connectors.business_central.classify import Verdict
from sluse.connectors.business_central.config import Settings

NOT_NESTED = "The property 'dimensionSetLines' does not exist"
PRESET = "dimension set line already exists"


@dataclass(slots=True, kw_only=True)
class Ways:
    nests: bool = True
    """Dimensions are taken inside the lines of a deep insert."""
    lines_inherit: bool | None = None
    """The lines of an invoice get the dimensions of its header; None until the first invoice was read."""
    presets: set[str] = field(default_factory=set)
    """Vendors and accounts of which one, at least, has dimensions of its own."""

    def learn(self, reply: Reply, numbers: set[str]) -> bool:
        """Whether the refusal is about the way the dimensions came, and not about what they are."""
        if reply.verdict is not Verdict.REFUSED:
            return False
        if NOT_NESTED in reply.message:
            self.nests = False
            return True
        if PRESET in reply.message:
            self.presets |= numbers
            return True
        return False


_ways: dict[str, Ways] = {}


def of(settings: Settings) -> Ways:
    return _ways.setdefault(f"{settings.api_address}/{settings.company_path}/{settings.document}", Ways())
