"""`sluse keys rotate` while everything runs, and killed at every commit: no send fails, none doubles, nothing is lost."""

import base64
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import Settings

from sluse.connectors import secrets, vault
from sluse.connectors.models import Connector
from sluse.gate.models import Hold
from sluse.organizations.models import Organization
from sluse.sandbox.remote import Remote
from sluse.sync.models import Attempt
from sluse.webhooks import secret
from sluse.webhooks.models import Webhook
from tests import people, programs, scene

NEW = ("ny", b"n" * 32)
ORGANIZATIONS, SENDS_EACH = 10, 10
MOMENTS_MAX = 40
ROOT = Path(__file__).parents[1]


def with_new_key(environment: dict[str, str]) -> dict[str, str]:
    """As an operator sets it: the new one first, the old one still there."""
    name, key = NEW
    keys = f"{name}:{base64.b64encode(key).decode()},{environment['SLUSE_ENCRYPTION_KEYS']}"
    return environment | {"SLUSE_ENCRYPTION_KEYS": keys}


@pytest.mark.journey
def test_a_hundred_sends_while_the_keys_are_rotated(
    committed_database: None, erp: Remote, process_environment: dict[str, str], settings: Settings
) -> None:
    made = [_ready(number) for number in range(ORGANIZATIONS)]
    environment = with_new_key(process_environment) | {
        "SLUSE_BC_API_URL": erp.base,
        "SLUSE_BC_LOGIN_URL": erp.base,
    }
    half = SENDS_EACH // 2
    with programs.started(["worker"], environment):
        for of, _tenant in made:
            scene.approve_many(of, [f"R-{number}" for number in range(half)])
        with programs.started(["keys", "rotate"], environment) as rotation:
            for of, _tenant in made:
                scene.approve_many(of, [f"R-{number}" for number in range(half, SENDS_EACH)])
            programs.until(lambda: rotation.poll() == 0, "the rotation has ended well")
        for of, _tenant in made:
            programs.until(lambda of=of: scene.states(of) == {"posted": SENDS_EACH}, "all are posted")  # type: ignore[misc]
    for _of, tenant in made:
        numbers = [voucher["vendorInvoiceNumber"] for voucher in erp.vouchers(tenant=tenant)]
        assert len(numbers) == len(set(numbers)) == SENDS_EACH
    assert set(Attempt.objects.values_list("outcome", flat=True)) == {"posted"}
    assert not Hold.objects.exists()
    settings.ENCRYPTION_KEYS = (NEW,)
    assert all(vault.is_readable(row=row) for row in Connector.objects.all())


@pytest.mark.journey
def test_killed_at_any_commit_it_is_started_again_and_loses_nothing(
    committed_database: None, process_environment: dict[str, str], settings: Settings
) -> None:
    environment = with_new_key(process_environment)
    old = tuple(django_settings.ENCRYPTION_KEYS)
    made = _two_with_webhooks()
    died = 0
    for moment in range(1, MOMENTS_MAX):
        settings.ENCRYPTION_KEYS = old
        _seal_anew()
        ended = _rotate(environment, moment)
        settings.ENCRYPTION_KEYS = (NEW, *old)
        _assert_opens(made)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        died += 1
        assert _rotate(environment, MOMENTS_MAX) == 0, "started again it comes to its end"
        settings.ENCRYPTION_KEYS = (NEW,)
        _assert_opens(made)
    assert died >= 2 * (Connector.objects.count() + Webhook.objects.count())


def _ready(number: int) -> tuple[Organization, str]:
    of = scene.organization(f"lag-{number}", f"Lag {number}")
    person = scene.administrator(of, f"admin-{number}@lag.example", "Admin")
    tenant = scene.make_ready(of, person)
    scene.enable(of, person)
    return of, tenant


def _two_with_webhooks() -> dict[int, str]:
    """The webhook's secret of each, by organization."""
    now, made = timezone.now(), {}
    for slug in ("hlf", "nbf"):
        of = scene.organization(slug, slug.upper())
        people.make_ready(of, scene.administrator(of, f"kari@{slug}.example"), now)
        made[of.pk] = secret.make(organization=of, actor=scene.KARI, now=now)
    return made


def _seal_anew() -> None:
    """Under the first of the keys there are now: what the moment before has done is undone."""
    name, key = NEW
    django_settings.ENCRYPTION_KEYS = (*django_settings.ENCRYPTION_KEYS, (name, key))
    rows: list[Connector | Webhook] = [*Connector.objects.all(), *Webhook.objects.all()]
    for row in rows:
        row.data_key = secrets.rewrap(organization_id=row.organization_id, data_key=row.data_key)
        row.save(update_fields=["data_key"])


def _rotate(environment: dict[str, str], moment: int) -> int:
    command = [sys.executable, "-m", "tests.rotation_victim", str(moment)]
    ended = subprocess.run(command, env=environment, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    return ended.returncode


def _assert_opens(made: dict[int, str]) -> None:
    for row in Connector.objects.all():
        assert vault.opened(row=row)["client_secret"] == people.SECRET
    for webhook in Webhook.objects.all():
        assert secret.opened(row=webhook, now=timezone.now())[0] == made[webhook.organization_id]
