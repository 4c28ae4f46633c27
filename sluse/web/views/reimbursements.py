"""Reimbursements: the list, one with its voucher and its story, the evidence to keep, and the preview of the queue."""

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.models import Organization, User
from sluse.reimbursements import evidence, listing
from sluse.reimbursements.models import Reimbursement
from sluse.sync import attachments
from sluse.web import reimbursement_page, screen

VERSION_FORM = re.compile(r"[1-9][0-9]{0,5}")


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    context = reimbursement_page.listing_context(organization, request.GET)
    return screen.render(request, "web/reimbursements/page.html", context, organization=organization)


@require_safe
@screen.signed_in
def detail(request: HttpRequest, user: User, *, slug: str, external_id: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    row = _named(request, organization, external_id)
    context = {
        "now": timezone.now(),
        "can_administer": access.administers(user=user, organization=organization),
        **reimbursement_page.detail_context(organization, row),
    }
    return screen.render(request, "web/reimbursements/detail.html", context, organization=organization)


@require_safe
@screen.signed_in
def evidence_file(request: HttpRequest, user: User, *, slug: str, external_id: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ_LOG)
    row = _named(request, organization, external_id)
    content = evidence.of(organization=organization, reimbursement=row, now=timezone.now())
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = f"evidence-{organization.slug}-{external_id}-{row.version}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@screen.signed_in
def receipt(
    _request: HttpRequest, user: User, *, slug: str, external_id: str, attachment_id: UUID
) -> HttpResponse:
    """Given as a file: whatever it holds, the browser runs nothing of it."""
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    row = attachments.find(organization=organization, external_id=external_id, attachment_id=attachment_id)
    response = HttpResponse(bytes(row.content), content_type=row.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{row.name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
@screen.signed_in
def preview(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    context = reimbursement_page.preview_context(organization, request.GET, timezone.now())
    return screen.render(request, "web/reimbursements/preview.html", context, organization=organization)


def _named(request: HttpRequest, organization: Organization, external_id: str) -> Reimbursement:
    """The newest version unless the address names one."""
    wanted = request.GET.get("version", "")
    version = int(wanted) if VERSION_FORM.fullmatch(wanted) else None
    return listing.get_reimbursement(organization=organization, external_id=external_id, version=version)
