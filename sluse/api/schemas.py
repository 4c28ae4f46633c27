"""The shapes of the contract. Money is text with two decimals, times carry their offset, ids are text."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

Money = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["310.00"])]


class Told(Schema):
    """What a caller sends: no unknown field, and nothing guessed from another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FieldProblem(Schema):
    path: str
    code: str
    detail: str


class MissingThing(Schema):
    code: str
    detail: str


class Problem(Schema):
    """RFC 9457. A program reads `code`, a person `detail`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem]
    missing: list[MissingThing]


# --- organizations --------------------------------------------------------------------------------


class NewOrganization(Told):
    slug: str
    name: str
    organization_number: str = ""
    time_zone: str = "Europe/Oslo"
    language: str = "nb"


class Organization(Schema):
    id: str
    slug: str
    name: str
    organization_number: str
    connector_kind: str | None
    state: Literal["enabled", "disabling", "disabled"]
    health: Literal["healthy", "attention", "failing", "disabled", "not_configured"]
    last_sync_at: AwareDatetime | None
    last_outcome: str | None
    next_run_at: AwareDatetime | None
    pending: int
    pending_total: Money
    delivered: int
    failed: int
    unknown: int
    conflicts: int
    holds: int


class Organizations(Schema):
    items: list[Organization]
    next_cursor: str | None


# --- connector and switch -------------------------------------------------------------------------


class NewConnector(Told):
    kind: str
    settings: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Any] | None = Field(
        default=None, repr=False, description="Write-only. Left out, those that are there stay."
    )


class Tested(Schema):
    at: AwareDatetime
    ok: bool
    company: str
    accounts: int
    problems: list[str]
    current: bool


class Switch(Schema):
    state: Literal["enabled", "disabling", "disabled"]
    version: int
    since: AwareDatetime | None
    by: str
    by_id: str
    reason: str


class Approval(Schema):
    id: str
    wanted: str
    state: str
    reason: str
    version: int
    requested_by: str
    requested_at: AwareDatetime
    expires_at: AwareDatetime
    decided_by: str | None
    decided_at: AwareDatetime | None
    decided_reason: str | None


class FourEyes(Schema):
    required: bool
    approvals: list[Approval]


class FourEyesWish(Told):
    required: bool
    reason: str = Field(default="", description="Required: it is kept in the sync log.")


class SwitchAnswer(Switch):
    changed: bool
    pending: int
    pending_total: Money
    unresolved: int = Field(
        description="Being sent, of unknown outcome, or delivered and posted there by itself."
    )
    delivered: int
    unresolved_until: AwareDatetime | None
    next_run_at: AwareDatetime | None
    approval: Approval | None = Field(
        default=None, description="Where two administrators must agree: what the second one decides."
    )


class SwitchChange(Told):
    state: Literal["enabled", "disabled"]
    reason: str = Field(default="", description="Required: it is kept in the sync log.")


class Hold(Schema):
    id: str
    kind: str
    reason: str
    since: AwareDatetime
    ends_at: AwareDatetime | None


class HoldRow(Hold):
    starts_local: str | None
    ends_local: str | None
    time_zone: str | None
    by: str
    by_id: str
    ended_at: AwareDatetime | None
    ended_by: str | None
    ended_reason: str | None
    active: bool


class Holds(Schema):
    items: list[HoldRow]
    next_cursor: str | None


class NewWindow(Told):
    starts: str = Field(
        description="As the clock on the wall shows it, without an offset.", examples=["2026-12-24T18:00"]
    )
    ends: str = Field(examples=["2026-12-27T06:00"])
    time_zone: str = Field(default="", description="Left out, the organization's own.")
    reason: str = Field(default="", description="Required: it is kept in the sync log and shown to all.")


class Because(Told):
    reason: str = Field(default="", description="Required: it is kept in the sync log.")


class PlatformStop(Schema):
    stopped: bool
    hold: HoldRow | None
    changed: bool = False
    in_flight: int = Field(
        default=0, description="Organizations whose last request had no answer when the wait ran out."
    )


class Connector(Schema):
    kind: str | None
    label: str
    settings: dict[str, Any]
    credentials_set: bool
    credentials_set_at: AwareDatetime | None
    credentials_set_by: str
    tested: Tested | None
    ready: bool
    missing: list[MissingThing]
    switch: Switch
    holds: list[Hold]
    requests_this_month: int = Field(
        description="To the accounting system, in the organization's own calendar month; written after each slice of a run."
    )


class NextCredentials(Told):
    credentials: dict[str, Any] = Field(
        repr=False, description="Write-only. Laid over those in use: a secret alone will do."
    )
    expires_on: str | None = Field(
        default=None, description="The last day they are good, if they end.", examples=["2027-11-30"]
    )


class NextState(Schema):
    set: bool = Field(description="New credentials lie beside those in use.")
    set_at: AwareDatetime | None
    set_by: str
    tested_at: AwareDatetime | None
    tested_ok: bool
    problems: list[str]
    expires_on: str | None
    previous_kept: bool = Field(
        description="The new ones are in use and have not had their first success yet."
    )


class TestReport(Schema):
    ok: bool
    company: str
    accounts: int
    problems: list[str]


# --- mapping --------------------------------------------------------------------------------------


class ExpenseTypeMapping(Schema):
    account: str
    vat_code: str | None
    dimensions: dict[str, str]


class Credit(Schema):
    account: str | None


class DimensionCodes(Schema):
    cost_centre: str | None
    project: str | None


class Mapping(Schema):
    expense_types: dict[str, ExpenseTypeMapping]
    credit: Credit
    dimension_codes: DimensionCodes
    posting_date: Literal["approval", "expense"]
    texts: Literal["expense_type", "line"]
    version: int
