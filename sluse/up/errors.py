"""Why Sluse could not start, as one plain sentence."""

from sluse.organizations.errors import SluseError


class CannotStartError(SluseError):
    """Mend what the sentence says, then start again."""

    code = "cannot_start"
