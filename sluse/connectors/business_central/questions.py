"""The questions of the probes: each answers with what it found at Business Central, in a few words. They only read."""

from typing import Any

from sluse.connectors import http
from sluse.connectors.business_central.asking import Asker
from sluse.connectors.business_central.batch import EACH_ALONE, OPERATIONS_MAX, SNAPSHOT
from sluse.connectors.http import Answer, UnclearError

NOBODY = "00000000-0000-4000-8000-000000000000"
UNUSED = "SLUSEPROBE"


async def company(asker: Asker) -> str:
    body = _body(await asker.get(asker.settings.company_path))
    return "yes" if str(body.get("id", "")).lower() == asker.settings.company_id else "no"


async def unknown_environment(asker: Asker) -> str:
    return _refusal(await asker.get(asker.settings.company_path, environment=UNUSED))


async def unknown_company(asker: Asker) -> str:
    return _refusal(await asker.get(f"companies({NOBODY})/accounts"))


async def unknown_record(asker: Asker) -> str:
    return _refusal(await asker.get(_path(asker, f"purchaseInvoices({NOBODY})")))


async def unknown_property(asker: Asker) -> str:
    return _refusal(await asker.get(_path(asker, "purchaseInvoices?$filter=sluse%20eq%20'1'")))


async def correlation(asker: Asker) -> str:
    body = _body(await asker.get(_path(asker, f"purchaseInvoices({NOBODY})")))
    message = str((body.get("error") or {}).get("message", ""))
    return "at the end" if "  CorrelationId:  " in message else "not there"


async def wrong_token(asker: Asker) -> str:
    answer = await asker.get(asker.settings.company_path, token=UNUSED)
    return f"{answer.status} {'json' if _is_json(answer) else 'not json'}"


async def wrong_secret(asker: Asker) -> str:
    return str((await asker.sign_in_with_a_wrong_secret()).status)


async def look_up(asker: Asker) -> str:
    both = f"vendorNumber%20eq%20'{UNUSED}'%20and%20vendorInvoiceNumber%20eq%20'{UNUSED}'"
    return _rows(await asker.get(_path(asker, f"purchaseInvoices?$filter={both}")))


async def quotes(asker: Asker) -> str:
    quoted = "vendorInvoiceNumber%20eq%20'SLUSE''PROBE'"
    return _rows(await asker.get(_path(asker, f"purchaseInvoices?$filter={quoted}")))


async def either_of_two_properties(asker: Asker) -> str:
    either = f"vendorNumber%20eq%20'{UNUSED}'%20or%20vendorInvoiceNumber%20eq%20'{UNUSED}'"
    answer = await asker.get(_path(asker, f"purchaseInvoices?$filter={either}"))
    return "refused" if answer.status == 400 else _rows(answer)  # noqa: PLR2004 — Bad Request


async def page_size(asker: Asker) -> str:
    body = await _two_accounts(asker)
    return str(len(body.get("value") or []))


async def next_page(asker: Asker) -> str:
    link = (await _two_accounts(asker)).get("@odata.nextLink")
    if link is None:
        return "none"
    return "same host" if http.same_origin(url=str(link), base=asker.settings.api_host) else "other host"


async def etags(asker: Asker) -> str:
    rows = (await _two_accounts(asker)).get("value") or []
    return "yes" if rows and all(row.get("@odata.etag") for row in rows) else "no"


async def currency(asker: Asker) -> str:
    rows = _body(await asker.get(_path(asker, "generalLedgerSetup"))).get("value") or [{}]
    return str(rows[0].get("localCurrencyCode", ""))


async def readable(asker: Asker) -> str:
    """The sets that the connector reads."""
    refused = [
        name
        for name in ("accounts", "dimensions", "dimensionValues", "taxGroups", "vendors", "purchaseInvoices")
        if (await asker.get(_path(asker, f"{name}?$top=1"))).status != 200  # noqa: PLR2004 — OK
    ]
    return "all" if not refused else f"not {', '.join(refused)}"


async def order(asker: Asker) -> str:
    answers = _answers(await asker.batch([asker.settings.company_path] * 3, EACH_ALONE))
    in_order = [str(one.get("id")) for one in answers] == ["1", "2", "3"]
    return "in order" if in_order else "in another order"


async def goes_on(asker: Asker) -> str:
    return await _answered_behind_an_error(asker, EACH_ALONE)


async def stops(asker: Asker) -> str:
    return await _answered_behind_an_error(asker, SNAPSHOT)


async def too_many(asker: Asker) -> str:
    return str((await asker.batch([asker.settings.company_path] * (OPERATIONS_MAX + 1), {})).status)


async def _answered_behind_an_error(asker: Asker, headers: dict[str, str]) -> str:
    paths = [_path(asker, f"purchaseInvoices({NOBODY})"), asker.settings.company_path]
    return f"{len(_answers(await asker.batch(paths, headers)))} of 2"


async def _two_accounts(asker: Asker) -> dict[str, Any]:
    return _body(await asker.get(_path(asker, "accounts"), headers={"prefer": "odata.maxpagesize=2"}))


def _path(asker: Asker, rest: str) -> str:
    return f"{asker.settings.company_path}/{rest}"


def _refusal(answer: Answer) -> str:
    code = (_body(answer).get("error") or {}).get("code", "") if _is_json(answer) else "not json"
    return f"{answer.status} {code}"


def _rows(answer: Answer) -> str:
    rows = _body(answer).get("value")
    return f"{answer.status}, {len(rows)} rows" if isinstance(rows, list) else str(answer.status)


def _answers(answer: Answer) -> list[dict[str, Any]]:
    found = _body(answer).get("responses")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _body(answer: Answer) -> dict[str, Any]:
    body = answer.json()
    return body if isinstance(body, dict) else {}


def _is_json(answer: Answer) -> bool:
    try:
        return isinstance(answer.json(), dict)
    except UnclearError:
        return False
