"""The calls to Finance: pages and multipart batches. Every answer is checked before it is believed.

Reading raises `UnavailableError` for whatever is not a whole, understood answer. Writing raises `NotSentError` when the
request provably did nothing, and `UnclearError` when it may have done something.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from sluse.connectors import http
from sluse.connectors.base import UnauthorizedError, UnavailableError
from sluse.connectors.entra import Credentials, SignIn
from sluse.connectors.finance import batch
from sluse.connectors.finance.batch import LANGUAGE, Call, Reply
from sluse.connectors.finance.classify import Operation, Verdict
from sluse.connectors.finance.config import Settings
from sluse.connectors.http import Answer, Door, NotSentError, Request, UnclearError

PAGES_MAX = 200


class Client:
    def __init__(self, *, door: Door, settings: Settings, credentials: Credentials) -> None:
        self._door = door
        self._settings = settings
        self._sign_in = SignIn(door=door, credentials=credentials)

    async def close(self) -> None:
        await self._door.close()

    async def rows(self, question: str) -> list[dict[str, Any]]:
        """All pages of a set, over all legal entities."""
        mark = "&" if "?" in question else "?"
        address: str | None = f"{self._settings.data_address}/{question}{mark}cross-company=true"
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        while address is not None:
            if address in seen or len(seen) >= PAGES_MAX:
                raise UnavailableError(_("Finance's pages repeat themselves."))
            if not http.same_origin(url=address, base=self._settings.data_address):
                raise UnavailableError(_("Finance named another server for the next page."))
            seen.add(address)
            body = (await self._get(address)).body
            found += read_rows(body)
            following = body.get("@odata.nextLink")
            address = None if following is None else str(following)
        return found

    async def write(self, changesets: Sequence[Sequence[Call]]) -> list[list[Reply] | None]:
        """What became of each changeset, in order; None where the answer does not say."""
        request = Request(
            method="POST",
            url=f"{self._settings.data_address}/$batch",
            headers={
                "content-type": batch.CONTENT_TYPE,
                "accept": "multipart/mixed",
                "prefer": "odata.continue-on-error",
                **LANGUAGE,
            },
            content=batch.content(changesets=changesets, data_address=self._settings.data_address),
        )
        answer = await self._sign_in.send(self._door.write, request)
        reply = batch.reply(operation=Operation.BATCH, status=answer.status, body=_error_body(answer))
        match reply.verdict:
            case Verdict.DONE:
                return batch.replies(answer, changesets)
            case Verdict.UNAUTHORIZED:
                raise UnauthorizedError(unauthorized())
            case Verdict.UNCLEAR | Verdict.LOOK_UP:
                raise UnclearError(
                    _("Finance's answer does not say whether the request was executed."),
                    response_code=answer.status,
                )
        # The envelope was refused: no operation in it was looked at, so none of them is at fault.
        raise NotSentError(
            turned_away(reply),
            retry_after_seconds=answer.retry_after_seconds(),
            response_code=answer.status,
        )

    async def _get(self, address: str) -> Reply:
        request = Request(method="GET", url=address, headers={"accept": "application/json", **LANGUAGE})
        answer = await self._sign_in.send(self._door.read, request)
        body = answer.json() if answer.status == 200 else _error_body(answer)  # noqa: PLR2004 — OK
        reply = batch.reply(operation=Operation.READ, status=answer.status, body=body)
        if reply.verdict is not Verdict.DONE:
            _raise_for_read(reply, answer.retry_after_seconds())
        return reply


def read_rows(body: Any) -> list[dict[str, Any]]:
    rows = body.get("value") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise other_shape()
    return rows


def other_shape() -> UnclearError:
    return UnclearError(_("Finance's answer does not have the form it should have."))


def unauthorized() -> str:
    return _(
        "Finance does not let Sluse in. Check there, under System administration, Setup, Microsoft Entra "
        "applications, that this client ID belongs to a user, and that the user has the roles it needs."
    )


def turned_away(reply: Reply) -> str:
    if reply.verdict is Verdict.THROTTLED:
        return _("Finance asks Sluse to wait: it is busy.")
    return _("Finance could not answer (status %(status)s).") % {"status": reply.status}


def _error_body(answer: Answer) -> Any:
    """A refusal may come from a gateway, in any form."""
    try:
        return answer.json()
    except UnclearError:
        return None


def _raise_for_read(reply: Reply, retry_after_seconds: int | None) -> NoReturn:
    if reply.verdict is Verdict.UNAUTHORIZED:
        raise UnauthorizedError(unauthorized())
    raise UnavailableError(turned_away(reply), retry_after_seconds=retry_after_seconds)
