"""Microsoft Dynamics 365 Business Central, API v2.0."""

from sluse.connectors.business_central.config import CONFIG as CONFIG
from sluse.connectors.business_central.connector import connect as connect
from sluse.connectors.business_central.logged import LOGGED as LOGGED
from sluse.connectors.business_central.probe import PROBES as PROBES
