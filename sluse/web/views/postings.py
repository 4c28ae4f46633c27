"""Queue and failures: looked at, tried again, marked as booked by hand. Each makes one call inward."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError, InvalidError
from sluse.organizations.models import Organization, User
from sluse.sync import causes, postings, settling
from sluse.sync.models import Posting
from sluse.web import queue_page, screen
from sluse.web.forms.by_hand import ByHandForm


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    context = {
        "now": timezone.now(),
        "can_administer": access.administers(user=user, organization=organization),
        **queue_page.context(organization, request.GET),
    }
    return screen.render(request, "web/postings/page.html", context, organization=organization)


@require_POST
@screen.signed_in
def retry(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    """`which` is all, a cause's key, or else the postings that were ticked."""
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    which = request.POST.get("which", "")
    cause = causes.find(organization=organization, key=which) if which not in {"", "all"} else None
    count = postings.retry(
        organization=organization,
        ids=_ids(request.POST.getlist("posting")) if not which else [],
        all_failed=which == "all",
        cause=cause,
        actor=access.actor_of(user),
        now=timezone.now(),
    )
    _tell(request, count)
    return screen.see_other(_back(request, organization))


@require_http_methods(["GET", "POST"])
@screen.signed_in
def by_hand(request: HttpRequest, user: User, *, slug: str, posting_id: UUID) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    posting = postings.get_posting(organization=organization, posting_id=posting_id)
    form = ByHandForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return _by_hand_form(request, organization, posting, form, status)
    try:
        settling.book_by_hand(
            organization=organization,
            posting_id=posting_id,
            voucher_number=form.cleaned_data["voucher_number"],
            reason=form.cleaned_data["reason"],
            actor=access.actor_of(user),
            now=timezone.now(),
        )
    except InvalidError as refusal:
        form.add_refusal(refusal)
        return _by_hand_form(request, organization, posting, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except ConflictError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is marked as booked by hand.") % {"name": posting.external_id})
    return screen.see_other(reverse("web:reimbursement", args=[slug, posting.external_id]))


def _by_hand_form(
    request: HttpRequest, organization: Organization, posting: Posting, form: ByHandForm, status: int
) -> HttpResponse:
    context = {"posting": posting, "form": form}
    return screen.render(
        request, "web/postings/by_hand.html", context, organization=organization, status=status
    )


def _tell(request: HttpRequest, count: int) -> None:
    if not count:
        messages.warning(request, _("Nothing was chosen that can be tried again. Tick the postings first."))
        return
    sentence = ngettext("%(count)s posting waits again.", "%(count)s postings wait again.", count)
    when = _("They are sent as soon as the switch and the holds allow it.")
    messages.success(request, f"{sentence % {'count': count}} {when}")


def _ids(texts: list[str]) -> list[UUID]:
    """What is no id at all was not on our page."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _back(request: HttpRequest, organization: Organization) -> str:
    here = reverse("web:postings", args=[organization.slug])
    return screen.safe_address(request, request.POST.get("next", ""), otherwise=here)
