"""Xledger, by its GraphQL."""

from sluse.connectors.xledger.config import CONFIG as CONFIG
from sluse.connectors.xledger.connector import connect as connect
