"""The shapes of what is recorded: reimbursements, postings, runs, the log."""

from typing import Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from sluse.api.schemas import Money, Problem, Told

# --- reimbursements -------------------------------------------------------------------------------


class Claimant(Schema):
    number: str
    name: str | None = None


class Line(Schema):
    expense_type: str
    date: str
    amount: Money
    text: str
    cost_centre: str | None
    project: str | None
    quantity: str | None
    unit: str | None


class Attachment(Schema):
    """A receipt's file."""

    id: str
    name: str = Field(description="Given by Sluse; the accounting system sees it under this name.")
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]
    size: int = Field(description="In bytes.")
    original_name: str
    sha256: str
    created_at: AwareDatetime


class Attachments(Schema):
    items: list[Attachment]
    next_cursor: str | None


class Reimbursement(Schema):
    id: str
    external_id: str
    version: int
    claimant: Claimant
    currency: str
    total: Money
    cost_centre: str | None
    project: str | None
    lines: list[Line]
    status: Literal["submitted", "approved", "withdrawn"]
    approved_by: str | None
    approved_at: AwareDatetime | None
    posting_id: str | None
    attachments: list[Attachment]


class Reimbursements(Schema):
    items: list[Reimbursement]
    next_cursor: str | None


class Submitted(Schema):
    """One item of many: its own status, and either the reimbursement or the problem."""

    status: Literal[200, 201, 409, 422]
    external_id: str | None
    reimbursement: Reimbursement | None = None
    problem: Problem | None = None


# --- postings, runs, log --------------------------------------------------------------------------


class Reason(Schema):
    code: str
    detail: str


class LinkedReason(Reason):
    """`link` opens the accounting system where it is mended; null when there is no such place."""

    link: str | None


class PostedAttachment(Schema):
    id: str
    name: str
    state: Literal["waiting", "sending", "unknown", "attached", "refused"]
    reason: Reason | None
    next_try_at: AwareDatetime | None


class Posting(Schema):
    id: str
    external_id: str
    version: int
    state: str
    held: bool
    is_reversal: bool = Field(description="It takes back the version's voucher; its total is negative.")
    follows: str | None = Field(description="The posting that must be posted before this one is sent.")
    total: Money
    attempts: int
    voucher_number: str | None
    reference: str
    reason: LinkedReason | None
    next_try_at: AwareDatetime | None
    created_at: AwareDatetime
    posted_at: AwareDatetime | None
    attachments: list[PostedAttachment]


class Exchange(Schema):
    """One request and its answer: named fields that hold codes. No header, no query, no text, no amount."""

    method: str
    path: str
    status: int | None
    error: str
    seconds: float
    request_hash: str
    request_bytes: int
    answer_bytes: int | None
    retry_after_seconds: int | None
    request: Any
    answer: Any


class Attempt(Schema):
    number: int
    started_at: AwareDatetime
    finished_at: AwareDatetime | None
    outcome: str | None
    response_code: int | None
    error: str
    request_hash: str = Field(description="Of the frozen voucher.")
    correlation_id: str | None = Field(description="Every request carried it as X-Correlation-ID.")
    exchanges: list[Exchange] = Field(
        description="What was said while this posting's batch was looked up and sent, and answered."
    )


class PostingInDetail(Posting):
    history: list[Attempt] = Field(description="Every attempt, the first one first.")


class Postings(Schema):
    items: list[Posting]
    next_cursor: str | None


class Retry(Told):
    ids: list[str] = Field(default_factory=list, max_length=10_000)
    all_failed: bool = False


class Retried(Schema):
    retried: int


class NewRun(Told):
    dry_run: bool = False


class Run(Schema):
    id: str
    trigger: Literal["manual", "scheduled", "automatic"]
    by: str
    by_id: str
    created_at: AwareDatetime
    started: AwareDatetime | None
    finished: AwareDatetime | None
    total: int
    posted: int
    delivered: int
    failed: int
    unknown: int
    posted_total: Money
    outcome: Literal["succeeded", "partial", "failed", "stopped"] | None
    reason: str


class Runs(Schema):
    items: list[Run]
    next_cursor: str | None


class VoucherLine(Schema):
    account: str | None
    amount: Money
    text: str
    date: str
    vat_code: str | None
    dimensions: dict[str, str]


class Voucher(Schema):
    reference: str
    claimant_number: str
    currency: str
    posting_date: str
    document_date: str
    text: str
    lines: list[VoucherLine]


class DryRunItem(Schema):
    posting_id: str
    external_id: str
    total: Money
    voucher: Voucher | None
    problems: list[Reason]


class DryRun(Schema):
    dry_run: Literal[True]
    ready: int
    refused: int
    total: Money
    items: list[DryRunItem]


class LogEntry(Schema):
    id: str
    at: AwareDatetime
    type: str
    actor_id: str
    actor_name: str
    organization: str
    connector_kind: str
    new_state: str
    reason: str
    run_id: str | None
    posting_id: str | None
    request_hash: str
    response_code: int | None
    error: str
    retry_count: int | None
    trigger: str
    hash: str
    details: dict[str, Any]


class LogEntries(Schema):
    items: list[LogEntry]
    next_cursor: str | None
