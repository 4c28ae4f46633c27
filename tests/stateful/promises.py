"""P1 to P5 as questions to a world. Each fails with where everything of it stands, and counts what is wrong."""

from collections import Counter, defaultdict

from sluse.sync.models import BY_HAND, Posting, State
from tests import ledger, scene
from tests.stateful.world import World

Counts = Counter[str]


def off_is_off(world: World, counted: Counts) -> None:
    sent = world.sent_since_off()
    counted["sends_after_off"] += sent
    assert sent == 0, f"{sent} requests began after off.{world.standing()}"


def never_twice(world: World, counted: Counts) -> None:
    there = world.erp.vouchers(tenant=world.tenant)
    copies = Counter(one["vendorInvoiceNumber"] for one in there)
    counted["duplicates"] += sum(count - 1 for count in copies.values())
    assert set(copies.values()) <= {1}, f"Twice there.{world.standing()}"


def to_the_ore(world: World, counted: Counts) -> None:
    totals = _totals(world)
    for posting in Posting.objects.filter(organization=world.of, state=State.POSTED):
        if posting.reference in world.by_hand or posting.reason_code == BY_HAND:
            continue
        off = abs(totals.get(posting.reference, 0) - posting.total_ore)
        counted["ore_off"] += off
        assert off == 0, f"{posting.external_id} is off by {off} øre.{world.standing()}"


def one_version_at_a_time(world: World) -> None:
    """The ledger holds one version of each reimbursement or none: never two, and never a reversal without its voucher."""
    totals = _totals(world)
    versions: dict[str, list[Posting]] = defaultdict(list)
    for posting in Posting.objects.filter(organization=world.of):
        versions[posting.external_id].append(posting)
    for external_id, rows in versions.items():
        if any(row.reference in world.by_hand for row in rows):
            continue
        held = sum(totals.get(row.reference, 0) + _reversed_by_hand(row) for row in rows)
        possible = {0, *(row.total_ore for row in rows if not row.is_reversal)}
        assert held in possible, f"{external_id} comes to {held} øre there.{world.standing()}"


def every_toggle_has_its_row(world: World) -> None:
    rows = [row for row in scene.log(world.of, "switch") if row.new_state in {"enabled", "disabled"}]
    assert len(rows) == world.toggles, f"{len(rows)} rows, {world.toggles} toggles.{world.standing()}"


def _reversed_by_hand(row: Posting) -> int:
    """A credit memo that the sandbox does not know, for nobody made it."""
    return row.total_ore if row.is_reversal and row.reason_code == BY_HAND else 0


def _totals(world: World) -> dict[str, int]:
    """Of what is in the ledger, by reference; a reversal's is negative, as ours is."""
    there = world.erp.vouchers(tenant=world.tenant)
    return {one["vendorInvoiceNumber"]: ledger.ore(one) for one in there if one["status"] == "Open"}
