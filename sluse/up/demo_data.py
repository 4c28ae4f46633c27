"""A month of reimbursements as volunteers have them. Pure, and the same each time for the same organization and day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sluse.up.demo_people import Tenant
from sluse.vouchers.voucher import kroner

ZONE = ZoneInfo("Europe/Oslo")
DAYS = 28
MINUTES_PER_DAY = 24 * 60
APPROVED_AFTER_HOURS_MAX = 30
NOT_APPROVED_PER_TENANT = 10
"""One in so many, the newest, still waits for somebody to approve it."""
MILEAGE_ORE_PER_KM, PASSENGER_ORE_PER_KM = 350, 100
CLAIMANTS = (
    "Anne Eksempel",
    "Bjarte Prøve",
    "Cecilie Eksempel",
    "Dag Prøve",
    "Eli Eksempel",
    "Frode Prøve",
    "Grete Eksempel",
    "Halvard Prøve",
)
COST_CENTRES, PROJECTS = ("10", "20", "30"), ("4201", "4207", "4212", "")
OCCASIONS = (
    "møte i lokallaget",
    "likepersonsamling",
    "styremøte",
    "kurs for nye frivillige",
    "besøk på sykehuset",
    "stand på biblioteket",
)

Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a source system tells, and when; `approved_at` is empty while nobody has approved."""

    item: dict[str, Any]
    submitted_at: datetime
    approved_at: datetime | None


def month(*, tenant: Tenant, now: datetime) -> list[Told]:
    chance = Random(tenant.slug)  # noqa: S311  # it makes examples
    count = tenant.reimbursements
    ages = sorted(chance.sample(range(MINUTES_PER_DAY // 4, DAYS * MINUTES_PER_DAY), count), reverse=True)
    waiting = max(1, count // NOT_APPROVED_PER_TENANT)
    return [
        _told(
            number,
            tenant=tenant,
            decided_at=now - timedelta(minutes=age),
            is_approved=number <= count - waiting,
            chance=chance,
        )
        for number, age in enumerate(ages, start=1)
    ]


def _told(number: int, *, tenant: Tenant, decided_at: datetime, is_approved: bool, chance: Random) -> Told:
    submitted_at = decided_at - timedelta(minutes=chance.randrange(30, APPROVED_AFTER_HOURS_MAX * 60))
    lines = chance.choice(KINDS)(chance)
    day = _day(submitted_at, decided_at, chance).isoformat()
    who = chance.randrange(len(CLAIMANTS))
    is_stranger = bool(tenant.stranger) and number == tenant.reimbursements // 3
    item = {
        "external_id": f"{tenant.slug.upper()}-{number:04}",
        "claimant": {
            "number": tenant.stranger if is_stranger else f"V{who + 1:05}",
            "name": "Siri Nyinnmeldt" if is_stranger else CLAIMANTS[who],
        },
        "currency": "NOK",
        "total": str(kroner(sum(line["amount"] for line in lines))),
        "cost_centre": chance.choice(COST_CENTRES),
        "project": chance.choice(PROJECTS),
        "lines": [line | {"amount": str(kroner(line["amount"])), "date": day} for line in lines],
    }
    return Told(item=item, submitted_at=submitted_at, approved_at=decided_at if is_approved else None)


def _day(submitted_at: datetime, decided_at: datetime, chance: Random) -> date:
    """In the year of the approval: an expense that crosses the turn of the year is refused until a person decides."""
    day = submitted_at.astimezone(ZONE).date() - timedelta(days=chance.randrange(5))
    return max(day, date(decided_at.astimezone(ZONE).year, 1, 1))


def _by_car(chance: Random) -> list[Line]:
    kilometres = chance.randrange(12, 240)
    text = f"Egen bil tur/retur, {chance.choice(OCCASIONS)}"
    distance = {"quantity": str(kilometres), "unit": "km"}
    lines = [_line("mileage", kilometres * MILEAGE_ORE_PER_KM, text) | distance]
    if _happens(chance, percent=30):
        lines.append(
            _line("passenger_supplement", kilometres * PASSENGER_ORE_PER_KM, "En passasjer") | distance
        )
    if _happens(chance, percent=60):
        lines.append(_line("toll", chance.randrange(1_850, 16_000), "Bompenger"))
    if _happens(chance, percent=40):
        lines.append(_line("parking", chance.randrange(4_000, 28_000), "Parkering"))
    return lines


def _by_train(chance: Random) -> list[Line]:
    lines = [_line("public_transport", chance.randrange(4_200, 98_000), f"Tog, {chance.choice(OCCASIONS)}")]
    if _happens(chance, percent=50):
        lines.append(_line("meals", chance.randrange(8_900, 42_000), "Lunsj på reisen"))
    if _happens(chance, percent=25):
        lines.append(_line("lodging", chance.randrange(89_000, 179_000), "Hotell, en natt"))
    return lines


def _as_lecturer(chance: Random) -> list[Line]:
    fee = _line("honorarium", chance.randrange(10, 60) * 10_000, f"Foredrag, {chance.choice(OCCASIONS)}")
    return [fee, *_by_train(chance)] if _happens(chance, percent=50) else [fee]


def _bought(chance: Random) -> list[Line]:
    return [_line("other", chance.randrange(4_900, 89_000), f"Materiell, {chance.choice(OCCASIONS)}")]


def _happens(chance: Random, *, percent: int) -> bool:
    return chance.randrange(100) < percent


def _line(expense_type: str, amount_ore: int, text: str) -> Line:
    return {"expense_type": expense_type, "amount": amount_ore, "text": text}


KINDS: tuple[Callable[[Random], list[Line]], ...] = (_by_car, _by_car, _by_train, _as_lecturer, _bought)
