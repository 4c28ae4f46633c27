"""An accounting system in memory whose failures are set in its config: for tests, and for trying Sluse
out."""

from sluse.connectors.fake.config import CONFIG as CONFIG
from sluse.connectors.fake.connector import connect as connect
