"""The sandbox of Business Central, over real HTTP, for the journeys."""

from sluse.sync.tests.conftest import erp, sandbox_address

__all__ = ["erp", "sandbox_address"]
