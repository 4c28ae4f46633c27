"""What an administrator enters to tie an organization to its legal entity in Finance. Never an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

from sluse.connectors.fields import Config, Field

GUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
GUID_EXPECTED = _(
    "Write it as Microsoft shows it: 36 characters, such as 1f2e3d4c-0000-4000-8000-123456789abc."
)
NAME = r"[A-Za-z][A-Za-z0-9_]{0,59}"
CODE = r"[A-Za-z0-9ÆØÅæøå_-]{1,20}"
MAIN_ACCOUNT = "MainAccount"

CONFIG = Config(
    settings=(
        Field(
            name="tenant_id",
            label=_("Tenant ID"),
            help=_("The Directory (tenant) ID in Microsoft Entra."),
            pattern=GUID,
            wrong=GUID_EXPECTED,
        ),
        Field(
            name="environment",
            label=_("Environment"),
            help=_("The first part of the address of Finance, up to the first full stop."),
            pattern=r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
            wrong=_("Write the environment's name: letters, digits and hyphens."),
        ),
        Field(
            name="legal_entity",
            label=_("Legal entity"),
            help=_("The code of the legal entity that the vouchers go to, such as nbf."),
            pattern=r"[A-Za-z0-9]{1,4}",
            wrong=_("Write the legal entity's code: at most four letters or digits."),
        ),
        Field(
            name="journal_name",
            label=_("Journal name"),
            help=_("The name of the general journal that Sluse's journals are made with."),
            pattern=r"[A-Za-z0-9ÆØÅæøå_-]{1,10}",
            wrong=_("Write the code as it stands in Finance."),
        ),
        Field(
            name="dimension_format",
            label=_("Dimension format"),
            help=_(
                "The segments of the ledger dimension format in their order, as Finance shows them, such as "
                "MainAccount-CostCenter-Project."
            ),
            pattern=rf"{MAIN_ACCOUNT}(?:-{NAME}){{0,10}}",
            wrong=_("Begin with MainAccount, and write a hyphen between the segments."),
            default=MAIN_ACCOUNT,
        ),
        Field(
            name="sales_tax_group",
            label=_("Sales tax group"),
            help=_("The sales tax group of lines with a VAT code, which is their item sales tax group."),
            pattern=CODE,
            wrong=_("Write the code as it stands in Finance."),
            required=False,
            default="",
        ),
        Field(
            name="lines_max",
            label=_("Lines of a voucher at most"),
            help=_("Microsoft advises at most ten. Larger vouchers are refused before anything is sent."),
            pattern=r"[2-9]|[1-9]\d|100",
            wrong=_("Write a number from 2 to 100."),
            default="10",
        ),
    ),
    credentials=(
        Field(
            name="client_id",
            label=_("Client ID"),
            help=_("The Application (client) ID of the app registration in Microsoft Entra."),
            pattern=GUID,
            wrong=GUID_EXPECTED,
        ),
        Field(
            name="client_secret",
            label=_("Client secret"),
            help=_("The value of the app registration's client secret, not its ID."),
            secret=True,
        ),
    ),
    identity=("tenant_id", "environment", "legal_entity"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked settings. The addresses are built of an operator's host and of parts whose form is known.
    `dimensions` are the segments behind the main account, in their order."""

    tenant_id: str
    environment: str
    legal_entity: str
    journal_name: str
    dimensions: tuple[str, ...]
    sales_tax_group: str
    lines_max: int
    api_template: str
    login_host: str

    @property
    def data_address(self) -> str:
        return f"{self.api_template.replace('{environment}', self.environment)}/data"

    @property
    def token_address(self) -> str:
        return f"{self.login_host}/{self.tenant_id}/oauth2/v2.0/token"

    @property
    def scope(self) -> str:
        """Named after the environment, wherever the operator has us send the requests."""
        return f"https://{self.environment}.operations.dynamics.com/.default"


def parse(settings: Mapping[str, Any]) -> Settings:
    return Settings(
        tenant_id=settings["tenant_id"].lower(),
        environment=settings["environment"].lower(),
        legal_entity=settings["legal_entity"].lower(),
        journal_name=settings["journal_name"],
        dimensions=tuple(settings["dimension_format"].split("-")[1:]),
        sales_tax_group=settings["sales_tax_group"] or "",
        lines_max=int(settings["lines_max"]),
        api_template=django_settings.FINANCE_URL,
        login_host=django_settings.BUSINESS_CENTRAL_LOGIN_URL,
    )
