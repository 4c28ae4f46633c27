"""Xledger, by its GraphQL."""

from sluse.connectors.xledger.config import CONFIG as CONFIG
from sluse.connectors.xledger.connector import connect as connect
from sluse.connectors.xledger.logged import LOGGED as LOGGED
from sluse.connectors.xledger.probe import PROBES as PROBES
