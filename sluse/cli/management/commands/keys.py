import base64
import secrets as randomness
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sluse.audit.actor import SYSTEM
from sluse.connectors import secrets, vault
from sluse.connectors.models import Connector
from sluse.environment import KEY_BYTES
from sluse.organizations.errors import SluseError

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
        waiting = Connector.objects.filter(vault.not_under_newest_key()).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
        unreadable = [
            found for number, pk in enumerate(ids, start=1) if (found := self._rotate(pk, number, len(ids)))
        ]
        if unreadable:
            raise SluseError(
                _("These organizations' credentials cannot be read with the keys configured: %(slugs)s.")
                % {"slugs": ", ".join(unreadable)}
            )
        facts = {"count": len(ids), "key": secrets.newest_key_id()}
        self.stdout.write(
            _("Done: %(count)s brought under key %(key)s. Older keys are not needed any more.") % facts
        )

    def _rotate(self, connector_id: int, number: int, total: int) -> str:
        """The organization's short name where it could not be done; the others go on."""
        try:
            vault.rotate(connector_id=connector_id, actor=SYSTEM, now=timezone.now())
        except secrets.SecretError:
            return Connector.objects.select_related("organization").get(pk=connector_id).organization.slug
        if number % SAY_EVERY == 0 or number == total:
            self.stdout.write(_("%(done)s of %(all)s") % {"done": number, "all": total})
        return ""


def _new_key() -> str:
    """An entry for SLUSE_ENCRYPTION_KEYS, stored nowhere."""
    key = base64.b64encode(randomness.token_bytes(KEY_BYTES)).decode()
    return f"{randomness.token_hex(ID_BYTES)}:{key}"
