from django.apps import AppConfig
from django.core.checks import register

from sluse.up import checks


class UpConfig(AppConfig):
    name = "sluse.up"

    def ready(self) -> None:
        register(checks.check_environment)
        register(checks.check_quarantine)
