"""What every connector must do when it is asked to wait: the part of the conformance suite that is about `Retry-After`.

For accounting systems that say when, in whatever form; a harness names the places where it is read.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Protocol

from sluse.connectors import base
from sluse.connectors.harness import Harness, connected, must_be_one_of_each, settle
from sluse.connectors.http import RETRY_AFTER_SECONDS_MAX

FAR, NEAR = timedelta(seconds=900), timedelta(seconds=840)
"""How far away a date is when it is made, and at least when it is read."""


class Waiting(Harness, Protocol):
    """`waits`: the requests whose answers may say when to come back, among `writes[0]`, `reads`, and `token`."""

    waits: tuple[str, ...]

    def throttle(self, *, at: str, retry_after: str) -> None:
        """The next such request is answered with *too many*, and that header; without one when it is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`wanted`: the seconds it means, at least and at most; None when it means nothing."""

    name: str
    text: Callable[[datetime], str]
    wanted: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCase:
    name: str
    run: Callable[[Waiting], Awaitable[None]]


SOON = (int(NEAR.total_seconds()), int(FAR.total_seconds()))
FORMS = (
    Form(name="seconds", text=lambda _now: "7", wanted=(7, 7)),
    Form(name="zero", text=lambda _now: "0", wanted=(0, 0)),
    Form(name="huge", text=lambda _now: "9" * 30, wanted=(RETRY_AFTER_SECONDS_MAX,) * 2),
    Form(name="negative", text=lambda _now: "-5", wanted=None),
    Form(name="fraction", text=lambda _now: "1.5", wanted=None),
    Form(name="words", text=lambda _now: "soon", wanted=None),
    Form(name="absent", text=lambda _now: "", wanted=None),
    Form(name="date", text=lambda now: format_datetime(now + FAR, usegmt=True), wanted=SOON),
    Form(name="date_of_rfc_850", text=lambda now: f"{now + FAR:%A, %d-%b-%y %H:%M:%S} GMT", wanted=SOON),
    Form(
        name="date_of_asctime", text=lambda now: f"{now + FAR:%a %b} {now + FAR:%e %H:%M:%S %Y}", wanted=SOON
    ),
    Form(name="past_date", text=lambda now: format_datetime(now - FAR, usegmt=True), wanted=(0, 0)),
    Form(
        name="far_date",
        text=lambda now: format_datetime(now + timedelta(days=400), usegmt=True),
        wanted=(RETRY_AFTER_SECONDS_MAX,) * 2,
    ),
    Form(name="broken_date", text=lambda _now: "Fri, 99 Nov 2026 12:00:00 GMT", wanted=None),
)


def cases(*, waits: Sequence[str], writes: Sequence[str], reads: Sequence[str]) -> list[WaitingCase]:
    writing = [place for place in waits if place == writes[0] or place not in reads]
    return [
        *[_asked_while_writing(form, place) for form in FORMS for place in writing],
        *[_asked_while_reading(form, place) for form in FORMS for place in waits if place in reads],
    ]


def _asked_while_writing(form: Form, place: str) -> WaitingCase:
    """Nothing was executed, everybody knows when to come back, and then there is one of each."""

    async def run(harness: Waiting) -> None:
        vouchers = [harness.voucher(number) for number in range(2)]
        harness.throttle(at=place, retry_after=form.text(datetime.now(UTC)))
        async with connected(harness) as connector:
            outcomes = await connector.post(vouchers, unfinished={})
        for outcome in outcomes:
            assert isinstance(outcome, base.NotSent), outcome
            _must_mean(outcome.retry_after_seconds, form)
        assert not harness.held()
        harness.heal()
        async with connected(harness) as connector:
            await settle(connector, vouchers, stage=_stage(harness))
        must_be_one_of_each(harness, vouchers)

    return WaitingCase(name=f"retry_after_{form.name}_at_{place}", run=run)


def _asked_while_reading(form: Form, place: str) -> WaitingCase:
    async def run(harness: Waiting) -> None:
        harness.throttle(at=place, retry_after=form.text(datetime.now(UTC)))
        async with connected(harness) as connector:
            error = await _unavailable(
                connector.find([harness.voucher(0)]) if place == "find" else connector.chart()
            )
        _must_mean(error.retry_after_seconds, form)

    return WaitingCase(name=f"retry_after_{form.name}_at_{place}", run=run)


def _stage(harness: Waiting) -> base.Stage:
    return base.Stage.POSTED if harness.accepts is base.Posted else base.Stage.DELIVERED


async def _unavailable(awaited: Awaitable[object]) -> base.UnavailableError:
    try:
        answer = await awaited
    except base.UnavailableError as error:
        return error
    raise AssertionError(f"It was answered: {answer!r}")


def _must_mean(seconds: int | None, form: Form) -> None:
    if form.wanted is None:
        assert seconds is None, seconds
        return
    least, most = form.wanted
    assert seconds is not None
    assert least <= seconds <= most, seconds
