"""The door to the outside, against a server that does with the bytes what it likes."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pytest_django import Settings

from sluse.connectors import exchanges, http, redaction
from sluse.connectors.base import NotPermittedError
from sluse.connectors.harness import Gate
from sluse.connectors.http import Door, NotSentError, Part, Request, UnclearError
from sluse.connectors.tests.serving import opened, serving, whole

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Stopping(Gate):
    """Says yes; by the time that anybody hears it, the clock has gone on by so many seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._slept = self.stops_for_seconds = 0.0

    def time(self) -> float:
        return self._clock() + self._slept

    async def __call__(self) -> None:
        await super().__call__()
        self._slept += self.stops_for_seconds


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


async def test_a_write_asks_the_gate_each_time_and_a_read_never() -> None:
    gate = Gate(refuses_from=3)
    async with serving(whole(b"{}")) as (address, received), opened(permit=gate) as door:
        for _time in range(2):
            await door.read(Request(method="POST", url=address))
            await door.write(Request(method="POST", url=address))
        with pytest.raises(NotPermittedError):
            await door.write(Request(method="POST", url=address))
    assert gate.asked == 3
    assert len(received) == 4


def test_several_contents_are_one_body_the_same_each_time() -> None:
    file = Part(name="r.pdf", media_type="application/pdf", content=b"%PDF\r\n\x00\xff", file_name="r.pdf")
    question = Part(name="content", media_type="application/json", content=b"{}")
    content_type, body = http.multipart(parts=[file, question])
    boundary = content_type.removeprefix("multipart/form-data; boundary=").encode()
    assert (content_type, body) == http.multipart(parts=[file, question])
    assert body == b"\r\n".join(
        [
            b"--" + boundary,
            b'Content-Disposition: form-data; name="r.pdf"; filename="r.pdf"',
            b"Content-Type: application/pdf",
            b"",
            file.content,
            b"--" + boundary,
            b'Content-Disposition: form-data; name="content"',
            b"Content-Type: application/json",
            b"",
            b"{}",
            b"--" + boundary + b"--",
            b"",
        ]
    )


async def test_a_whole_answer_comes_with_exact_numbers() -> None:
    body = b'{"amount": 0.10, "many": [1, 2.50]}'
    async with (
        serving(whole(body, "Content-Type: application/json")) as (address, _received),
        opened() as door,
    ):
        answer = await door.read(Request(method="GET", url=address))
    assert answer.status == 200
    assert str(answer.json()) == "{'amount': Decimal('0.10'), 'many': [1, Decimal('2.50')]}"


async def test_the_deadline_holds_for_the_whole_request_and_not_for_each_read() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _byte in range(1000):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving(drip) as (address, _received), opened(deadline_seconds=0.3) as door:
        began = time.monotonic()
        with pytest.raises(UnclearError, match="in time"):
            await door.write(Request(method="POST", url=address))
        assert time.monotonic() - began < 10


