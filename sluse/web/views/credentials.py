"""New credentials beside those in use: entered, tested, taken into use. Each makes one call inward."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sluse.connectors import configure
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError, InvalidError
from sluse.organizations.models import Organization, User
from sluse.sync import rotating
from sluse.web import connector_page, screen
from sluse.web.forms.system import NewCredentialsForm


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@screen.signed_in
def enter(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    kind = configure.show(organization=organization).kind
    if request.method == "GET" or kind is None:
        return _back(organization)
    form = NewCredentialsForm(request.POST, kind=kind)
    if form.is_valid():
        try:
            rotating.put_next(
                organization=organization,
                credentials=form.credentials(),
                expires_on=form.cleaned_data["expires_on"],
                actor=access.actor_of(user),
                now=timezone.now(),
            )
        except InvalidError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(
                request,
                _("The new credentials lie beside the old ones. Test them now."),
                extra_tags="rotation",
            )
            return _back(organization)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return connector_page.answer(request, user, organization, refused=("rotation", form), status=status)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def test(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        return _back(organization)
    try:
        report = rotating.test_next(
            organization=organization, actor=access.actor_of(user), now=timezone.now()
        )
    except ConflictError as refusal:
        messages.error(request, str(refusal), extra_tags="rotation")
        return _back(organization)
    if report.ok:
        messages.success(
            request, _("The new credentials work. Take them into use when you like."), extra_tags="rotation"
        )
    else:
        messages.error(
            request, _("The new credentials do not work. Nothing was changed."), extra_tags="rotation"
        )
    return _back(organization)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def swap(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        return _back(organization)
    try:
        rotating.swap(organization=organization, actor=access.actor_of(user), now=timezone.now())
    except ConflictError as refusal:
        messages.error(request, str(refusal), extra_tags="rotation")
    else:
        messages.success(request, _("The new credentials are in use."), extra_tags="rotation")
    return _back(organization)


def _back(organization: Organization) -> HttpResponse:
    return screen.see_other(f"{reverse('web:connector', args=[organization.slug])}#rotation")
