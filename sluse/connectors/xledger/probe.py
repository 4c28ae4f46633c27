"""What is assumed of Xledger, as questions to a real entity: `docs/onboarding.md` says why, and what to do."""

from typing import Any

from sluse.connectors.probes import Probe, Probes
from sluse.connectors.xledger import questions
from sluse.connectors.xledger.asking import open_asker


def _read(name: str, question: str, assumed: str, run: Any, switch: str = "") -> Probe:
    return Probe(name=name, question=question, assumed=assumed, run=run, switch=switch)


def _by_hand(name: str, question: str, assumed: str, switch: str = "") -> Probe:
    return Probe(name=name, question=question, assumed=assumed, switch=switch)


PROBES = Probes(
    open=open_asker,
    all=(
        _read("introspection", "Does the service describe itself?", "on", questions.introspection),
        _read(
            "entity",
            "Where does the token's entity stand?",
            "dbId and ownerDbId",
            questions.entity,
            "viewer_shows_entity",
        ),
        _read(
            "status-of-errors",
            "With which status do errors come?",
            "200",
            questions.error_status,
            "errors_with_status_200",
        ),
        _read(
            "wrong-token",
            "What does a wrong token answer?",
            "200 API token",
            questions.wrong_token,
            "errors_with_status_200",
        ),
        _read("empty-list", "What are the edges of an empty list?", "null", questions.empty),
        _read("row-fields", "Are all fields of a row of ours there?", "all", questions.row_fields),
        _read(
            "staging-filter",
            "Can the staging be filtered by invoice number?",
            "all",
            questions.staging_filter,
        ),
        _read(
            "staging-filter-by-number",
            "Can the staging be filtered by trRegNumber?",
            "taken",
            questions.staging_filter_by_number,
            "staging_filters_by_number",
        ),
        _read(
            "ledger-filter", "Can the ledger be filtered by invoice number?", "all", questions.ledger_filter
        ),
        _read(
            "ledger-filter-by-date",
            "Can the ledger be filtered by date?",
            "taken",
            questions.ledger_filter_by_date,
            "ledger_filters_by_date",
        ),
        _read("errors-filter", "Can late errors be filtered by both ids?", "all", questions.errors_filter),
        _read(
            "own-key-filter", "Can the staging be filtered by extIdentifier?", "no", questions.own_key_filter
        ),
        _read("removal", "Can staged rows be removed from outside?", "no", questions.removal),
        _read("file-field", "Does an update of a row take a file?", "yes", questions.file_field),
        _read(
            "page-size",
            "Are three accounts given when three are asked for?",
            "3",
            questions.page_size,
            "page_rows_max",
        ),
        _read("tax-kind", "Is there an object kind TAX_RULE?", "yes", questions.tax_kind),
        _read("subledger-codes", "Does every subledger have a code?", "yes", questions.subledger_codes),
        _read("job-levels", "Which job levels do staged rows have?", "1, 2 or 3", questions.job_levels),
        _read(
            "posted-rows",
            "Do posted rows stay in the staging?",
            "stay",
            questions.posted_rows,
            "posted_rows_stay",
        ),
        _read(
            "own-key-in-the-ledger",
            "Is extIdentifier copied to the ledger?",
            "kept",
            questions.own_key_in_the_ledger,
            "ledger_keeps_ext_identifier",
        ),
        _read(
            "late-errors",
            "Which id of a late error names the staged row?",
            "transactionDbId",
            questions.late_errors,
            "late_errors_point_by",
        ),
        _by_hand(
            "failing-batch",
            "What does a mutation with one invalid row leave behind?",
            "nothing",
            "failing_batch_stores",
        ),
        _by_hand(
            "repeated-invoice",
            "Does the job refuse an invoice number that it has posted?",
            "no",
            "repeated_invoice_refused",
        ),
        _by_hand(
            "no-job-level", "Does the job take rows without a job level?", "yes", "rows_without_job_level_run"
        ),
        _by_hand("money-as-number", "Is money taken as a number?", "no", "money_may_be_a_number"),
        _by_hand("file", "What becomes of the file that an update names?", "accepted", "invoice_file"),
        _by_hand(
            "change", "Can a staged row be changed until it is posted?", "yes", "staged_rows_may_change"
        ),
        _by_hand("job-interval", "How often does the posting job run?", "half an hour", "job_seconds"),
    ),
)
