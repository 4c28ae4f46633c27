"""The Finance sandbox reckons with what was printed, not with what a binary fraction makes of it."""

import pytest

from sluse.sandbox.finance import world
from sluse.sandbox.finance.switches import Switches


@pytest.mark.parametrize(("debits", "credit"), [((255.28, 56.0), 311.28), ((0.1, 0.2), 0.3)])
def test_a_journal_that_balances_to_the_ore_is_posted(debits: tuple[float, ...], credit: float) -> None:
    held = world.World(environment="test", switches=Switches())
    header = {"dataAreaId": "nbf", "JournalBatchNumber": "J1", "IsPosted": "No"}
    keys = {"dataAreaId": "nbf", "JournalBatchNumber": "J1", "AccountDisplayValue": "7100"}
    lines = [(debit, 0.0) for debit in debits] + [(0.0, credit)]
    held.headers.append(header)
    held.sets["LedgerJournalLines"] += [
        keys | {"DebitAmount": debit, "CreditAmount": given, "TransDate": "2026-11-25T00:00:00Z"}
        for debit, given in lines
    ]
    held.run_job()
    assert [row["IsPosted"] for row in held.headers] == ["Yes"]
