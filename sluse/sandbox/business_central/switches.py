"""Everything about Business Central that is assumed, not documented: a named switch, at first the nastier
way."""

from dataclasses import dataclass

from sluse.sandbox import switches


@dataclass(slots=True, kw_only=True)
class Switches(switches.Switches):
    rolled_back_operations_report_success: bool = True
    """After a refusal in a snapshot batch, the earlier operations still answer 201 with ids that do not
    exist."""
    snapshot_stops_at_refusal: bool = True
    """A snapshot batch answers nothing for the operations after the refused one."""
    batch_answers_in_order: bool = False
    """The answers of a batch come in the order of its operations; otherwise in the opposite one."""
    batch_counts_every_operation: bool = True
    """Against the request limit a batch counts as many requests as it has operations; otherwise as one."""
    throttled_answers_say_when: bool = False
    """A 429 carries `Retry-After`."""
    unauthorized_answers_are_xml: bool = True
    """A 401 comes from the gateway, in XML; otherwise from the service, in JSON."""
    token_refusal_status: int = 401
    """What the sign-in answers to a wrong secret: 401 or 400."""
    line_dimensions_inside_deep_insert: bool = True
    """Dimensions may stand inside the lines of a deep insert; otherwise they are refused there. The one
    switch whose default is the kinder way: the documentation shows the form."""
    created_invoices_answer_totals: bool = True
    """The answer to a deep insert holds the totals of its lines; otherwise zeros, until the invoice is
    read."""
    duplicate_number_refused_at_create: bool = False
    """A vendor's invoice number that is posted already is refused when the draft is created, not only at
    post."""
    same_key_status: int = 400
    """What a key that exists already is refused with: 400 or 409."""
    employee_lines_are_hidden: bool = True
    """Journal lines of employees are kept and posted, but not shown."""
    posting_leaves_an_empty_line: bool = True
    """A journal that was posted holds one line 10000 without an account."""
    lines_inherit_header_dimensions: bool = True
    """The lines of an invoice begin with the dimensions of its header."""
    ledger_entries_take_attachments: bool = False
    """A file can hang on an entry of the ledger; otherwise it hangs on nothing."""
    attachments_tell_their_size: bool = True
    """`byteSize` says how long the content is; otherwise it is always 0."""
    attachments_are_linked: bool = True
    """Files hang on the parent they name; otherwise on nothing, as happens to those that name a wrong one."""
    posted_invoices_take_attachments: bool = True
    """A file may be added after its invoice was posted; otherwise it is refused."""
    closed_period_code: str = "Application_DialogException"
    missing_permission_code: str = "Internal_ServerError"
    too_many_operations_status: int = 500
    page_rows_max: int = 20_000
