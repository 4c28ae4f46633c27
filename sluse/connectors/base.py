"""The seam to every accounting system: the protocol, and outcomes named by what the caller must do next.

Anything that is not provably one of the other outcomes is `Uncertain`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from sluse.vouchers.voucher import Voucher

# --- errors, by the caller's next move ------------------------------------------------------------


class ConnectorError(Exception):
    """Something went wrong at the accounting system; the message is a plain sentence without secrets."""

    code = "connector_error"


class UnauthorizedError(ConnectorError):
    """The accounting system does not accept the credentials: stop the run, trip the breaker."""

    code = "unauthorized"


class UnavailableError(ConnectorError):
    """The accounting system could not be asked, or gave no usable answer to a read: try again later.

    `retry_after_seconds` is what the system itself asked for, already bounded.
    """

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class WrongCompanyError(ConnectorError):
    """The credentials work, but not for the company, tenant or environment that was named: as `UnauthorizedError`."""

    code = "wrong_company"


class NotPermittedError(ConnectorError):
    """The gate said no just before a request that would have changed something; that request was not sent."""

    code = "not_permitted"


Permit = Callable[[], Awaitable[None]]
"""Asked by the HTTP door before every request that changes something; raises `NotPermittedError`."""


# --- what a connector reads -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    id: str
    name: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartEntry:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`dimensions` maps the code of a dimension to its values."""

    accounts: tuple[ChartEntry, ...] = ()
    vat_codes: tuple[ChartEntry, ...] = ()
    dimensions: Mapping[str, tuple[ChartEntry, ...]] = field(default_factory=dict)


class Stage(StrEnum):
    """How far a voucher that a look-up found has come in the accounting system."""

    UNFINISHED = "unfinished"  # ours to finish: `post` is called with it
    DELIVERED = "delivered"  # accepted into the system's own staging; somebody or something there posts it
    POSTED = "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the accounting system calls the voucher: its own id, and its number once it has one."""

    erp_id: str
    number: str = ""


# --- what came of sending one voucher -------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """In the ledger: record the receipt."""

    receipt: Receipt
    response_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """In the accounting system's staging: record the receipt, follow up."""

    receipt: Receipt
    response_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Refused for good and nothing kept: a person must change something. `message` is for a bookkeeper; `link` is where
    in the accounting system it is changed, an address built of our own settings and never of what was answered."""

    code: str
    message: str
    erp_message: str = ""
    response_code: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Provably not executed: try again later. `needs_a_person`: in vain, until somebody mends the connection there or
    here, so the breaker opens."""

    reason: str
    retry_after_seconds: int | None = None
    response_code: int | None = None
    needs_a_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """May or may not have been executed: rest for the quarantine, then look it up before anything else."""

    reason: str
    response_code: int | None = None


Outcome = Posted | Delivered | Rejected | NotSent | Uncertain


# --- what a look-up finds ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A voucher with our reference. More than one copy is a conflict, whatever their content. `refusal`: why the
    accounting system does not post what it has taken in. `conflict`: what else only a person can settle there."""

    stage: Stage
    receipt: Receipt
    total_ore: int
    copies: int = 1
    refusal: Rejected | None = None
    conflict: str = ""


# --- receipts' files, sent after their voucher -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One receipt's file for a voucher the accounting system has taken. `name` is ours, the same for every try, and
    unique within the voucher: what is there under it already is not sent again."""

    voucher: Voucher
    receipt: Receipt
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """The accounting system has the file."""

    erp_id: str = ""
    response_code: int | None = None


AttachmentOutcome = Attached | Rejected | NotSent | Uncertain


class Connector(Protocol):
    """One organization's open tie to its accounting system. Every method may raise a `ConnectorError`.

    `find` returns only what is there and raises when it could not tell. `post` answers one outcome per voucher,
    in order, raises only `UnauthorizedError` (then nothing of the call was executed), and finishes, instead of
    creating, what `unfinished` names by reference. `attach` answers one outcome per file in the same way; it may be
    repeated, because it looks first what is there. `scan` finds by reference every voucher of ours that is dated `since`
    or later, whoever still remembers it, and raises when it could not read all of them.
    """

    batch_size: int

    async def check(self) -> Company: ...
    async def chart(self) -> Chart: ...
    async def find(self, vouchers: Sequence[Voucher]) -> dict[str, Found]: ...
    async def post(
        self, vouchers: Sequence[Voucher], *, unfinished: Mapping[str, Receipt]
    ) -> list[Outcome]: ...
    async def attach(self, attachments: Sequence[Attachment]) -> list[AttachmentOutcome]: ...
    async def scan(self, *, since: date) -> dict[str, Found]: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that stands between a connector and its switch."""

    code: str
    detail: str
