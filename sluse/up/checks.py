"""Mistakes in the environment, told by Django's system checks with a way to mend each."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.utils.translation import gettext as _

IDS = {
    "SLUSE_DATABASE_URL": "sluse.E001",
    "SLUSE_SECRET_KEY": "sluse.E002",
    "SLUSE_ENCRYPTION_KEYS": "sluse.E003",
}
ANY_OTHER = "sluse.E004"


def check_environment(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django's interface
    **_options: Any,
) -> list[CheckMessage]:
    return [
        Error(problem, hint=hint(), id=IDS.get(problem.split(" ", 1)[0], ANY_OTHER))
        for problem in dict.fromkeys(settings.ENVIRONMENT_PROBLEMS)
    ]


def check_quarantine(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # Django's interface
    **_options: Any,
) -> list[CheckMessage]:
    quarantine, deadline = settings.QUARANTINE_SECONDS, settings.ERP_DEADLINE_SECONDS
    if quarantine is None or quarantine >= deadline:
        return []
    text = _(
        "SLUSE_QUARANTINE_SECONDS is shorter than SLUSE_ERP_DEADLINE_SECONDS: fit for tests, never for real money."
    )
    return [CheckWarning(text, hint=_("Leave SLUSE_QUARANTINE_SECONDS unset."), id="sluse.W001")]


def hint() -> str:
    return _(
        "Start `sluse up` on this data folder (--data DIR), or set SLUSE_DATABASE_URL, SLUSE_SECRET_KEY "
        "and SLUSE_ENCRYPTION_KEYS."
    )
