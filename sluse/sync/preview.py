"""What would be sent now: the same vouchers by the same code, and nothing leaves."""

from dataclasses import dataclass

from sluse.organizations.models import Organization
from sluse.sync import building
from sluse.sync.models import Posting, State
from sluse.vouchers import store
from sluse.vouchers.build import CannotBuildError, Problem
from sluse.vouchers.voucher import Voucher

POSTINGS_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    posting: Posting
    voucher: Voucher | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    items: list[Item]

    @property
    def total_ore(self) -> int:
        return sum(item.voucher.total_ore for item in self.items if item.voucher)

    @property
    def ready(self) -> int:
        return sum(1 for item in self.items if item.voucher)


def dry_run(*, organization: Organization) -> DryRun:
    """The pending postings, oldest first, at most `POSTINGS_MAX` of them."""
    waiting = Posting.objects.filter(organization=organization, state=State.PENDING)
    mapping = store.current(organization=organization)
    items = []
    for posting in waiting.order_by("created_at", "id")[:POSTINGS_MAX]:
        try:
            voucher = building.voucher_of(posting=posting, mapping=mapping, organization=organization)
            items.append(Item(posting=posting, voucher=voucher))
        except CannotBuildError as error:
            items.append(Item(posting=posting, voucher=None, problems=error.problems))
    return DryRun(items=items)
