"""What a look-up settles, from what it found."""

import pytest

from sluse.connectors.base import Found, Receipt, Stage
from sluse.sync import outcomes
from sluse.sync.models import State

TOTAL_ORE = 31_000


def found(stage: Stage, total_ore: int) -> Found:
    return Found(stage=stage, receipt=Receipt(erp_id="J00000001"), total_ore=total_ore)


@pytest.mark.parametrize("total_ore", [0, TOTAL_ORE])
def test_what_is_ours_to_finish_is_finished_also_when_it_is_still_empty(total_ore: int) -> None:
    assert outcomes.of_found(found=found(Stage.UNFINISHED, total_ore), total_ore=TOTAL_ORE) is None


@pytest.mark.parametrize(
    ("stage", "total_ore"),
    [
        (Stage.UNFINISHED, TOTAL_ORE - 1),
        (Stage.DELIVERED, 0),
        (Stage.POSTED, 0),
        (Stage.POSTED, TOTAL_ORE + 1),
    ],
)
def test_another_amount_is_a_conflict(stage: Stage, total_ore: int) -> None:
    result = outcomes.of_found(found=found(stage, total_ore), total_ore=TOTAL_ORE)
    assert result is not None
    assert result.state is State.CONFLICT
