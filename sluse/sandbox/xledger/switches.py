"""Everything about Xledger that is assumed, not documented: a named switch."""

from dataclasses import dataclass

from sluse.sandbox import switches


@dataclass(slots=True, kw_only=True)
class Switches(switches.Switches):
    failing_batch_stores: str = "nothing"
    """What a mutation with an invalid row leaves behind: `nothing`, the `valid` rows, or those of its `prefix`."""
    ledger_keeps_ext_identifier: bool = True
    """`extIdentifier` is copied from the staged row to the ledger."""
    late_errors_point_by: str = "transaction"
    """What is a staged row's `dbId` in a late error: its `transaction`DbId, its own `id`, or `nothing`."""
    posted_rows_stay: bool = True
    """Rows that are posted stay in the staging table; otherwise they vanish from it."""
    repeated_invoice_refused: bool = False
    """The posting job refuses an invoice number that a subledger has already."""
    rows_without_job_level_run: bool = True
    viewer_shows_entity: bool = True
    """`viewer.entity` shows `dbId`, `code` and `description`; otherwise only its company and owner."""
    errors_with_status_200: bool = True
    """Errors come with HTTP 200; otherwise with 400, 401 for the token and 429 for a limit."""
    money_may_be_a_number: bool = False
    invoice_file: str = "accepted"
    """What becomes of the file that an update names: it is `accepted`, `ignored`, or its update `refused`."""
    staged_rows_may_change: bool = True
    """A row can be updated until it is posted; otherwise never."""
    ledger_filters_by_date: bool = True
    """`journalEntries` takes the filter `postedDate_gte`; otherwise it does not know that field."""
    staging_filters_by_number: bool = True
    """`glImportItems` takes the filter `trRegNumber_in`; otherwise it does not know that field."""
    job_seconds: int = 0
    """The posting job runs this often; 0: only when it is told to."""
    page_rows_max: int = 10_000
