"""The questions of the probes: each answers with what it found in Finance, in a few words. They only read."""

from typing import Any

from sluse.connectors import http
from sluse.connectors.finance import batch, payloads
from sluse.connectors.finance.asking import Asker
from sluse.connectors.http import Answer, UnclearError
from sluse.vouchers.reference import is_reference

ALL = "cross-company=true"
UNUSED = "SLUSEPROBE"
SETS = (
    "LegalEntities",
    "MainAccounts",
    "FinancialDimensionValues",
    "LedgerJournalHeaders",
    "LedgerJournalLines",
)


async def legal_entity(asker: Asker) -> str:
    wanted = payloads.literal(asker.settings.legal_entity)
    return _count(await asker.get(f"LegalEntities?$filter=LegalEntityId%20eq%20{wanted}&{ALL}"))


async def readable(asker: Asker) -> str:
    closed = [name for name in SETS if (await asker.get(f"{name}?$top=1&{ALL}")).status != 200]  # noqa: PLR2004 — OK
    return ", ".join(closed) or "all"


async def segments(asker: Asker) -> str:
    rows = _rows(await asker.get(f"FinancialDimensionValues?{ALL}"))
    known = {str(row.get("FinancialDimension", "")).lower() for row in rows}
    missing = [name for name in asker.settings.dimensions if name.lower() not in known]
    return ", ".join(missing) or "all"


async def unknown_set(asker: Asker) -> str:
    return str((await asker.get(f"{UNUSED}?{ALL}")).status)


async def unknown_property(asker: Asker) -> str:
    answer = await asker.get(f"LedgerJournalHeaders?$filter={UNUSED}%20eq%20'1'&{ALL}")
    return f"{answer.status} {'with' if batch.message_in(_body(answer)) else 'without'} words"


async def wrong_token(asker: Asker) -> str:
    return str((await asker.get(f"LegalEntities?{ALL}", token=UNUSED)).status)


async def wrong_secret(asker: Asker) -> str:
    return str((await asker.sign_in_with_a_wrong_secret()).status)


async def look_up(asker: Asker) -> str:
    return _count(await asker.get(f"{payloads.headers_of([UNUSED], asker.settings)}&{ALL}"))


async def quotes(asker: Asker) -> str:
    question = payloads.headers_of(["SLUSE'PROBE"], asker.settings)
    return _count(await asker.get(f"{question}&{ALL}"))


async def lines_since(asker: Asker) -> str:
    return _count(await asker.get(f"{payloads.lines_since('2999-01-01', asker.settings)}&{ALL}"))


async def next_page(asker: Asker) -> str:
    """Only a set that is larger than a page can tell."""
    address = _body(await asker.get(f"FinancialDimensionValues?{ALL}")).get("@odata.nextLink")
    if address is None:
        return ""
    is_same = http.same_origin(url=str(address), base=asker.settings.data_address)
    return "same host" if is_same else "another host"


async def etags(asker: Asker) -> str:
    rows = _rows(await asker.get(f"LedgerJournalHeaders?$top=1&{ALL}"))
    return "" if not rows else "yes" if "@odata.etag" in rows[0] else "no"


async def keys_kept(asker: Asker) -> str:
    """Of our own journals, by their description."""
    ours = [row for row in await _journals(asker) if is_reference(str(row.get("Description", "")))]
    return "" if not ours else "yes" if all(row.get("IntegrationKey") for row in ours) else "no"


async def numbers_of_posted(asker: Asker) -> str:
    posted = {row.get("JournalBatchNumber") for row in await _journals(asker) if row.get("IsPosted") == "Yes"}
    question = f"LedgerJournalLines?$filter=dataAreaId%20eq%20{_legal_entity(asker)}&{ALL}"
    ours = [
        str(row.get("Voucher", ""))
        for row in _rows(await asker.get(question))
        if row.get("JournalBatchNumber") in posted and is_reference(str(row.get("Document", "")))
    ]
    return "" if not ours else "our reference" if all(is_reference(number) for number in ours) else "its own"


async def _journals(asker: Asker) -> list[dict[str, Any]]:
    question = f"LedgerJournalHeaders?$filter=dataAreaId%20eq%20{_legal_entity(asker)}&{ALL}"
    return _rows(await asker.get(question))


def _legal_entity(asker: Asker) -> str:
    return payloads.literal(asker.settings.legal_entity)


def _count(answer: Answer) -> str:
    return f"{answer.status}, {len(_rows(answer))} rows"


def _rows(answer: Answer) -> list[dict[str, Any]]:
    rows = _body(answer).get("value")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _body(answer: Answer) -> dict[str, Any]:
    try:
        body = answer.json()
    except UnclearError:
        return {}
    return body if isinstance(body, dict) else {}
