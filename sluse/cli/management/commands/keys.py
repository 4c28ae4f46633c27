import base64
import secrets as randomness
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.audit.actor import SYSTEM
from sluse.connectors import secrets, vault
from sluse.connectors.models import Connector
from sluse.environment import KEY_BYTES
from sluse.organizations.errors import SluseError
from sluse.webhooks import secret
from sluse.webhooks.models import Webhook

SAY_EVERY = 100
ID_BYTES = 3


class Command(BaseCommand):
    help = gettext_noop("Bring stored credentials under the newest encryption key, or make a new key.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["rotate", "new"])

    def handle(self, *_args: Any, action: str, **_options: Any) -> None:
        if action == "new":
            self.stdout.write(_new_key())
            return
        unreadable, count = [], 0
        for waiting, rotate in _keepers():
            found = list(waiting.order_by("pk").values_list("pk", "organization__slug"))
            count += len(found)
            for number, (pk, slug) in enumerate(found, start=1):
                if not _is_rotated(rotate, pk):
                    unreadable.append(slug)
                elif number % SAY_EVERY == 0 or number == len(found):
                    self.stdout.write(_("%(done)s of %(all)s") % {"done": number, "all": len(found)})
        if unreadable:
            raise SluseError(
                _("These organizations' credentials cannot be read with the keys configured: %(slugs)s.")
                % {"slugs": ", ".join(dict.fromkeys(unreadable))}
            )
        facts = {"count": count, "key": secrets.newest_key_id()}
        self.stdout.write(
            _("Done: %(count)s brought under key %(key)s. Older keys are not needed any more.") % facts
        )


def _keepers() -> list[tuple[QuerySet[Any], Callable[[int, datetime], bool]]]:
    """Whatever keeps something sealed: the rows that wait, and how one of them is brought under the newest key."""
    return [
        (
            Connector.objects.filter(vault.not_under_newest_key()),
            lambda pk, now: vault.rotate(connector_id=pk, actor=SYSTEM, now=now),
        ),
        (
            Webhook.objects.filter(secret.not_under_newest_key()),
            lambda pk, now: secret.rotate(webhook_id=pk, actor=SYSTEM, now=now),
        ),
    ]


def _is_rotated(rotate: Callable[[int, datetime], bool], pk: int) -> bool:
    """One that cannot be opened keeps no other from its new key."""
    try:
        rotate(pk, timezone.now())
    except secrets.SecretError:
        return False
    return True


def _new_key() -> str:
    """An entry for SLUSE_ENCRYPTION_KEYS, stored nowhere."""
    key = base64.b64encode(randomness.token_bytes(KEY_BYTES)).decode()
    return f"{randomness.token_hex(ID_BYTES)}:{key}"
