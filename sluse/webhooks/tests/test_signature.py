"""Signatures by the Standard Webhooks specification: its own example, and every way in which one does not hold."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sluse.webhooks import signature
from sluse.webhooks.signature import Delivery

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the specification's libraries test themselves with it
OTHER = "whsec_" + base64.b64encode(b"0" * 32).decode()
NOW = datetime.fromtimestamp(1614265330, tz=UTC)
EXAMPLE = Delivery(
    id="msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp="1614265330",
    signatures="v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    body=b'{"test": 2432232314}',
)


def holds(delivery: Delivery, *secrets: str, now: datetime = NOW) -> bool:
    return signature.holds(delivery=delivery, secrets=secrets or [SECRET], now=now)


def test_the_specifications_own_example_holds() -> None:
    assert holds(EXAMPLE)


def test_any_of_several_signatures_and_secrets_is_enough() -> None:
    several = replace(EXAMPLE, signatures=f"v1,AAAA v1a,xyz {EXAMPLE.signatures}")
    assert holds(several, OTHER, SECRET)
    assert not holds(several, OTHER)


@pytest.mark.parametrize(
    "other",
    [
        replace(EXAMPLE, body=EXAMPLE.body + b" "),
        replace(EXAMPLE, id="msg_other"),
        replace(EXAMPLE, id=""),
        replace(EXAMPLE, id="m" * 257),
        replace(EXAMPLE, timestamp="1614265331"),
        replace(EXAMPLE, timestamp=""),
        replace(EXAMPLE, timestamp="-1614265330"),
        replace(EXAMPLE, timestamp="1614265330.0"),
        replace(EXAMPLE, timestamp="٣"),
        replace(EXAMPLE, timestamp="9" * 30),
        replace(EXAMPLE, signatures=""),
        replace(EXAMPLE, signatures=EXAMPLE.signatures.removeprefix("v1,")),
        replace(EXAMPLE, signatures=EXAMPLE.signatures.replace("v1,", "v2,")),
        replace(EXAMPLE, signatures=EXAMPLE.signatures.swapcase()),
        replace(EXAMPLE, signatures="v1,ærlig"),
    ],
)
def test_whatever_was_changed_on_the_way_does_not_hold(other: Delivery) -> None:
    assert not holds(other)


@pytest.mark.parametrize(("minutes", "is_good"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_it_holds_for_five_minutes_to_both_sides(minutes: int, *, is_good: bool) -> None:
    assert holds(EXAMPLE, now=NOW + timedelta(minutes=minutes)) is is_good
