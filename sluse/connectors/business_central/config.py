"""What an administrator enters to tie an organization to its company in Business Central. Never an
address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

from sluse.connectors.fields import Config, Field

SCOPE = "https://api.businesscentral.dynamics.com/.default"
GUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
GUID_EXPECTED = _(
    "Write it as Microsoft shows it: 36 characters, such as 1f2e3d4c-0000-4000-8000-123456789abc."
)

PURCHASE_INVOICE, JOURNAL = "purchase_invoice", "journal"

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
            help=_("The environment's name in the Business Central admin center."),
            pattern=r"[A-Za-z][A-Za-z0-9_-]{0,29}",
            wrong=_("Write the environment's name: letters, digits, hyphens and underscores."),
            default="Production",
        ),
        Field(
            name="company_id",
            label=_("Company ID"),
            help=_("The id of the company that the vouchers go to."),
            pattern=GUID,
            wrong=GUID_EXPECTED,
        ),
        Field(
            name="company_name",
            label=_("Company name"),
            help=_(
                "For links into Business Central: its name there, not its display name. May be left empty."
            ),
            pattern=r"\S(?:.{0,28}\S)?",
            wrong=_("Write the company's name in Business Central: at most 30 characters."),
            required=False,
            default="",
        ),
        Field(
            name="document",
            label=_("Document"),
            help=_("What a reimbursement becomes in Business Central."),
            choices=((PURCHASE_INVOICE, _("Purchase invoice")), (JOURNAL, _("General journal"))),
            default=PURCHASE_INVOICE,
        ),
        Field(
            name="post",
            label=_("Posting"),
            help=_("Drafts wait in Business Central until somebody posts them there."),
            choices=((True, _("Post them")), (False, _("Leave them as drafts"))),
            default=True,
        ),
        Field(
            name="vendor",
            label=_("Collective vendor"),
            help=_("One vendor for all claimants. Leave it empty when each claimant is a vendor."),
            pattern=r"[^\s'](?:[^']{0,18}[^\s'])?",
            wrong=_("Write the vendor's number in Business Central: at most 20 characters."),
            required=False,
            default="",
        ),
        Field(
            name="journal_template",
            label=_("Journal template"),
            help=_("Where journals are made: a template without number series. Empty means the first one."),
            pattern=r"[A-Za-z0-9ÆØÅæøå_-]{1,10}",
            wrong=_("Write the template's name in Business Central: at most 10 characters."),
            required=False,
            default="",
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
    identity=("tenant_id", "environment", "company_id", "document", "journal_template"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked settings. The addresses are built of an operator's host and of parts whose form is known."""

    tenant_id: str
    environment: str
    company_id: str
    company_name: str
    """Only ever shown to people: no request is built with it."""
    document: str
    posts: bool
    vendor: str
    """The collective one, or nothing."""
    journal_template: str
    api_host: str
    login_host: str
    web_host: str

    @property
    def api_address(self) -> str:
        return f"{self.api_host}/v2.0/{self.tenant_id}/{self.environment}/api/v2.0"

    @property
    def token_address(self) -> str:
        return f"{self.login_host}/{self.tenant_id}/oauth2/v2.0/token"

    @property
    def company_path(self) -> str:
        return f"companies({self.company_id})"


def parse(settings: Mapping[str, Any]) -> Settings:
    return Settings(
        tenant_id=settings["tenant_id"].lower(),
        environment=settings["environment"],
        company_id=settings["company_id"].lower(),
        company_name=settings.get("company_name", ""),
        document=settings["document"],
        posts=settings["post"],
        vendor=settings.get("vendor", "").upper(),
        journal_template=settings.get("journal_template", "").upper(),
        api_host=django_settings.BUSINESS_CENTRAL_API_URL,
        login_host=django_settings.BUSINESS_CENTRAL_LOGIN_URL,
        web_host=django_settings.BUSINESS_CENTRAL_WEB_URL,
    )
