"""A vendor with a currency of its own would turn a journal's kroner into that currency: refused before it is sent."""

from collections.abc import Sequence

from sluse.connectors.business_central import outcomes
from sluse.connectors.business_central.batch import OPERATIONS_MAX, Call
from sluse.connectors.business_central.classify import Operation
from sluse.connectors.business_central.client import Client
from sluse.connectors.business_central.course import Course
from sluse.connectors.business_central.documents import code, literal, where
from sluse.vouchers.voucher import Voucher


async def refuse_currencies(*, client: Client, course: Course, vouchers: Sequence[Voucher]) -> None:
    """A vendor that is not there is left to Business Central's own refusal."""
    owed = {
        voucher.reference: course.vendor_number(voucher)
        for voucher in vouchers
        if any(line.account is None for line in voucher.lines)
    }
    currencies = await _currencies(client, course, sorted(set(owed.values())))
    for voucher in vouchers:
        number = owed.get(voucher.reference, "")
        currency = currencies.get(number, "")
        if currency not in {"", voucher.currency}:
            course.settle(voucher, outcomes.vendor_currency(number=number, currency=currency))


async def _currencies(client: Client, course: Course, numbers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(numbers), OPERATIONS_MAX):
        part = numbers[start : start + OPERATIONS_MAX]
        conditions = [where(f"number eq {literal(number)}") for number in part]
        paths = [f"{course.company_path}/vendors?{one}&$select=number,currencyCode" for one in conditions]
        for reply in await client.read_batch(
            [Call(operation=Operation.READ, method="GET", path=path) for path in paths]
        ):
            for row in await client.all_pages(reply.body):
                found[code(str(row.get("number", "")))] = code(str(row.get("currencyCode") or ""))
    return found
