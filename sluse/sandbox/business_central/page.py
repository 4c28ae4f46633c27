"""One plain page for people: what the sandbox holds and what reached it last."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from sluse.sandbox.business_central import seed
from sluse.sandbox.business_central.front import Front

ROWS_SHOWN = 200

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Business Central sandbox</title>
<style>
 body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
 table {{ border-collapse: collapse; width: 100% }} caption {{ text-align: left; font-weight: bold }}
 th, td {{ text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #767676 }}
 td, code {{ overflow-wrap: anywhere }}
</style></head>
<body>
<h1>Business Central sandbox</h1>
<p>A stand-in for Microsoft Dynamics 365 Business Central, in memory. It forgets everything when it stops.</p>
<dl>
 <dt>Tenant and client</dt><dd>Any GUID. Each tenant is a world of its own.</dd>
 <dt>Client secret</dt><dd><code>{secret}</code></dd>
 <dt>Environment</dt><dd>{environments}</dd>
 <dt>Company</dt><dd><code>{company_id}</code> – {company}</dd>
</dl>
<h2>Purchase invoices</h2>
{vouchers}
<h2>Requests</h2>
{requests}
</body></html>
"""


def render(front: Front, _request: Request) -> HTMLResponse:
    text = PAGE.format(
        secret=seed.CLIENT_SECRET,
        environments=" or ".join(seed.ENVIRONMENTS),
        company_id=seed.COMPANY_ID,
        company=escape(seed.COMPANIES[seed.COMPANY_ID][1]),
        vouchers=_table(
            "The newest first",
            ("Number", "Status", "Vendor", "Vendor invoice number", "Posting date", "Total", "Tenant"),
            _voucher_rows(front),
        ),
        requests=_table(
            "The newest first",
            ("Time", "Method", "Path", "Operations", "Status", "Fault"),
            _request_rows(front),
        ),
    )
    return HTMLResponse(text)


def _voucher_rows(front: Front) -> Iterable[tuple[object, ...]]:
    for world, _company, invoice in list(front.service.worlds.invoices())[: -ROWS_SHOWN - 1 : -1]:
        yield (
            invoice.number or f"{invoice.draft_number} (draft)",
            invoice.status,
            invoice.vendor,
            invoice.vendor_invoice_number,
            invoice.posting_date,
            f"{invoice.total:.2f} {invoice.currency}",
            world.tenant,
        )


def _request_rows(front: Front) -> Iterable[tuple[object, ...]]:
    for entry in list(front.record.kept)[: -ROWS_SHOWN - 1 : -1]:
        yield (
            datetime.fromtimestamp(entry.started_at, tz=UTC).strftime("%Y-%m-%d %H:%M:%S"),
            entry.method,
            entry.path,
            len(entry.operations) or "",
            entry.status or "–",
            entry.fault,
        )


def _table(caption: str, heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    if not body:
        return "<p>Nothing yet.</p>"
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
