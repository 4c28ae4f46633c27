"""Business Central lets an application ask 6,000 times in five minutes, five at once.

Whether a batch counts once or for each of its operations is not documented: each is counted. A fifth of the limit is
used, because others may share the application's user.
"""

from sluse.connectors.business_central.config import Settings
from sluse.connectors.pace import Limit

LIMIT = Limit(system="business_central", operations_max=6_000 // 5, window_seconds=301.0, at_once_max=4)


def user(*, settings: Settings, client_id: str) -> str:
    """Whom Business Central counts for."""
    return f"{settings.tenant_id}/{settings.environment}/{client_id}"
