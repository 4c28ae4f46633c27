"""Xledger lets a token ask twenty times in five seconds, five at once: we stay a little below, for the clocks differ."""

from sluse.connectors.pace import Limit

LIMIT = Limit(system="xledger", operations_max=16, window_seconds=5.5, at_once_max=4)
