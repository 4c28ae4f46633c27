"""The drill that `make drill` does for each accounting system, here for one and with few reimbursements."""

from pathlib import Path

import pytest

from tests.drill import journey, systems
from tests.drill.__main__ import table

EACH = 2


@pytest.mark.journey
def test_after_a_backup_was_put_back_everything_approved_has_one_voucher_to_the_ore(tmp_path: Path) -> None:
    said: list[str] = []
    system = systems.SYSTEMS["business-central"]
    lines = journey.run(system=system, folder=tmp_path, each=EACH, say=said.append)
    assert [(line.reimbursements, line.vouchers) for line in lines] == [(EACH, EACH)] * len(journey.GROUPS)
    assert all(line.posted_ore == line.approved_ore == EACH * journey.AMOUNT_ORE for line in lines)
    assert len(table({"business-central": lines})) == 1 + len(lines)
    assert said[-1].startswith("The administrator releases")
