"""New credentials beside those in use: entered, tested, taken into use, also while the switch is on."""

from datetime import date
from http import HTTPStatus

from django.utils.translation import gettext as _
from ninja import Router

from sluse.api import schemas
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.connectors import configure
from sluse.organizations.access import Right
from sluse.organizations.errors import FieldError, InvalidError
from sluse.sync import rotating

router = Router(tags=["Credentials"])

READER = OrganizationDoor("connector:read", right=Right.READ)
WRITER = OrganizationDoor("connector:write", right=Right.ADMINISTER)
ADDRESS = "/organizations/{org}/connector/next-credentials"


@call(
    router,
    "GET",
    ADDRESS,
    door=READER,
    summary="Say whether new credentials wait, and how their test went; never what they are",
    answers={HTTPStatus.OK: schemas.NextState},
)
def show(asked: AskedOf) -> Answer:
    return _answer(asked)


@call(
    router,
    "PUT",
    ADDRESS,
    door=WRITER,
    summary="Enter new credentials beside those in use",
    answers={HTTPStatus.OK: schemas.NextState},
    refusals={HTTPStatus.CONFLICT: "no_connector"},
)
def entered(asked: AskedOf, *, entered: schemas.NextCredentials) -> Answer:
    rotating.put_next(
        organization=asked.organization,
        credentials=entered.credentials,
        expires_on=_day(entered.expires_on),
        actor=asked.actor,
        now=asked.now,
    )
    return _answer(asked)


@call(
    router,
    "POST",
    f"{ADDRESS}/test",
    door=WRITER,
    summary="Test the new credentials against the same company: reads, changes nothing",
    answers={HTTPStatus.OK: schemas.TestReport},
    refusals={HTTPStatus.CONFLICT: "no_connector, no_next_credentials"},
)
def tested(asked: AskedOf) -> Answer:
    report = rotating.test_next(organization=asked.organization, actor=asked.actor, now=asked.now)
    content = {"ok": report.ok, "company": report.company, "accounts": report.accounts}
    return Answer(content=content | {"problems": report.problems})


@call(
    router,
    "POST",
    f"{ADDRESS}/swap",
    door=WRITER,
    summary="Take the new credentials into use; the old ones are kept until the first success",
    answers={HTTPStatus.OK: schemas.NextState},
    refusals={HTTPStatus.CONFLICT: "no_connector, no_next_credentials, next_not_tested"},
)
def swapped(asked: AskedOf) -> Answer:
    rotating.swap(organization=asked.organization, actor=asked.actor, now=asked.now)
    return _answer(asked)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        detail = _('Write a day as "2027-11-30".')
        errors = [FieldError(path="expires_on", code="date_form", detail=detail)]
        raise InvalidError(detail, errors=errors) from error


def _answer(asked: AskedOf) -> Answer:
    row = configure.find(organization=asked.organization)
    state = configure.next_state(row=row)
    content = {
        "set": state.is_set,
        "set_at": state.set_at,
        "set_by": state.set_by,
        "tested_at": state.tested_at,
        "tested_ok": state.tested_ok,
        "problems": state.problems,
        "expires_on": state.expires_on.isoformat() if state.expires_on else None,
        "previous_kept": state.previous_kept,
    }
    return Answer(content=content)
