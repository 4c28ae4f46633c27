"""Creating and finding organizations and people."""

import re
import zoneinfo
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sluse.audit import record
from sluse.audit.actor import Actor
from sluse.audit.models import Type
from sluse.organizations.errors import ConflictError, FieldError, InvalidError, NotFoundError
from sluse.organizations.models import (
    MAILS_AT_FIRST,
    Language,
    Mails,
    Membership,
    Organization,
    Role,
    User,
)

SLUG_FORM = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
NAME_CHARACTERS_MAX = 200
MOD11_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def create_organization(
    *,
    slug: str,
    name: str,
    actor: Actor,
    now: datetime,
    organization_number: str = "",
    time_zone: str = "Europe/Oslo",
    language: str = Language.BOKMAL,
) -> Organization:
    errors = _organization_errors(slug, name, organization_number, time_zone, language)
    if errors:
        raise InvalidError(
            _("The organization could not be created. Correct the fields named."), errors=errors
        )
    try:
        with transaction.atomic():
            organization = Organization.objects.create(
                slug=slug,
                name=name.strip(),
                organization_number=organization_number,
                time_zone=time_zone,
                language=language,
                created_at=now,
            )
            _log(organization, Type.ORGANIZATION, "created", actor, now)
    except IntegrityError as error:
        detail = _("There is already an organization with the short name %(slug)s.") % {"slug": slug}
        raise ConflictError(detail, code="slug_taken") from error
    return organization


def create_user(
    *,
    email: str,
    now: datetime,
    name: str = "",
    password: str | None = None,
    is_global_administrator: bool = False,
    language: str = "",
) -> User:
    user = User(
        email=email.strip().lower(),
        name=name.strip(),
        language=language,
        is_global_administrator=is_global_administrator,
        created_at=now,
    )
    _check_user(user, password)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        detail = _("There is already a user with the e-mail address %(email)s.") % {"email": user.email}
        raise ConflictError(detail, code="email_taken") from error
    return user


def add_member(
    *, organization: Organization, user: User, role: str, actor: Actor, now: datetime
) -> Membership:
    with transaction.atomic():
        membership = _with_role(organization, user, Role(role))
        _log(organization, Type.MEMBER, role, actor, now, user_id=str(user.pk))
    return membership


def _with_role(organization: Organization, user: User, role: Role) -> Membership:
    """Whoever gets another role begins with that role's mails: an administrator who was an auditor must hear of failures."""
    facts = {"role": role, "mails": MAILS_AT_FIRST[role], "weekly_digest": role is Role.ADMINISTRATOR}
    known = Membership.objects.filter(organization=organization, user=user, role=role).first()
    if known is not None:
        return known
    membership, _created = Membership.objects.update_or_create(
        organization=organization, user=user, defaults=facts
    )
    return membership


def membership_of(*, organization: Organization, user: User) -> Membership | None:
    return Membership.objects.filter(organization=organization, user=user).first()


def choose_mails(*, membership: Membership, mails: Mails, weekly_digest: bool) -> None:
    """A person's own wish; it changes nothing of what happens, and needs no row in the log."""
    membership.mails, membership.weekly_digest = mails, weekly_digest
    membership.save(update_fields=["mails", "weekly_digest"])


def find_organization(*, slug: str) -> Organization:
    """For the command line only, whose operator reads the database anyway; screens and API ask `access`."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise NotFoundError(_("There is no organization with the short name %(slug)s.") % {"slug": slug})
    return organization


def find_user(*, email: str) -> User:
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise NotFoundError(_("There is no user with the e-mail address %(email)s.") % {"email": email})
    return user


def is_organization_number(text: str) -> bool:
    """Nine digits, the last one a check digit modulo 11 (brreg.no)."""
    if not re.fullmatch(r"[0-9]{9}", text):
        return False
    check = -sum(weight * int(digit) for weight, digit in zip(MOD11_WEIGHTS, text, strict=False)) % 11
    return check == int(text[8])


def _organization_errors(
    slug: str, name: str, organization_number: str, time_zone: str, language: str
) -> list[FieldError]:
    errors = []
    if not SLUG_FORM.fullmatch(slug):
        detail = _(
            "Use 1 to 50 small letters a to z, digits and hyphens; begin and end with a letter or digit."
        )
        errors.append(FieldError(path="slug", code="slug_form", detail=detail))
    if not 1 <= len(name.strip()) <= NAME_CHARACTERS_MAX:
        detail = _("Give a name of at most %(max)s characters.") % {"max": NAME_CHARACTERS_MAX}
        errors.append(FieldError(path="name", code="name_length", detail=detail))
    if organization_number and not is_organization_number(organization_number):
        detail = _("An organization number has 9 digits, and the last one must fit the others.")
        errors.append(FieldError(path="organization_number", code="organization_number", detail=detail))
    if time_zone not in zoneinfo.available_timezones():
        detail = _("Name a time zone such as Europe/Oslo.")
        errors.append(FieldError(path="time_zone", code="time_zone", detail=detail))
    if language not in Language.values:
        errors.append(FieldError(path="language", code="language", detail=_("Choose nb, nn or en.")))
    return errors


def _check_user(user: User, password: str | None) -> None:
    try:
        validate_email(user.email)
    except ValidationError as error:
        detail = _("Give a whole e-mail address.")
        raise InvalidError(detail, errors=[FieldError(path="email", code="email", detail=detail)]) from error
    if password is None:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        detail = " ".join(error.messages)
        raise InvalidError(
            detail, errors=[FieldError(path="password", code="password", detail=detail)]
        ) from error


def _log(
    organization: Organization, kind: Type, new_state: str, actor: Actor, now: datetime, **details: str
) -> None:
    record.record(
        record.NewEntry(
            organization_id=organization.pk,
            organization_slug=organization.slug,
            type=kind,
            actor=actor,
            at=now,
            new_state=new_state,
            details=details,
        )
    )
