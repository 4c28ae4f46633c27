"""The webhook's secret, as an operator makes and removes it, and under a new encryption key."""

import os
from datetime import datetime

from pytest_django import Settings

from sluse.cli.tests.conftest import Sluse
from sluse.organizations.models import Organization, User
from sluse.webhooks import secret
from sluse.webhooks.models import Webhook
from tests import scene

NEW = ("2", os.urandom(32))


def test_it_is_printed_once_and_logged_without_itself(hlf: Organization, kari: User, sluse: Sluse) -> None:
    ended = sluse("webhook", "secret", "hlf", "--as", kari.email)
    made = ended.out.strip()
    assert ended.status == 0
    assert made.startswith("whsec_")
    assert "/webhooks/hlf/reimbursements" in ended.err
    [row] = scene.log(hlf, "credentials")
    assert (row.new_state, row.actor_name) == ("webhook_set", kari.display_name)
    assert made not in str(row.told())


def test_it_is_removed_and_then_there_is_none_to_remove(hlf: Organization, kari: User, sluse: Sluse) -> None:
    sluse("webhook", "secret", "hlf", "--as", kari.email)
    assert sluse("webhook", "remove", "hlf", "--as", kari.email).status == 0
    ended = sluse("webhook", "remove", "hlf", "--as", kari.email)
    assert (ended.status, ended.err) == (1, "There is no webhook secret. Nothing was changed.\n")


def test_only_an_administrator_may(hlf: Organization, rune: User, sluse: Sluse) -> None:
    assert sluse("webhook", "secret", "hlf", "--as", rune.email).status == 1
    assert not Webhook.objects.exists()


def test_a_new_key_takes_it_along(
    hlf: Organization, kari: User, sluse: Sluse, settings: Settings, now: datetime
) -> None:
    made = secret.make(organization=hlf, actor=scene.KARI, now=now)
    settings.ENCRYPTION_KEYS = (NEW, *settings.ENCRYPTION_KEYS)
    assert "1 of 1" in sluse("keys", "rotate").out
    settings.ENCRYPTION_KEYS = (NEW,)
    assert secret.opened(row=Webhook.objects.get(), now=now) == [made]
    assert "Done: 0" in sluse("keys", "rotate").out
