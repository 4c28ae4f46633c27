"""Who is in the demo. All of it is made up but the names of two organizations; every address ends in `.example`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluse.organizations.models import Language, Role

PASSWORD = "hold-vannet-tilbake"  # noqa: S105  # of people who exist in demos alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """`stranger`: the number of a claimant whom the accounting system does not know."""

    slug: str
    name: str
    approver: str
    reimbursements: int
    language: Language = Language.BOKMAL
    stranger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    email: str
    name: str
    is_what: str | Promise
    organization: str = ""
    role: Role | None = None

    @property
    def is_global_administrator(self) -> bool:
        return self.role is None


HLF = Tenant(
    slug="hlf",
    name="Hørselshemmedes Landsforbund",
    approver="leder@hlf.example",
    reimbursements=40,
    stranger="V70999",
)
BLINDEFORBUNDET = Tenant(
    slug="blindeforbundet",
    name="Norges Blindeforbundet",
    approver="leder@blindeforbundet.example",
    reimbursements=15,
)
TURLAG = Tenant(
    slug="turlag",
    name="Fjellvang Turlag",
    approver="kasserar@turlag.example",
    reimbursements=5,
    language=Language.NYNORSK,
)
TENANTS = (HLF, BLINDEFORBUNDET, TURLAG)

PLATFORM = Person(email="plattform@sluse.example", name="Guro Plattform", is_what=_("global administrator"))
LEADER = Person(
    email=HLF.approver,
    name="Hanne Administrator",
    is_what=_("administrator of Hørselshemmedes Landsforbund"),
    organization=HLF.slug,
    role=Role.ADMINISTRATOR,
)
XLEDGER_LEADER = Person(
    email=BLINDEFORBUNDET.approver,
    name="Berit Administrator",
    is_what=_("administrator of Norges Blindeforbundet"),
    organization=BLINDEFORBUNDET.slug,
    role=Role.ADMINISTRATOR,
)
PEOPLE = (
    LEADER,
    Person(
        email="revisor@hlf.example",
        name="Rolf Revisor",
        is_what=_("auditor of Hørselshemmedes Landsforbund"),
        organization=HLF.slug,
        role=Role.AUDITOR,
    ),
    XLEDGER_LEADER,
    PLATFORM,
)
