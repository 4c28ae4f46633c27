"""The number of a voucher: given with the first intent, its own in the organization, and not begun again by a restore."""

from itertools import islice

import pytest
from django.db import IntegrityError, transaction

from sluse.organizations.models import Organization, User
from sluse.sync.models import Posting
from sluse.vouchers.reference import NUMBER_FIRST, NUMBER_LAST, numbers_for
from tests import scene


def numbers(organization: Organization) -> dict[str, int | None]:
    return dict(Posting.objects.filter(organization=organization).values_list("external_id", "number"))


def test_a_number_has_eight_digits_and_follows_from_the_reference() -> None:
    first = [next(numbers_for(reference=f"R{at}")) for at in range(2_000)]
    assert all(NUMBER_FIRST <= number <= NUMBER_LAST for number in first)
    assert len(set(first)) >= 1_999
    assert first == [next(numbers_for(reference=f"R{at}")) for at in range(2_000)]


def test_a_voucher_is_frozen_with_its_number(hlf: Organization, kari: User, tenant: str) -> None:
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1", "R-2"])
    assert numbers(hlf) == {"R-1": None, "R-2": None}
    scene.work(hlf)
    for posting in Posting.objects.filter(organization=hlf):
        assert posting.voucher is not None
        assert posting.number == posting.voucher["number"] == next(numbers_for(reference=posting.reference))


def test_a_number_that_is_taken_is_passed_over(hlf: Organization, kari: User, tenant: str) -> None:
    scene.enable(hlf, kari)
    scene.approve_many(hlf, ["R-1", "R-2"])
    first, second = Posting.objects.filter(organization=hlf).order_by("external_id")
    wanted, next_one = islice(numbers_for(reference=second.reference), 2)
    Posting.objects.filter(pk=first.pk).update(number=wanted)
    scene.work(hlf)
    assert numbers(hlf) == {"R-1": wanted, "R-2": next_one}


def test_the_schema_refuses_a_number_twice_or_of_other_digits(hlf: Organization, tenant: str) -> None:
    scene.approve_many(hlf, ["R-1", "R-2"])
    first, second = Posting.objects.filter(organization=hlf)
    Posting.objects.filter(pk=first.pk).update(number=NUMBER_FIRST)
    for wrong in (NUMBER_FIRST, NUMBER_LAST + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Posting.objects.filter(pk=second.pk).update(number=wrong)


def test_a_database_that_was_restored_gives_the_same_number_again_and_no_forgotten_one(
    hlf: Organization, kari: User, tenant: str
) -> None:
    """What was sent after the backup waits again: it gets its number again, and nothing that is new gets it."""
    scene.enable(hlf, kari)
    names = [f"R-{at}" for at in range(20)]
    scene.approve_many(hlf, names)
    scene.work(hlf)
    before = numbers(hlf)
    sent_after_the_backup = Posting.objects.filter(organization=hlf, external_id__in=names[10:])
    pending = {"state": "pending", "voucher": None, "voucher_hash": "", "erp_id": "", "posted_at": None}
    sent_after_the_backup.update(number=None, held=True, **pending)
    scene.approve_many(hlf, [f"N-{at}" for at in range(20)])
    scene.work(hlf)
    new = {number for name, number in numbers(hlf).items() if name.startswith("N-")}
    assert new.isdisjoint(before.values())
    scene.start_manual(hlf, kari)
    scene.work(hlf)
    assert {name: numbers(hlf)[name] for name in names} == before
