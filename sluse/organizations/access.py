"""May this person see or change this organization? Another tenant's thing is not found, never forbidden."""

from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sluse.audit.actor import Actor
from sluse.organizations.errors import ForbiddenError, NotFoundError
from sluse.organizations.models import Membership, Organization, Role, User


class Right(StrEnum):
    READ = "read"
    READ_LOG = "read_log"
    ADMINISTER = "administer"


def organization_for(*, user: User, slug: str, right: Right) -> Organization:
    organization = organizations_of(user=user).filter(slug=slug).first()
    if organization is None:
        raise NotFoundError(_("There is no such organization, or you are not a member of it."))
    if right is Right.ADMINISTER and not administers(user=user, organization=organization):
        raise ForbiddenError(_("Only administrators of the organization can do this."))
    return organization


def organizations_of(*, user: User) -> QuerySet[Organization]:
    if not user.is_active:
        return Organization.objects.none()
    mine = Q() if user.is_global_administrator else Q(memberships__user=user)
    return Organization.objects.filter(mine)


def administers(*, user: User, organization: Organization) -> bool:
    return user.is_global_administrator or (
        Membership.objects.filter(organization=organization, user=user, role=Role.ADMINISTRATOR).exists()
    )


def require_platform(*, user: User) -> None:
    if not (user.is_active and user.is_global_administrator):
        raise NotFoundError(_("This page does not exist."))


def actor_of(user: User) -> Actor:
    return Actor(id=str(user.pk), name=user.display_name)
