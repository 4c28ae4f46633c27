"""Named mistakes in the core that keeps vouchers from being sent twice or after *off*, and who notices each."""

from tests.mutants.mutant import Mutant

RUNS = "sluse/sync/tests/test_runs.py::"
GROUND = "sluse/sync/tests/test_moving_ground.py::"
STOP = "sluse/sync/tests/test_stop.py::"
INTENTS = "sluse/sync/tests/test_intents.py::"
INCARNATION = "sluse/sync/tests/test_incarnation.py::"
REACH = "tests/reach/"

STAGED = """    rows = _sorted([node for node in here if _name(node) in by_reference], by_reference, owner)
    others = _others(here, by_reference, owner)
"""
LEDGER = """    condition = {"filter": payloads.references(vouchers)}
    ledger = _sorted(await client.nodes(queries.LEDGER, "journalEntries", condition), by_reference, owner)
"""

MUTANTS = (
    Mutant(
        name="the second gate check dropped",
        path="sluse/sync/permission.py",
        text="        if not await self._is_open():\n            self.was_refused = True",
        instead="        if not await self._hold_locks():\n            self.was_refused = True",
        killed_by=STOP + "test_the_switch_is_read_again_just_before_each_request",
    ),
    Mutant(
        name="off takes the gate's lock shared",
        path="sluse/gate/toggle.py",
        text="SELECT pg_advisory_xact_lock(%s, %s)",
        instead="SELECT pg_advisory_xact_lock_shared(%s, %s)",
        killed_by=STOP + "test_off_says_disabling_when_it_may_wait_no_longer",
    ),
    Mutant(
        name="a lost lock is not off",
        path="sluse/gate/lock.py",
        text="await connection.close()\n            return False",
        instead="await connection.close()\n            return True",
        killed_by=STOP + "test_a_lost_connection_has_lost_its_locks",
    ),
    Mutant(
        name="two workers on one queue",
        path="sluse/gate/lock.py",
        text="        if organization_id in self._running:\n",
        instead="        if False:\n",
        killed_by=STOP + "test_one_worker_at_a_time_works_on_a_queue",
    ),
    Mutant(
        name="the switch version of a slice ignored",
        path="sluse/sync/permission.py",
        text="return decision.allowed and decision.version == self._switch_version",
        instead="return decision.allowed",
        killed_by=GROUND + "test_a_slice_that_slept_while_the_switch_was_turned_sends_nothing",
    ),
    Mutant(
        name="the switch version of a run ignored",
        path="sluse/sync/work.py",
        text="if run is None or run.switch_version == switch_version:",
        instead="if run is None or switch_version:",
        killed_by=GROUND + "test_a_run_ends_where_the_switch_was_turned",
    ),
    Mutant(
        name="quarantine dropped",
        path="sluse/sync/queue.py",
        text="return Q(state=State.UNKNOWN, next_try_at__lte=now)",
        instead="return Q(state=State.UNKNOWN)",
        killed_by="sluse/sync/tests/test_quarantine.py::test_not_even_a_person_who_wants_it_now_gets_it_looked_up_before_its_time",
    ),
    Mutant(
        name="a time-out is tried again like one never sent",
        path="sluse/sync/outcomes.py",
        text='        state=State.UNKNOWN,\n        label="unknown",',
        instead='        state=State.PENDING,\n        label="unknown",',
        killed_by=RUNS + "test_a_lost_answer_is_unknown_then_found_and_adopted",
    ),
    Mutant(
        name="the doubtful past forgotten",
        path="sluse/sync/queue.py",
        text="(locked[posting.pk], voucher, posting.state == State.UNKNOWN)",
        instead="(locked[posting.pk], voucher, False)",
        killed_by=RUNS + "test_a_lost_answer_is_unknown_then_found_and_adopted",
    ),
    Mutant(
        name="sent again without a look-up",
        path="sluse/sync/sending.py",
        text="found = await connector.find([intent.voucher for intent in doubtful]) if doubtful else {}",
        instead="found: dict[str, Found] = {}",
        killed_by=RUNS + "test_a_lost_answer_is_unknown_then_found_and_adopted",
    ),
    Mutant(
        name="another amount under our reference adopted",
        path="sluse/sync/outcomes.py",
        text="if found.total_ore != total_ore and not _is_empty(found):",
        instead="if found.total_ore < 0:",
        killed_by=RUNS + "test_another_voucher_under_our_reference_is_a_conflict",
    ),
    Mutant(
        name="an empty journal of ours taken for another amount",
        path="sluse/sync/outcomes.py",
        text=" and not _is_empty(found)",
        instead="",
        killed_by="sluse/sync/tests/test_outcomes.py::test_what_is_ours_to_finish_is_finished_also_when_it_is_still_empty",
    ),
    Mutant(
        name="held postings taken by an automatic run",
        path="sluse/sync/queue.py",
        text=".filter(WAITING & due | _rested(now), held=False)",
        instead=".filter(WAITING & due | _rested(now))",
        killed_by=RUNS + "test_an_automatic_run_sends_what_is_approved_now_and_leaves_what_was_held",
    ),
    Mutant(
        name="turning on holds no backlog",
        path="sluse/sync/switching.py",
        text="queue.hold_backlog(organization_id=organization.pk)",
        instead="organization.refresh_from_db()",
        killed_by=RUNS + "test_what_waited_for_another_try_is_held_back_when_the_switch_is_turned_on_again",
    ),
    Mutant(
        name="a toggle without its log row",
        path="sluse/gate/toggle.py",
        text='        _log(organization, switch, "enabled")\n',
        instead="",
        killed_by="sluse/gate/tests/test_toggle.py::test_a_change_counts_the_version_and_writes_one_row",
    ),
    Mutant(
        name="the database does not ask for the log row",
        path="sluse/gate/migrations/0002_toggle_and_log.py",
        text="WHEN (OLD.enabled IS DISTINCT FROM NEW.enabled)",
        instead="WHEN (false)",
        killed_by="sluse/gate/tests/test_toggle.py::test_the_database_refuses_a_toggle_without_its_log_row",
    ),
    Mutant(
        name="the log may be rewritten by its owner",
        path="sluse/audit/migrations/0002_append_only.py",
        text="BEFORE UPDATE OR DELETE ON audit_entry",
        instead="BEFORE DELETE ON audit_entry",
        killed_by="sluse/audit/tests/test_log.py::test_even_the_owner_is_refused_by_the_triggers",
    ),
    Mutant(
        name="a killed worker's posting is tried again at once",
        path="sluse/sync/recovery.py",
        text='row.state, row.reason_code, row.reason_detail = State.UNKNOWN, "unknown_outcome", detail',
        instead='row.state, row.reason_code, row.reason_detail = State.PENDING, "unknown_outcome", detail',
        killed_by="tests/test_worker.py::test_a_worker_killed_between_request_and_answer_leaves_one_voucher",
    ),
    Mutant(
        name="the evidence of a restore overwritten before it counts",
        path="sluse/sync/memory.py",
        text="        if before is not None and not follows(before):\n            return False",
        instead="        if before is not None and not follows(before):\n"
        "            _noted_after(folder, name, before, attempt)\n"
        "            return False",
        killed_by="sluse/sync/tests/test_incarnation.py::test_what_proves_a_restore_is_kept_until_everything_is_off",
    ),
    Mutant(
        name="the batch's own numbers taken for knowledge of the last one sent",
        path="sluse/sync/incarnation.py",
        text="before not in own and _is_known",
        instead="_is_known",
        killed_by="sluse/sync/tests/test_incarnation.py::test_a_number_that_was_given_anew_is_not_the_one_that_is_remembered",
    ),
    Mutant(
        name="what is said to be removed there sent without a look",
        path="sluse/sync/queue.py",
        text=" or row.reason_code == REMOVED_THERE",
        instead="",
        killed_by="sluse/sync/tests/test_follow.py::test_what_was_said_to_be_removed_is_looked_up_before_it_is_sent_again",
    ),
    Mutant(
        name="a connection that answers too late keeps its locks",
        path="sluse/gate/lock.py",
        text="            await connection.close()\n            return False",
        instead="            return False",
        killed_by=STOP + "test_a_server_that_answers_too_late_holds_no_lock_for_us_any_more",
    ),
    Mutant(
        name="credentials that never had a success kept instead of those that had",
        path="sluse/connectors/rotation.py",
        text="        if not row.previous_credentials:\n            vault.put(",
        instead="        if row.pk:\n            vault.put(",
        killed_by="sluse/sync/tests/test_rotating.py::test_two_swaps_before_a_success_keep_those_that_had_one",
    ),
    Mutant(
        name="an outage counted over answers in between",
        path="sluse/sync/orchestrator.py",
        text="    if progress.answered:\n",
        instead="    if progress.answered and not work:\n",
        killed_by="sluse/sync/tests/test_holding.py::test_only_failures_in_a_row_are_counted",
    ),
    Mutant(
        name="the request before the intent's commit",
        path="sluse/sync/orchestrator.py",
        text="    intents = await step(\n        queue.commit_intents,",
        instead="    answers = await connector.post(built.vouchers, unfinished={})\n\n"
        "    async def answered(*_voucher: object, **_more: object) -> object:\n"
        "        return answers\n\n"
        "    connector.post = answered\n"
        "    intents = await step(\n        queue.commit_intents,",
        killed_by=INTENTS + "test_the_intent_is_committed_before_the_first_byte_leaves",
    ),
    Mutant(
        name="an attempt that was taken over still settles the posting",
        path="sluse/sync/recording.py",
        text=" and row.attempts == by_posting[row.pk][0].number",
        instead="",
        killed_by=INTENTS + "test_an_answer_that_comes_after_a_later_attempt_has_begun_is_not_written_down",
    ),
    Mutant(
        name="the toggle's log row outside its transaction",
        path="sluse/gate/toggle.py",
        text='        _log(organization, switch, "enabled")\n',
        instead='    with transaction.atomic():\n        _log(organization, switch, "enabled")\n',
        killed_by="sluse/gate/tests/test_toggle.py::test_a_change_counts_the_version_and_writes_one_row",
    ),
    Mutant(
        name="two writers at the end of one log",
        path="sluse/audit/record.py",
        text="end = Chain.objects.select_for_update().get(",
        instead="end = Chain.objects.get(",
        killed_by="sluse/audit/tests/test_log.py::test_the_chain_does_not_fork_under_concurrent_writers",
    ),
    Mutant(
        name="the ledger asked before the staging",
        path="sluse/connectors/xledger/lookup.py",
        text="    here = await _staged_rows(client, vouchers)\n" + STAGED + LEDGER,
        instead=LEDGER + "    here = await _staged_rows(client, vouchers)\n" + STAGED,
        killed_by="sluse/connectors/xledger/tests/test_sending.py::"
        "test_what_the_job_posts_between_two_questions_is_not_missed",
    ),
    Mutant(
        name="a restored database taken for the old one",
        path="sluse/sync/incarnation.py",
        text="_contradicts(row, remembered, declared):\n        return Finding.RESTORED",
        instead="_contradicts(row, remembered, declared):\n        return Finding.SAME",
        killed_by=INCARNATION + "test_a_database_that_does_not_know_what_was_sent_last_was_restored",
    ),
    Mutant(
        name="what waited in the backup sent as if nothing had been sent since",
        path="sluse/sync/restore.py",
        text="row.state, row.held, row.next_try_at = State.UNKNOWN, True, until",
        instead="row.held, row.next_try_at = True, until",
        killed_by=INCARNATION + "test_a_database_that_does_not_know_what_was_sent_last_was_restored",
    ),
    Mutant(
        name="the deadline of a send from the gate's answer on",
        path="sluse/connectors/http.py",
        text="        ends = self._deadline()\n        await self._permit()\n",
        instead="        await self._permit()\n        ends = self._deadline()\n",
        killed_by="sluse/connectors/tests/test_http.py::"
        "test_a_process_that_stood_still_between_the_gate_and_the_wire_sends_nothing",
    ),
    Mutant(
        name="a stopped worker keeps its rows",
        path="sluse/sync/database.py",
        text='[name, f"{IDLE_SECONDS_MAX}s"]',
        instead='[name, "0"]',
        killed_by="sluse/sync/tests/test_wake.py::test_a_worker_that_is_stopped_in_a_transaction_frees_its_rows",
    ),
    Mutant(
        name="a table without its wall",
        path="sluse/sync/migrations/0012_reach.py",
        text='        policies.by_organization("sync_outage"),\n',
        instead="",
        killed_by=REACH + "test_wall.py::test_every_table_has_its_wall_or_is_known_to_be_everybodys",
    ),
    Mutant(
        name="what a request reached left to the next one",
        path="sluse/reach/middleware.py",
        text="with reach.nothing():",
        instead="if True:",
        killed_by=REACH + "test_doors.py::test_a_request_begins_with_nothing_and_leaves_nothing",
    ),
    Mutant(
        name="a tenant's request reaches the platform",
        path="sluse/organizations/access.py",
        text="reach.narrow(organization_id=organization.pk)",
        instead="reach.widen()",
        killed_by=REACH + "test_doors.py::test_the_door_of_an_organization_reaches_no_further",
    ),
    Mutant(
        name="what was told believed after a rollback",
        path="sluse/reach/base.py",
        text="        super()._rollback()  # type: ignore[misc]\n        self._told = None\n",
        instead="        super()._rollback()  # type: ignore[misc]\n",
        killed_by=REACH + "test_told.py::test_it_is_told_anew_after_a_rollback",
    ),
)
