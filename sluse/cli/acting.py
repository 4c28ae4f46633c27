"""Who acts on the command line: named with `--as`, and held to the same rights as on a screen."""

from sluse.organizations import access, directory
from sluse.organizations.access import Right
from sluse.organizations.models import Organization, User


def administrator_of(*, slug: str, email: str) -> tuple[Organization, User]:
    """Raises what `access` raises when the person may not change this organization."""
    user = directory.find_user(email=email)
    return access.organization_for(user=user, slug=slug, right=Right.ADMINISTER), user
