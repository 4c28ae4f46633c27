"""The sync log: newest first, each row with an address of its own, and files of exactly what is shown."""

from collections.abc import Callable, Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sluse.audit import export, history
from sluse.audit.models import Entry
from sluse.organizations import access, keyset
from sluse.organizations.access import Right
from sluse.organizations.models import User
from sluse.sync import proving
from sluse.web import log_details, log_filters, log_rows, proof_words, screen

ROWS_PER_PAGE = 50
ROWS_AT_ONCE = 2_000
ROWS_COUNTED_MAX = 10_000
"""More are "more than" these: nobody reads that many, and counting millions takes seconds."""
FILES: dict[str, tuple[str, Callable[[Iterable[Entry]], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", export.csv_lines),
    "jsonl": ("application/x-ndjson; charset=utf-8", export.json_lines),
}


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    filters = log_filters.read(request.GET)
    rows = log_filters.entries(organization=organization, filters=filters, now=timezone.now())
    shown, next_cursor = keyset.cut(
        rows=rows, order=keyset.NEWEST_ENTRY, cursor=request.GET.get("cursor", ""), limit=ROWS_PER_PAGE
    )
    people = history.actors(organization_id=organization.pk)
    context = {
        **proof_words.context(proving.of(organization=organization), organization),
        "filters": filters,
        "types": log_filters.TYPES.items(),
        "statuses": log_filters.STATUSES.items(),
        "presets": [(name, words) for name, (words, _days) in log_filters.PRESETS.items()],
        "mistakes": log_filters.mistakes(query=request.GET, filters=filters),
        "people": people,
        "told": log_filters.in_words(filters=filters, people=dict(people)),
        "rows": log_rows.of(organization=organization, entries=shown),
        "found": rows.values("pk")[: ROWS_COUNTED_MAX + 1].count(),
        "counted_max": ROWS_COUNTED_MAX,
        "is_first_page": "cursor" not in request.GET,
        "older": log_filters.query_string(request.GET, cursor=next_cursor) if next_cursor else "",
        "newest": log_filters.query_string(request.GET) or "?",
        "kept": log_filters.query_string(request.GET),
    }
    return screen.render(request, "web/log/page.html", context, organization=organization)


@require_safe
@screen.signed_in
def entry(request: HttpRequest, user: User, *, slug: str, sequence: int) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    row = Entry.objects.of(organization_id=organization.pk).filter(sequence=sequence).first()
    if row is None:
        raise Http404
    [told] = log_rows.of(organization=organization, entries=[row])
    context = {
        "row": told,
        "entry": row,
        "connector": log_rows.connector(row.connector_kind),
        "details": log_details.of(row.details),
    }
    return screen.render(request, "web/log/entry.html", context, organization=organization)


@require_safe
@screen.signed_in
def file(request: HttpRequest, user: User, *, slug: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """Streamed: five million rows never stand in memory."""
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    filters = log_filters.read(request.GET)
    rows = log_filters.entries(organization=organization, filters=filters, now=timezone.now())
    content_type, lines = FILES[form]
    response = StreamingHttpResponse(lines(rows.iterator(chunk_size=ROWS_AT_ONCE)), content_type=content_type)
    name = f"sync-log-{organization.slug}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
