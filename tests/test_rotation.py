"""A hundred sends by a real worker while the client secret is changed: none fails, none doubles."""

from functools import partial

import pytest
from django.utils import timezone

from sluse.connectors.models import Connector
from sluse.gate.models import Hold
from sluse.organizations.models import Organization
from sluse.sandbox import business_central as sandbox
from sluse.sandbox.remote import Remote
from sluse.sync import rotating
from sluse.sync.models import Attempt
from tests import programs, scene

NEW_SECRET = "en-ny-hemmelighet-0001"
SENDS, EACH_ROUND = 100, 10
SWAP_AT, DELETE_AT = 50, 80


@pytest.mark.journey
def test_a_hundred_sends_during_a_rotation(
    committed_database: None, erp: Remote, process_environment: dict[str, str]
) -> None:
    hlf = scene.organization()
    kari = scene.administrator(hlf)
    tenant = scene.make_ready(hlf, kari)
    scene.enable(hlf, kari)
    erp.accept_secrets(tenant=tenant, secrets=[sandbox.CLIENT_SECRET, NEW_SECRET])
    rotating.put_next(
        organization=hlf,
        credentials={"client_secret": NEW_SECRET},
        expires_on=None,
        actor=scene.actor(kari),
        now=timezone.now(),
    )
    environment = process_environment | {"SLUSE_BC_API_URL": erp.base, "SLUSE_BC_LOGIN_URL": erp.base}
    with programs.started(["worker"], environment):
        for number in range(0, SENDS, EACH_ROUND):
            scene.approve_many(hlf, [f"R-{number + one}" for one in range(EACH_ROUND)])
            if number == SWAP_AT:  # in the middle of sending
                who, now = scene.actor(kari), timezone.now()
                assert rotating.test_next(organization=hlf, actor=who, now=now).ok
                rotating.swap(organization=hlf, actor=who, now=now)
            if number == DELETE_AT:
                programs.until(lambda: not Connector.objects.get().previous_credentials, "one has succeeded")
                erp.accept_secrets(tenant=tenant, secrets=[NEW_SECRET])
                erp.revoke_tokens()
            if number >= SWAP_AT:
                told = {"posted": number + EACH_ROUND}
                programs.until(partial(_are, hlf, told), "the round is posted")
    vouchers = [voucher["vendorInvoiceNumber"] for voucher in erp.vouchers(tenant=tenant)]
    assert len(vouchers) == len(set(vouchers)) == SENDS
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"posted"}
    assert not Hold.objects.exists()


def _are(of: Organization, states: dict[str, int]) -> bool:
    return scene.states(of) == states