async def test_a_process_that_stood_still_between_the_gate_and_the_wire_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The gate has said yes, and the process sleeps past the deadline: somebody else may have done all of it meanwhile."""
    loop = asyncio.get_running_loop()
    gate = Stopping(loop.time)
    monkeypatch.setattr(loop, "time", gate.time)
    async with serving(whole(b"{}")) as (address, received), opened(permit=gate) as door:
        await door.write(Request(method="POST", url=address))
        gate.stops_for_seconds = 60.0
        with pytest.raises(UnclearError):
            await door.write(Request(method="POST", url=address))
        assert len(received) == 1, "although the connection was open"
    assert gate.asked == 2


async def test_nobody_listening_is_provably_not_sent() -> None:
    async with serving(whole(b"")) as (address, _received):
        pass
    async with opened() as door:
        with pytest.raises(NotSentError):
            await door.write(Request(method="POST", url=address))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"this is not HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    ],
)
async def test_an_answer_that_is_not_whole_is_unclear(sent: bytes) -> None:
    async def broken(writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    async with serving(broken) as (address, _received), opened() as door:
        with pytest.raises(UnclearError):
            await door.write(Request(method="POST", url=address))


async def test_an_answer_beyond_the_limit_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_BYTES_MAX", 1000)
    async with serving(whole(b" " * 1001)) as (address, _received), opened() as door:
        with pytest.raises(UnclearError, match="too large"):
            await door.write(Request(method="POST", url=address))
    async with serving(whole(b" " * 1000)) as (address, _received), opened() as door:
        assert len((await door.write(Request(method="POST", url=address))).body) == 1000


async def test_a_redirect_is_an_answer_and_nobody_follows_it() -> None:
    moved = whole(b"", "Location: /elsewhere", status="307 Temporary Redirect")
    async with serving(moved) as (address, received), opened() as door:
        answer = await door.write(Request(method="POST", url=address))
    assert answer.status == 307
    assert len(received) == 1


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with serving(whole(b"{}")) as (address, _received), opened() as door:
        assert (await door.read(Request(method="GET", url=address))).status == 200


async def test_what_is_remembered_names_no_secret_and_no_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    kind = "Content-Type: application/json"
    async with (
        serving(whole(b'{"id": "17", "word": "secret"}', kind)) as (address, received),
        opened() as door,
    ):
        with exchanges.recorded(fields=redaction.codes(["id"])) as recording:
            await door.write(
                Request(
                    method="POST",
                    url=f"{address}/v2.0/things?$filter=secret-number",
                    headers={"authorization": "Bearer secret-token", "content-type": "application/json"},
                    content=b'{"id": "R7", "secret-name": 1, "amount": "secret-amount"}',
                )
            )
    [exchange] = recording.exchanges
    assert (exchange.method, exchange.path, exchange.status) == ("POST", "/v2.0/things", 200)
    assert (exchange.request, exchange.answer) == ({"id": "R7"}, {"id": "17"})
    assert str(recording.correlation_id) in received[0].decode()
    assert str(recording.correlation_id) in caplog.text
    assert "secret" not in f"{exchange}{caplog.text}"


async def test_what_had_no_answer_is_remembered_too() -> None:
    async with serving(whole(b"")) as (address, _received):
        pass
    async with opened() as door:
        with exchanges.recorded(fields={}) as recording, pytest.raises(NotSentError):
            await door.read(Request(method="GET", url=address))
    [exchange] = recording.exchanges
    assert (exchange.status, exchange.answer_bytes, exchange.error) == (None, None, "ConnectError")


async def test_recordings_side_by_side_hold_each_their_own() -> None:
    async def ask(door: Door, address: str, path: str) -> list[str]:
        with exchanges.recorded(fields={}) as recording:
            for _time in range(3):
                await door.read(Request(method="GET", url=address + path))
        return [exchange.path for exchange in recording.exchanges]

    async with serving(whole(b"{}")) as (address, _received), opened() as door:
        found = await asyncio.gather(ask(door, address, "/a"), ask(door, address, "/b"))
    assert list(found) == [["/a"] * 3, ["/b"] * 3]
    assert exchanges.current() is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("99999999999999999999", http.RETRY_AFTER_SECONDS_MAX),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        (format_datetime(NOW + timedelta(days=400), usegmt=True), http.RETRY_AFTER_SECONDS_MAX),
        ("Fri, 99 Nov 2026 12:00:00 GMT", None),
        ("Friday, 20-Nov-26 12:01:30 GMT", 90),
        ("Fri Nov 20 12:01:30 2026", 90),
        ("Fri Nov  6 12:00:00 2026", 0),
        ("Fri, 20 Nov 2026 13:01:30 +0100", 90),
    ],
)
def test_retry_after_is_read_in_every_form_and_bounded(value: str | None, seconds: int | None) -> None:
    assert http.retry_after_seconds(value=value, now=NOW) == seconds


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://api.example/v2.0/next", True),
        ("https://API.example/v2.0/next", True),
        ("http://api.example/v2.0/next", False),
        ("https://api.example.evil/next", False),
        ("https://api.example:444/next", False),
        ("https://user@api.example/next", False),
        ("//api.example/next", False),
        ("https://[", False),
    ],
)
def test_an_address_from_outside_must_be_of_the_same_origin(url: str, same: bool) -> None:  # noqa: FBT001
    assert http.same_origin(url=url, base="https://api.example") is same


async def test_an_answer_that_is_not_json_is_unclear() -> None:
    bodies = [(b"<html>", "text/html"), (b'{"half', "application/json"), (b"[" * 100_000, "application/json")]
    for body, kind in bodies:
        async with serving(whole(body, f"Content-Type: {kind}")) as (address, _received), opened() as door:
            answer = await door.read(Request(method="GET", url=address))
        with pytest.raises(UnclearError):
            answer.json()
