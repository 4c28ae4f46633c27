"""One plain page for people: what a sandbox holds and what reached it last."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import TypeVar

from starlette.responses import HTMLResponse

from sluse.sandbox.record import Record, Recorded

ROWS_SHOWN = 200
OPERATIONS_NAMED = 2
Thing = TypeVar("Thing")
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
 body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
 table {{ border-collapse: collapse; width: 100% }} caption {{ text-align: left; font-weight: bold }}
 th, td {{ text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #767676 }}
 td, dd {{ overflow-wrap: anywhere }}
</style></head>
<body>
<h1>{title}</h1>
<p>{about} It is in memory, and forgets everything when it stops.</p>
<dl>{facts}</dl>
<h2>{held}</h2>
{vouchers}
<h2>Requests</h2>
{requests}
</body></html>
"""


def render(
    *,
    system: str,
    about: str,
    facts: Sequence[tuple[str, str]],
    held: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    record: Record,
) -> HTMLResponse:
    """`facts` are what somebody who connects must know; `held` is the heading of the vouchers in `rows`."""
    text = PAGE.format(
        title=escape(f"{system} sandbox"),
        about=escape(about),
        facts="".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts),
        held=escape(held),
        vouchers=_table(heads, rows),
        requests=_table(
            ("Time", "Method", "Path", "Operations", "Status", "Fault"),
            [_request(entry) for entry in newest(list(record.kept))],
        ),
    )
    return HTMLResponse(text)


def newest(things: Sequence[Thing]) -> Sequence[Thing]:
    """The last of them first, no more than the page shows."""
    return things[: -ROWS_SHOWN - 1 : -1]


def _request(entry: Recorded) -> tuple[object, ...]:
    return (
        datetime.fromtimestamp(entry.started_at, tz=UTC).strftime("%Y-%m-%d %H:%M:%S"),
        entry.method,
        entry.path,
        ", ".join(entry.operations) if len(entry.operations) <= OPERATIONS_NAMED else len(entry.operations),
        entry.status or "–",
        entry.fault,
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    if not body:
        return "<p>Nothing yet.</p>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    caption = "<caption>The newest first</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
