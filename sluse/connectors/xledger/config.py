"""What an administrator enters to tie an organization to its entity in Xledger. Never an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

from sluse.connectors.fields import Config, Field

CODE = r"[A-Za-z0-9ÆØÅæøå._-]{1,20}"
PRODUCTION, DEMO = "production", "demo"

CONFIG = Config(
    settings=(
        Field(
            name="environment",
            label=_("Environment"),
            help=_("Xledger's demo environment is a separate one, with its own tokens."),
            choices=((PRODUCTION, _("Production")), (DEMO, _("Demo"))),
            default=PRODUCTION,
        ),
        Field(
            name="owner",
            label=_("Entity"),
            help=_("The number (dbId) of the entity that the vouchers go to. The token must belong to it."),
            pattern=r"[1-9]\d{0,18}",
            wrong=_("Write the entity's number: digits only."),
        ),
        Field(
            name="voucher_type",
            label=_("Voucher type"),
            help=_("The code of the transaction source that the vouchers get."),
            pattern=CODE,
            wrong=_("Write the code as it stands in Xledger."),
            default="GL",
        ),
        Field(
            name="ledger_account",
            label=_("Ledger account of the claimants"),
            help=_(
                "The account that is credited, with the claimant's subledger, where the mapping names none."
            ),
            pattern=CODE,
            wrong=_("Write the code as it stands in Xledger."),
            default="2400",
        ),
    ),
    credentials=(
        Field(
            name="token",
            label=_("API token"),
            help=_("Made in Xledger under System Access, GraphQL, API tokens. It is shown once."),
            secret=True,
            pattern=r"[\x21-\x7e]+",
            wrong=_("Write the token as Xledger shows it: one line without blanks."),
        ),
    ),
    identity=("environment", "owner"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked settings. The address is the operator's, or its demo twin."""

    address: str
    owner: str
    voucher_type: str
    ledger_account: str


def parse(settings: Mapping[str, Any]) -> Settings:
    is_demo = settings["environment"] == DEMO
    return Settings(
        address=django_settings.XLEDGER_DEMO_URL if is_demo else django_settings.XLEDGER_URL,
        owner=settings["owner"],
        voucher_type=settings["voucher_type"],
        ledger_account=settings["ledger_account"],
    )
