"""One plain page for people: what the sandbox holds and what reached it last."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from sluse.sandbox.xledger import job, seed, show
from sluse.sandbox.xledger.front import Front

ROWS_SHOWN = 200

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Xledger sandbox</title>
<style>
 body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
 table {{ border-collapse: collapse; width: 100% }} caption {{ text-align: left; font-weight: bold }}
 th, td {{ text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #767676 }}
 td, code {{ overflow-wrap: anywhere }}
</style></head>
<body>
<h1>Xledger sandbox</h1>
<p>A stand-in for Xledger's GraphQL, in memory. It forgets everything when it stops. {job}</p>
<dl>
 <dt>Entity</dt><dd>Any number of five to ten digits, such as <code>{entity}</code>. Each is a world of its own.</dd>
 <dt>Token</dt><dd><code>{token}</code>, and likewise for any other entity</dd>
</dl>
<h2>Vouchers</h2>
{vouchers}
<h2>Requests</h2>
{requests}
</body></html>
"""


def render(front: Front, _request: Request) -> HTMLResponse:
    for world in front.service.worlds.all():
        job.run_if_due(world)
    seconds = front.service.switches.job_seconds
    when = (
        f"Its posting job runs every {seconds} seconds." if seconds else "Its posting job runs when told to."
    )
    heads = ("Number", "State", "Invoice number", "Posted date", "Total", "Entity")
    text = PAGE.format(
        entity=seed.ENTITY,
        token=seed.token_of(entity=seed.ENTITY),
        job=when,
        vouchers=_table(heads, _voucher_rows(front)),
        requests=_table(("Time", "Method", "Path", "Operation", "Status", "Fault"), _request_rows(front)),
    )
    return HTMLResponse(text)


def _voucher_rows(front: Front) -> Iterable[tuple[object, ...]]:
    held = [one for world in front.service.worlds.all() for one in show.vouchers(world)]
    for one in held[: -ROWS_SHOWN - 1 : -1]:
        names = ("transactionNumber", "state", "invoiceNumber", "postedDate", "total", "tenant")
        yield tuple(one[name] or "–" for name in names)


def _request_rows(front: Front) -> Iterable[tuple[object, ...]]:
    for entry in list(front.record.kept)[: -ROWS_SHOWN - 1 : -1]:
        yield (
            datetime.fromtimestamp(entry.started_at, tz=UTC).strftime("%Y-%m-%d %H:%M:%S"),
            entry.method,
            entry.path,
            ", ".join(entry.operations),
            entry.status or "–",
            entry.fault,
        )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    if not body:
        return "<p>Nothing yet.</p>"
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    caption = "<caption>The newest first</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
