"""Raw questions to Business Central for the probes: answers as they came, whatever they are. Only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings as django_settings

from sluse.connectors import decimal_json, entra, pace
from sluse.connectors.base import Permit
from sluse.connectors.business_central import config, limit
from sluse.connectors.business_central.batch import LANGUAGE
from sluse.connectors.business_central.config import Settings
from sluse.connectors.entra import Credentials
from sluse.connectors.http import Answer, Door, Request

JSON = {"accept": "application/json", **LANGUAGE}


def open_asker(*, settings: Mapping[str, Any], credentials: Mapping[str, str], permit: Permit) -> "Asker":
    parsed = config.parse(settings)
    signing_in = Credentials(
        address=parsed.token_address,
        scope=config.SCOPE,
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
    )
    door = Door(permit=permit, deadline_seconds=django_settings.ERP_DEADLINE_SECONDS)
    return Asker(door=door, settings=parsed, credentials=signing_in)


class Asker:
    def __init__(self, *, door: Door, settings: Settings, credentials: Credentials) -> None:
        self.settings = settings
        self._door = door
        self._credentials = credentials

    async def get(
        self, path: str, *, headers: Mapping[str, str] = LANGUAGE, environment: str = "", token: str = ""
    ) -> Answer:
        """`path` is relative to the API of the connector's own environment, or of `environment`."""
        named = replace(self.settings, environment=environment or self.settings.environment)
        authorization = {"authorization": f"Bearer {token or await self._token()}"}
        request = Request(
            method="GET", url=f"{named.api_address}/{path}", headers={**JSON, **headers, **authorization}
        )
        return await self._read(request, operations=1)

    async def batch(self, paths: Sequence[str], headers: Mapping[str, str]) -> Answer:
        """All of them reads."""
        requests = [
            {"id": str(position), "method": "GET", "url": path, "headers": dict(LANGUAGE)}
            for position, path in enumerate(paths, start=1)
        ]
        request = Request(
            method="POST",
            url=f"{self.settings.api_address}/$batch",
            headers={
                **JSON,
                **headers,
                "content-type": "application/json",
                "authorization": f"Bearer {await self._token()}",
            },
            content=decimal_json.dumps({"requests": requests}),
        )
        return await self._read(request, operations=len(requests))

    async def sign_in_with_a_wrong_secret(self) -> Answer:
        wrong = replace(self._credentials, client_secret="wrong-on-purpose")  # noqa: S106 — that is the question
        return await self._door.read(entra.request(credentials=wrong))

    async def close(self) -> None:
        await self._door.close()

    async def _read(self, request: Request, *, operations: int) -> Answer:
        user = limit.user(settings=self.settings, client_id=self._credentials.client_id)
        async with pace.place(limit=limit.LIMIT, user=user, operations=operations):
            return await self._door.read(request)

    async def _token(self) -> str:
        return (await entra.get(credentials=self._credentials, door=self._door)).text
