"""The fake's settings: its company, and what shall go wrong."""

from django.utils.translation import gettext_lazy as _

from sluse.connectors.fake.trouble import Place, Trouble
from sluse.connectors.fields import Config, Field

CONFIG = Config(
    settings=(
        Field(name="company", label=_("Company"), help=_("Any name. Each name is a ledger of its own.")),
        Field(
            name="trouble",
            label=_("Trouble"),
            choices=tuple((trouble.value, trouble.value) for trouble in Trouble),
            default=Trouble.NONE.value,
        ),
        Field(
            name="place",
            label=_("Where the trouble is"),
            choices=tuple((place.value, place.value) for place in Place),
            default=Place.POST.value,
        ),
    ),
    credentials=(Field(name="token", label=_("Token"), secret=True),),
    identity=("company",),
)
