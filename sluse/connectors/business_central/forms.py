"""What a voucher becomes: a purchase invoice, or a journal of its own. The course of sending is the same for both."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sluse.connectors.base import Rejected
from sluse.connectors.business_central.batch import Call, Reply
from sluse.connectors.business_central.config import JOURNAL, Settings
from sluse.connectors.business_central.documents import Document
from sluse.connectors.business_central.invoices import InvoiceForm
from sluse.connectors.business_central.journals import JournalForm
from sluse.connectors.business_central.payloads import Dimensions
from sluse.connectors.business_central.ways import Ways
from sluse.vouchers.voucher import Voucher

Row = Mapping[str, Any]


class Form(Protocol):
    """Addresses are relative to the API. `look_up` gets the rows of each of its calls, in their order."""

    path: str
    lines: str
    line_number: str

    def refusal(self, voucher: Voucher) -> Rejected | None: ...
    def numbers(self, voucher: Voucher) -> set[str]: ...
    def new(self, voucher: Voucher, *, bare: bool, ways: Ways) -> dict[str, Any]: ...
    def made(self, reply: Reply | None, voucher: Voucher) -> Document | None: ...
    def look_up_calls(self, voucher: Voucher) -> Sequence[Call]: ...
    def look_up(self, voucher: Voucher, rows: Sequence[Sequence[Row]]) -> list[Document]: ...
    def reread_call(self, voucher: Voucher, document_id: str) -> Call: ...
    def reread(self, reply: Reply | None, voucher: Voucher) -> Document | None: ...
    def header_dimensions(self, voucher: Voucher) -> Dimensions: ...
    def line_dimensions(self, voucher: Voucher) -> dict[int, Dimensions]: ...


def of(settings: Settings) -> Form:
    return JournalForm(settings) if settings.document == JOURNAL else InvoiceForm(settings)
