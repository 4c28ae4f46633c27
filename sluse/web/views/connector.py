"""Integration settings: the page, and one address for each of its forms. Each makes one call inward."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from sluse.connectors import configure, registry
from sluse.organizations import access
from sluse.organizations.access import Right
from sluse.organizations.errors import ConflictError, InvalidError, SluseError
from sluse.organizations.models import Organization, User
from sluse.sync import schedule, setup
from sluse.vouchers import store
from sluse.web import connector_page, screen
from sluse.web.forms.base import Form
from sluse.web.forms.mapping import MappingForm
from sluse.web.forms.schedule import ScheduleForm
from sluse.web.forms.system import SystemForm


@require_safe
@screen.signed_in
def page(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.READ)
    return connector_page.answer(request, user, organization)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@screen.signed_in
def system(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    kind = request.POST.get("kind", "")
    if kind not in registry.KINDS:
        return _to_section(organization, "system")
    form = SystemForm(request.POST, kind=kind, connector=configure.show(organization=organization))
    if form.is_valid():
        try:
            setup.configure_connector(
                organization=organization,
                kind=kind,
                settings=form.settings(),
                credentials=form.credentials(),
                actor=access.actor_of(user),
                now=timezone.now(),
            )
        except (InvalidError, ConflictError) as refusal:
            return _refused(request, user, organization, "system", form, refusal)
        messages.success(request, _("The accounting system was saved."), extra_tags="system")
        return _to_section(organization, "system")
    return _refused(request, user, organization, "system", form)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def test(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        return _to_section(organization, "test")
    try:
        report = setup.test_connector(
            organization=organization, actor=access.actor_of(user), now=timezone.now()
        )
    except ConflictError as refusal:
        messages.error(request, str(refusal), extra_tags="test")
        return _to_section(organization, "test")
    if report.ok:
        read = ngettext("%(count)s account was read.", "%(count)s accounts were read.", report.accounts)
        words = _("The connection to %(company)s works.") % {"company": report.company}
        messages.success(request, f"{words} {read % {'count': report.accounts}}")
    else:
        messages.error(
            request, _("The connection does not work yet. See under Test the connection what to mend.")
        )
    return _to_section(organization, "test")


@require_http_methods(["GET", "POST"])
@screen.signed_in
def mapping(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        return _to_section(organization, "mapping")
    form = connector_page.mapping(organization, request.POST)
    if "suggest" in request.POST:
        return _with_suggestions(request, user, organization, form)
    if form.is_valid():
        try:
            store.save(
                organization=organization,
                content=form.content(),
                actor=access.actor_of(user),
                now=timezone.now(),
            )
        except InvalidError as refusal:
            form.add_refusal(refusal, field_of=form.field_of)
        else:
            messages.success(request, _("The mapping was saved."), extra_tags="mapping")
            return _to_section(organization, "mapping")
    return _refused(request, user, organization, "mapping", form)


@require_http_methods(["GET", "POST"])
@screen.signed_in
def timing(request: HttpRequest, user: User, *, slug: str) -> HttpResponse:
    organization = access.organization_for(user=user, slug=slug, right=Right.ADMINISTER)
    if request.method == "GET":
        return _to_section(organization, "schedule")
    now = timezone.now()
    form = ScheduleForm(request.POST, schedule=schedule.get(organization=organization, now=now))
    if form.is_valid():
        cron, is_active = form.wanted()
        try:
            schedule.save(
                organization=organization,
                cron=cron,
                is_active=is_active,
                actor=access.actor_of(user),
                now=now,
            )
        except InvalidError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The schedule was saved."), extra_tags="schedule")
            return _to_section(organization, "schedule")
    return _refused(request, user, organization, "schedule", form)


def _with_suggestions(
    request: HttpRequest, user: User, organization: Organization, form: MappingForm
) -> HttpResponse:
    """The page with the form filled in, for a person to read and save."""
    filled = connector_page.mapping(organization, form.with_suggestions())
    words = _(
        "The suggestions stand in the fields that were empty. Nothing is saved yet: read them, and save."
    )
    messages.info(request, words, extra_tags="mapping")
    return connector_page.answer(request, user, organization, filled=("mapping", filled))


def _refused(
    request: HttpRequest,
    user: User,
    organization: Organization,
    section: str,
    form: Form,
    refusal: SluseError | None = None,
) -> HttpResponse:
    """The whole page again, with what was written and what is wrong with it."""
    if isinstance(refusal, InvalidError):
        form.add_refusal(refusal)
    elif refusal:
        form.add_error(None, str(refusal))
    status = refusal.status if refusal else HTTPStatus.UNPROCESSABLE_ENTITY
    return connector_page.answer(request, user, organization, refused=(section, form), status=status)


def _to_section(organization: Organization, section: str) -> HttpResponse:
    return screen.see_other(f"{reverse('web:connector', args=[organization.slug])}#{section}")
