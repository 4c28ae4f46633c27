"""What would be sent now: the same vouchers by the same code, and nothing leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from sluse.organizations.models import Organization
from sluse.sync import building
from sluse.sync.models import Posting, State
from sluse.vouchers import store
from sluse.vouchers.build import CannotBuildError, Problem
from sluse.vouchers.mapping import Mapping
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
        return sum(item.posting.total_ore for item in self.items if item.voucher)

    @property
    def ready(self) -> int:
        return sum(1 for item in self.items if item.voucher)


def dry_run(*, organization: Organization, postings_max: int = POSTINGS_MAX) -> DryRun:
    """The pending postings, oldest first, at most `postings_max` of them."""
    oldest = waiting(organization=organization).order_by("created_at", "id")[:postings_max]
    return of_postings(organization=organization, postings=list(oldest))


def waiting(*, organization: Organization) -> QuerySet[Posting]:
    return Posting.objects.filter(organization=organization, state=State.PENDING).select_related("follows")


def of_postings(*, organization: Organization, postings: Sequence[Posting]) -> DryRun:
    mapping = store.current(organization=organization)
    return DryRun(items=[_item(organization, posting, mapping) for posting in postings])


def of_posting(*, organization: Organization, posting: Posting) -> Item:
    """As it was frozen with the first try, else as it would be sent now."""
    if posting.voucher:
        return Item(posting=posting, voucher=Voucher.from_json(posting.voucher))
    return _item(organization, posting, store.current(organization=organization))


def _item(organization: Organization, posting: Posting, mapping: Mapping) -> Item:
    try:
        voucher = building.voucher_of(posting=posting, mapping=mapping, organization=organization)
    except CannotBuildError as error:
        return Item(posting=posting, voucher=None, problems=error.problems)
    return Item(posting=posting, voucher=voucher)
