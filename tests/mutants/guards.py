"""Named mistakes around the core: in what keeps secrets, in who is believed, in what a person is told before a run."""

from tests.mutants.mutant import Mutant

KEYS = "tests/test_key_rotation.py::"
SIGNATURE = "sluse/webhooks/tests/test_signature.py::"
DELIVERIES = "sluse/api/tests/test_webhooks.py::"

GUARDS = (
    Mutant(
        name="a new key makes new data keys",
        path="sluse/connectors/vault.py",
        text="row.data_key = secrets.rewrap(organization_id=row.organization_id, data_key=row.data_key)",
        instead="row.data_key = secrets.new_data_key(organization_id=row.organization_id)",
        killed_by=KEYS + "test_killed_at_any_commit_it_is_started_again_and_loses_nothing",
    ),
    Mutant(
        name="a secret told at the smallest level of the log",
        path="sluse/connectors/vault.py",
        text="    stored = getattr(row, FIELDS[slot])\n    return secrets.decrypt(",
        instead="    stored = getattr(row, FIELDS[slot])\n"
        "    shown = secrets.decrypt(place=_place(row, slot), data_key=row.data_key, credentials=stored)\n"
        '    __import__("logging").getLogger("sluse.vault").debug("%s", shown)\n'
        "    return secrets.decrypt(",
        killed_by="tests/test_canary.py::test_a_secret_appears_nowhere",
    ),
    Mutant(
        name="a delivery believed however old",
        path="sluse/webhooks/signature.py",
        text="    return abs(now - datetime.fromtimestamp(int(timestamp), tz=UTC)) <= AGE_MAX",
        instead="    return True",
        killed_by=SIGNATURE + "test_it_holds_for_five_minutes_to_both_sides",
    ),
    Mutant(
        name="the number of a delivery not signed",
        path="sluse/webhooks/signature.py",
        text='b".".join([delivery.id.encode(), delivery.timestamp.encode(), delivery.body])',
        instead='b".".join([b"msg_p5jXN8AQM9LWM0D4loKWxJek", delivery.timestamp.encode(), delivery.body])',
        killed_by=SIGNATURE + "test_whatever_was_changed_on_the_way_does_not_hold",
    ),
    Mutant(
        name="a reimbursement kept whose approval was refused",
        path="sluse/webhooks/receiving.py",
        text="    with _errors_within_data(), transaction.atomic():\n        [answer]",
        instead="    with _errors_within_data():\n        [answer]",
        killed_by=DELIVERIES + "test_what_is_wrong_takes_in_nothing",
    ),
    Mutant(
        name="an old webhook secret for ever",
        path="sluse/webhooks/secret.py",
        text="if row.previous_until is not None and now < row.previous_until:",
        instead="if row.previous_until is not None:",
        killed_by=DELIVERIES + "test_the_old_secret_counts_for_a_day_beside_the_new",
    ),
    Mutant(
        name="a reversal counted with a run before what it follows",
        path="sluse/sync/queue.py",
        text="    its_turn = Q(follows=None) | Q(follows__state=State.POSTED)\n",
        instead="    its_turn = Q()\n",
        killed_by="sluse/web/tests/test_sync.py::test_it_counts_what_the_run_takes_and_nothing_else",
    ),
    Mutant(
        name="two comparisons asked for at a time",
        path="sluse/sync/asking.py",
        text="        if not is_new:\n",
        instead="        if False:\n",
        killed_by="sluse/sync/tests/test_asking.py::test_a_second_one_is_refused_while_the_first_is_under_way",
    ),
    Mutant(
        name="a role that walks through walls found good",
        path="sluse/up/examination.py",
        text="return _judged(what, not goes_through, mend)",
        instead="return _judged(what, True, mend)",
        killed_by="sluse/cli/tests/test_upkeep_commands.py::test_a_role_that_walks_through_walls_is_wrong",
    ),
    Mutant(
        name="weeks without a try counted as one outage",
        path="sluse/sync/outage.py",
        text="    return now - not_before > IN_A_ROW_WITHIN",
        instead="    return False",
        killed_by="sluse/sync/tests/test_holding.py::test_a_failure_weeks_later_is_the_first_of_another_outage",
    ),
    Mutant(
        name="a failed test forgets the accounts",
        path="sluse/connectors/check.py",
        text='"chart_read_at": now} if result.accounts else {}',
        instead='"chart_read_at": now}',
        killed_by="sluse/web/tests/test_connector.py::test_a_failed_test_says_what_to_mend_and_forgets_no_account",
    ),
)
