"""Many switches from integration management: who changes is shown first, and the count is typed."""

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sluse.organizations import access
from sluse.organizations.models import Organization, User
from sluse.sync import bulk
from sluse.sync.bulk import Plan, Result
from sluse.web import platform_filters, platform_rows, screen
from sluse.web.forms.bulk import BulkForm

VERSION_DIGITS_MAX = 18


@require_http_methods(["GET", "POST"])
@screen.signed_in
def switches(request: HttpRequest, user: User) -> HttpResponse:
    access.require_platform(user=user)
    asked = request.POST if request.method == "POST" else request.GET
    wanted, back = asked.get("to", ""), _back(request)
    chosen = _chosen(user, asked)
    if wanted not in {"on", "off"} or not chosen:
        messages.warning(request, _("No organization was chosen. Tick some rows first."))
        return screen.see_other(back)
    part, rest = chosen[: bulk.ORGANIZATIONS_MAX], chosen[bulk.ORGANIZATIONS_MAX :]
    plan = bulk.plan(organizations=part, enable=wanted == "on", now=timezone.now())
    form = BulkForm(request.POST if request.method == "POST" else None, changes=len(plan.changes))
    going_on = screen.safe_address(request, asked.get("going_on", ""), otherwise="")
    if not plan.changes or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        going_on = _going_on(request, wanted, part[-1].slug) if rest else going_on
        facts = {"part": len(part), "all": len(chosen), "going_on": going_on}
        return _confirmation(request, wanted, plan, form, back, status, facts)
    results = _turn(user, wanted, plan, asked, form.cleaned_data["reason"])
    context = {
        "wanted": wanted,
        "results": _sorted(results),
        "summary": _summary(results),
        "back": back,
        "going_on": going_on,
    }
    return screen.render(request, "web/platform/bulk_result.html", context)


def _chosen(user: User, asked: QueryDict) -> list[Organization]:
    """Those that were ticked, or with `all` every one the filter shows, behind the one named in `after`. By their short
    names, which no turning changes: whoever goes on after a part meets each once."""
    if "all" in asked:
        filters = platform_filters.read(asked)
        slugs = [row.organization.slug for row in platform_rows.shown(user, filters, timezone.now())]
    else:
        slugs = asked.getlist("organization")
    found = access.organizations_of(user=user).filter(slug__in=slugs)
    after = asked.get("after", "")
    return sorted((one for one in found if one.slug > after), key=lambda one: one.slug)


def _going_on(request: HttpRequest, wanted: str, after: str) -> str:
    """Where the next part of the same list is confirmed."""
    kept = platform_filters.kept(request.GET) | {"to": wanted, "all": "yes", "after": after}
    return f"{reverse('web:platform-switches')}?{urlencode(kept)}"


def _turn(user: User, wanted: str, plan: Plan, asked: QueryDict, reason: str) -> list[Result]:
    """What was there already, or cannot be, is told too. The versions are those the person saw."""
    organizations, actor = [organization for organization, _version in plan.changes], access.actor_of(user)
    if wanted == "off":
        return bulk.disable(organizations=organizations, reason=reason, actor=actor)
    seen = {one.slug: _version(asked, one) for one in organizations}
    return bulk.enable(organizations=organizations, versions=seen, reason=reason, actor=actor)


def _version(asked: QueryDict, organization: Organization) -> int:
    """One that was not on our page matches no switch, and is refused as stale."""
    text = asked.get(f"version-{organization.slug}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < VERSION_DIGITS_MAX else -1


def _confirmation(
    request: HttpRequest,
    wanted: str,
    plan: Plan,
    form: BulkForm,
    back: str,
    status: int,
    facts: Mapping[str, object],
) -> HttpResponse:
    context: dict[str, Any] = {"wanted": wanted, "plan": plan, "form": form, "back": back, **facts}
    return screen.render(request, "web/platform/bulk.html", context, status=status)


def _sorted(results: list[Result]) -> list[Result]:
    """What needs a person comes first."""
    order = [bulk.Came.REFUSED, bulk.Came.CHANGING, bulk.Came.CHANGED, bulk.Came.ALREADY]
    return sorted(results, key=lambda result: (order.index(result.came), result.organization.name))


def _summary(results: list[Result]) -> str:
    counts = Counter(result.came for result in results)
    changed = counts[bulk.Came.CHANGED] + counts[bulk.Came.CHANGING]
    words = ngettext("%(count)s organization was turned.", "%(count)s organizations were turned.", changed)
    refused = ngettext("%(count)s was refused.", "%(count)s were refused.", counts[bulk.Came.REFUSED])
    sentence = words % {"count": changed}
    return (
        f"{sentence} {refused % {'count': counts[bulk.Came.REFUSED]}}"
        if counts[bulk.Came.REFUSED]
        else sentence
    )


def _back(request: HttpRequest) -> str:
    return reverse("web:platform") + platform_filters.query_string(request.GET)
