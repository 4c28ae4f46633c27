"""The probes' questions are answered by the sandbox as they are assumed to be."""

import pytest

from sluse.connectors.finance.asking import Asker, open_asker
from sluse.connectors.finance.probe import PROBES
from sluse.connectors.finance.tests.harness import TENANT, Harness, voucher
from sluse.connectors.harness import Gate, connected
from sluse.connectors.probes import Probe
from sluse.sandbox import finance as sandbox

RUN = [probe for probe in PROBES.all if probe.run is not None]


def opened(harness: Harness) -> Asker:
    return open_asker(
        settings={
            "tenant_id": TENANT,
            "environment": harness.tenant,
            "legal_entity": sandbox.LEGAL_ENTITY,
            "journal_name": sandbox.JOURNAL_NAME,
            "dimension_format": "MainAccount-CostCenter-Project",
        },
        credentials={
            "client_id": "0c11e17a-0000-4000-8000-000000000001",
            "client_secret": sandbox.CLIENT_SECRET,
        },
        permit=Gate(),
    )


@pytest.mark.parametrize("probe", RUN, ids=lambda probe: probe.name)
async def test_the_sandbox_is_as_assumed(probe: Probe, harness: Harness) -> None:
    async with connected(harness) as connector:
        await connector.post([voucher(1)], unfinished={})
        harness.post_there()
    if probe.name == "next-page":
        harness.use_small_pages()
    asker = opened(harness)
    changes = harness.changes()
    try:
        assert probe.run is not None
        assert await probe.run(asker) == probe.assumed
    finally:
        await asker.close()
    assert harness.changes() == changes


@pytest.mark.parametrize(
    ("name", "switch", "value", "answer"),
    [
        ("keys-kept", "keeps_integration_key", False, "no"),
        ("numbers-of-posted", "renumbers_vouchers", True, "its own"),
        ("wrong-secret", "token_refusal_status", 400, "400"),
    ],
)
async def test_the_other_way_is_told(
    harness: Harness, name: str, switch: str, value: object, answer: str
) -> None:
    harness.remote.switches(**{switch: value})
    async with connected(harness) as connector:
        await connector.post([voucher(1)], unfinished={})
        harness.post_there()
    asker = opened(harness)
    probe = next(one for one in RUN if one.name == name)
    try:
        assert probe.run is not None
        assert await probe.run(asker) == answer
    finally:
        await asker.close()
