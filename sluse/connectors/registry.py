"""The accounting systems Sluse knows: one literal mapping, and the only importer of a connector."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.connectors import business_central, echo, finance, meter, vault, xledger
from sluse.connectors.base import Connector, Permit
from sluse.connectors.fields import Config
from sluse.connectors.models import Connector as ConnectorRow
from sluse.connectors.probes import Asker, Probes
from sluse.connectors.redaction import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    name: str
    label: str | Promise
    config: Config
    connect: Callable[..., Connector]
    quarantine_seconds: int
    probes: Probes
    """What is assumed of it, as questions to a real tenant."""
    logged: Fields = field(default_factory=dict)
    """The fields of its requests and answers that the log may keep."""
    posts_by_itself: bool = False
    """What it has taken in it posts later, by itself, whatever our switch says: somebody must ask what came of it."""


KINDS: dict[str, Kind] = {
    "business_central": Kind(
        name="business_central",
        label=_("Microsoft Dynamics 365 Business Central"),
        config=business_central.CONFIG,
        connect=business_central.connect,
        quarantine_seconds=900,  # its gateway gives up after 10 minutes; our own deadline comes on top
        probes=business_central.PROBES,
        logged=business_central.LOGGED,
    ),
    "finance": Kind(
        name="finance",
        label=_("Microsoft Dynamics 365 Finance"),
        config=finance.CONFIG,
        connect=finance.connect,
        quarantine_seconds=1800,  # how long a request lives there is not documented: three times what is usual
        probes=finance.PROBES,
        logged=finance.LOGGED,
        posts_by_itself=True,
    ),
    "xledger": Kind(
        name="xledger",
        label=_("Xledger"),
        config=xledger.CONFIG,
        connect=xledger.connect,
        quarantine_seconds=2700,  # how long a request lives there is unknown, and its job runs every half hour
        probes=xledger.PROBES,
        logged=xledger.LOGGED,
        posts_by_itself=True,
    ),
}


def quarantine_seconds(*, kind: str) -> int:
    """How long an unknown outcome rests before *not there* is believed."""
    if settings.QUARANTINE_SECONDS is not None:
        return int(settings.QUARANTINE_SECONDS)
    return KINDS[kind].quarantine_seconds


def logged(*, kind: str) -> Fields:
    return KINDS[kind].logged


def open_connector(*, row: ConnectorRow, permit: Permit, slot: str = vault.CURRENT) -> Connector:
    """Raises `SecretError` when the credentials cannot be read. Its requests count for the organization; the caller writes
    the meter when it is done."""
    credentials = vault.opened(row=row, slot=slot)
    with meter.paid_by(organization_id=row.organization_id, kind=row.kind), _echoes(row, credentials):
        return KINDS[row.kind].connect(settings=row.settings, credentials=credentials, permit=permit)


def open_asker(*, row: ConnectorRow, permit: Permit) -> Asker:
    """As `open_connector`."""
    credentials = vault.opened(row=row)
    with meter.paid_by(organization_id=row.organization_id, kind=row.kind), _echoes(row, credentials):
        return KINDS[row.kind].probes.open(settings=row.settings, credentials=credentials, permit=permit)


def _echoes(row: ConnectorRow, credentials: Mapping[str, str]) -> AbstractContextManager[None]:
    """What it must never be heard saying."""
    secret = {one.name for one in KINDS[row.kind].config.credentials if one.secret}
    return echo.of(secrets=[value for name, value in credentials.items() if name in secret])
