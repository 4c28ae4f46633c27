"""May this person see or change this organization? Another tenant's thing is not found, never forbidden."""

from enum import StrEnum

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sluse import reach
from sluse.audit.actor import Actor
from sluse.organizations.errors import ForbiddenError, NotFoundError
from sluse.organizations.models import Membership, Organization, Role, User


class Right(StrEnum):
    READ = "read"
    READ_LOG = "read_log"
    ADMINISTER = "administer"


def organization_for(*, user: User, slug: str, right: Right) -> Organization:
    """The door to everything of an organization: what follows reaches no further."""
    organization = organizations_of(user=user).filter(slug=slug).first()
    if organization is None:
        raise NotFoundError(_("There is no such organization, or you are not a member of it."))
    reach.narrow(organization_id=organization.pk)
    require(user=user, organization=organization, right=right)
    return organization


def require(*, user: User, organization: Organization, right: Right) -> None:
    """Of a member, as `organization_for` found."""
    if right is Right.ADMINISTER and not administers(user=user, organization=organization):
        raise ForbiddenError(_("Only administrators of the organization can do this."))


def organizations_of(*, user: User) -> QuerySet[Organization]:
    if not user.is_active:
        return Organization.objects.none()
    if user.is_global_administrator:
        return Organization.objects.all()
    with reach.platform():
        mine = list(Membership.objects.filter(user=user).values_list("organization_id", flat=True))
    return Organization.objects.filter(pk__in=mine)


def administers(*, user: User, organization: Organization) -> bool:
    return user.is_global_administrator or (
        Membership.objects.filter(organization=organization, user=user, role=Role.ADMINISTRATOR).exists()
    )


def require_platform(*, user: User) -> None:
    """The door to the whole platform."""
    if not (user.is_active and user.is_global_administrator):
        raise NotFoundError(_("This page does not exist."))
    reach.widen()


def actor_of(user: User) -> Actor:
    return Actor(id=str(user.pk), name=user.display_name)
