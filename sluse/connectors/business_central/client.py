"""The calls to Business Central: single reads, pages, batches. Every answer is checked before it is
believed.

Reading raises `UnavailableError` for whatever is not a whole, understood answer. Writing raises
`NotSentError` when the request provably did nothing, and `UnclearError` when it may have done something.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from sluse.connectors import http, pace
from sluse.connectors.base import UnauthorizedError, UnavailableError, WrongCompanyError
from sluse.connectors.business_central import batch, classify, limit
from sluse.connectors.business_central.batch import EACH_ALONE, LANGUAGE, Call, Reply
from sluse.connectors.business_central.classify import Operation, Verdict
from sluse.connectors.business_central.config import Settings
from sluse.connectors.business_central.documents import read_rows
from sluse.connectors.entra import Credentials, Send, SignIn
from sluse.connectors.http import Answer, Door, NotSentError, Request, UnclearError

NO_HEADERS: Mapping[str, str] = {}
PAGES_MAX = 200
"""Of up to 20,000 rows each: no chart of accounts is near it, and a server that pages for ever is stopped."""


class Client:
    def __init__(self, *, door: Door, settings: Settings, credentials: Credentials) -> None:
        self._door = door
        self._settings = settings
        self._sign_in = SignIn(door=door, credentials=credentials)
        self._user = limit.user(settings=settings, client_id=credentials.client_id)

    async def close(self) -> None:
        await self._door.close()

    async def get(self, path: str) -> Reply:
        """A success, or that there is no such thing."""
        return await self._get(f"{self._settings.api_address}/{path}")

    async def rows(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> list[dict[str, Any]]:
        """All pages of a set."""
        reply = await self._get(f"{self._settings.api_address}/{path}", headers)
        if reply.verdict is Verdict.GONE:
            raise UnavailableError(_("Business Central does not have what was asked for."))
        return await self.all_pages(reply.body, headers)

    async def all_pages(self, body: Any, headers: Mapping[str, str] = NO_HEADERS) -> list[dict[str, Any]]:
        """The rows of a first page and of all that follow it, asked for at Business Central and nowhere
        else."""
        found = list(read_rows(body))
        seen: set[str] = set()
        while (address := body.get("@odata.nextLink")) is not None:
            if address in seen or len(seen) >= PAGES_MAX:
                raise UnavailableError(_("Business Central's pages repeat themselves."))
            if not http.same_origin(url=str(address), base=self._settings.api_host):
                raise UnavailableError(_("Business Central named another server for the next page."))
            seen.add(address)
            body = (await self._get(address, headers)).body
            found += read_rows(body)
        return found

    async def read_batch(self, calls: Sequence[Call], *, may_be_gone: bool = False) -> list[Reply]:
        """Raises unless every single one of them was answered well."""
        well = {Verdict.DONE, Verdict.GONE} if may_be_gone else {Verdict.DONE}
        headers = EACH_ALONE if may_be_gone else NO_HEADERS
        found = batch.replies(await self._batch(self._door.read, calls, headers), calls)
        for reply in found:
            if reply is None:
                raise UnclearError(_("Business Central left a part of the look-up unanswered."))
            if reply.verdict not in well:
                _raise_for_read(reply, None)
        return [reply for reply in found if reply is not None]

    async def write_batch(self, calls: Sequence[Call], headers: Mapping[str, str]) -> list[Reply | None]:
        """One reply for each call, in order; None where the answer holds none."""
        return batch.replies(await self._batch(self._door.write, calls, headers), calls)

    async def fill(self, path: str, content: bytes) -> Reply:
        """A file's content, whatever it was before."""
        kind = {"accept": "application/json", "content-type": "application/octet-stream"}
        request = Request(
            method="PATCH",
            url=f"{self._settings.api_address}/{path}",
            headers={**kind, **LANGUAGE, "if-match": "*"},
            content=content,
        )
        answer = await self._send(self._door.write, request)
        return batch.reply(operation=Operation.FILL, status=answer.status, body=_body(answer))

    async def _get(self, address: str, headers: Mapping[str, str] = NO_HEADERS) -> Reply:
        kind = {"accept": "application/json", **LANGUAGE}
        request = Request(method="GET", url=address, headers={**kind, **headers})
        answer = await self._send(self._door.read, request)
        reply = batch.reply(operation=Operation.READ, status=answer.status, body=_body(answer))
        if reply.verdict not in {Verdict.DONE, Verdict.GONE}:
            _raise_for_read(reply, answer.retry_after_seconds())
        return reply

    async def _batch(self, send: Send, calls: Sequence[Call], headers: Mapping[str, str]) -> Answer:
        """The answer to a batch whose envelope was accepted; what came of its operations stands inside."""
        kind = {"accept": "application/json", "content-type": "application/json"}
        request = Request(
            method="POST",
            url=f"{self._settings.api_address}/$batch",
            headers={**kind, **LANGUAGE, **headers},
            content=batch.content(calls),
        )
        answer = await self._send(send, request, operations=len(calls))
        reply = batch.reply(operation=Operation.BATCH, status=answer.status, body=_body(answer))
        match reply.verdict:
            case Verdict.DONE:
                return answer
            case Verdict.UNAUTHORIZED:
                raise UnauthorizedError(unauthorized())
            case Verdict.UNCLEAR | Verdict.LOCKED | Verdict.LOOK_UP:
                raise UnclearError(
                    _("Business Central's answer does not say whether the request was executed.")
                )
        if classify.is_company_gone(verdict=reply.verdict, code=reply.code):
            raise WrongCompanyError(_turned_away(reply))
        # The envelope was refused: no operation in it was looked at, so none of them is at fault.
        raise NotSentError(
            _turned_away(reply),
            retry_after_seconds=answer.retry_after_seconds(),
            response_code=answer.status,
        )

    async def _send(self, send: Send, request: Request, *, operations: int = 1) -> Answer:
        async with pace.place(limit=limit.LIMIT, user=self._user, operations=operations):
            return await self._sign_in.send(send, request)


def unauthorized() -> str:
    return _(
        "Business Central does not let Sluse in. Check there, under Microsoft Entra applications, that this "
        "client ID is enabled and has the permission sets it needs."
    )


def _body(answer: Answer) -> Any:
    """A success must be JSON; a refusal may come from the gateway, in any form."""
    if answer.status == 200:  # noqa: PLR2004 — OK
        return answer.json()
    try:
        return answer.json()
    except UnclearError:
        return None


def _raise_for_read(reply: Reply, retry_after_seconds: int | None) -> NoReturn:
    if reply.verdict is Verdict.UNAUTHORIZED:
        raise UnauthorizedError(unauthorized())
    if classify.is_company_gone(verdict=reply.verdict, code=reply.code):
        raise WrongCompanyError(_turned_away(reply))
    raise UnavailableError(_turned_away(reply), retry_after_seconds=retry_after_seconds)


def _turned_away(reply: Reply) -> str:
    if reply.verdict is Verdict.THROTTLED:
        return _("Business Central asks Sluse to wait: too many requests.")
    if reply.verdict is Verdict.GONE:
        return _("Business Central does not have this environment or company.")
    return _("Business Central could not answer (status %(status)s).") % {"status": reply.status}
