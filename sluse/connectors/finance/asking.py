"""Raw questions to Finance for the probes: answers as they came, whatever they are. Only reads."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings as django_settings

from sluse.connectors import entra, fields
from sluse.connectors.base import Permit
from sluse.connectors.entra import Credentials
from sluse.connectors.finance import config
from sluse.connectors.finance.batch import LANGUAGE
from sluse.connectors.finance.config import CONFIG, Settings
from sluse.connectors.finance.connector import signing_in
from sluse.connectors.http import Answer, Door, Request


def open_asker(*, settings: Mapping[str, Any], credentials: Mapping[str, str], permit: Permit) -> "Asker":
    parsed = config.parse(fields.with_defaults(CONFIG, settings))
    door = Door(permit=permit, deadline_seconds=django_settings.ERP_DEADLINE_SECONDS)
    return Asker(door=door, settings=parsed, credentials=signing_in(parsed, credentials))


class Asker:
    def __init__(self, *, door: Door, settings: Settings, credentials: Credentials) -> None:
        self.settings = settings
        self._door = door
        self._credentials = credentials

    async def get(self, question: str, *, token: str = "") -> Answer:
        known = token or (await entra.get(credentials=self._credentials, door=self._door)).text
        request = Request(
            method="GET",
            url=f"{self.settings.data_address}/{question}",
            headers={"accept": "application/json", "authorization": f"Bearer {known}", **LANGUAGE},
        )
        return await self._door.read(request)

    async def sign_in_with_a_wrong_secret(self) -> Answer:
        wrong = replace(self._credentials, client_secret="wrong-on-purpose")  # noqa: S106 — that is the question
        return await self._door.read(entra.request(credentials=wrong))

    async def close(self) -> None:
        await self._door.close()
