from sluse.connectors.finance.config import CONFIG as CONFIG
from sluse.connectors.finance.connector import connect as connect
from sluse.connectors.finance.logged import LOGGED as LOGGED
from sluse.connectors.finance.probe import PROBES as PROBES
