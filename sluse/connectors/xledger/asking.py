"""Raw questions to Xledger for the probes: answers as they came, whatever they are. Only queries."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from sluse.connectors import decimal_json, pace
from sluse.connectors.base import Permit, UnavailableError
from sluse.connectors.http import Answer, Door, Request
from sluse.connectors.xledger import config
from sluse.connectors.xledger.config import Settings
from sluse.connectors.xledger.limit import LIMIT


def open_asker(*, settings: Mapping[str, Any], credentials: Mapping[str, str], permit: Permit) -> "Asker":
    door = Door(permit=permit, deadline_seconds=django_settings.ERP_DEADLINE_SECONDS)
    return Asker(door=door, settings=config.parse(settings), token=credentials["token"])


class Asker:
    def __init__(self, *, door: Door, settings: Settings, token: str) -> None:
        self.settings = settings
        self._door = door
        self._token = token

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None, *, token: str = "") -> Answer:
        request = Request(
            method="POST",
            url=self.settings.address,
            headers={
                "authorization": f"token {token or self._token}",
                "content-type": "application/json",
                "accept": "application/json",
            },
            content=decimal_json.dumps({"query": query, "variables": dict(variables or {})}),
        )
        async with pace.place(limit=LIMIT, user=self._token):
            return await self._door.read(request)

    async def data(self, query: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Of an answer without errors."""
        answer = await self.ask(query, variables)
        body = answer.json()
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, dict) or body.get("errors"):
            raise UnavailableError(
                _("Xledger did not answer a question of ours (%(errors)s).") % {"errors": answer.status}
            )
        return data

    async def nodes(self, query: str, name: str) -> list[Mapping[str, Any]]:
        """Of the first page."""
        edges = ((await self.data(query)).get(name) or {}).get("edges") or []
        return [edge["node"] for edge in edges]

    async def fields_of(self, type_name: str) -> set[str]:
        """What the service says of itself."""
        found = (await self.data(FIELDS, {"name": type_name})).get("__type") or {}
        return {one["name"] for one in [*(found.get("inputFields") or []), *(found.get("fields") or [])]}

    async def close(self) -> None:
        await self._door.close()


FIELDS = "query Fields($name: String!) { __type(name: $name) { fields { name } inputFields { name } } }"
