"""An organization's connector: what it is, its credentials (which go in and never come out), its test, its mapping."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from ninja import Router

from sluse.api import bodies, documents, schemas
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.connectors import configure, meter
from sluse.connectors.configure import Tested
from sluse.gate import read
from sluse.organizations.access import Right
from sluse.sync import readiness, setup
from sluse.vouchers import store
from sluse.vouchers.mapping import Mapping

router = Router(tags=["Connector"])

READER = OrganizationDoor("connector:read", right=Right.READ)
WRITER = OrganizationDoor("connector:write", right=Right.ADMINISTER)


@call(
    router,
    "GET",
    "/organizations/{org}/connector",
    door=READER,
    summary="Show the connector, what is missing, and its switch; the ETag is the switch's version",
    answers={HTTPStatus.OK: schemas.Connector},
)
def show(asked: AskedOf) -> Answer:
    return _answer(asked)


@call(
    router,
    "PUT",
    "/organizations/{org}/connector",
    door=WRITER,
    summary="Configure the connector",
    answers={HTTPStatus.OK: schemas.Connector},
    refusals={HTTPStatus.CONFLICT: "connector_enabled"},
)
def configured(asked: AskedOf, *, connector: schemas.NewConnector) -> Answer:
    setup.configure_connector(
        organization=asked.organization,
        kind=connector.kind,
        settings=connector.settings,
        credentials=connector.credentials,
        actor=asked.actor,
        now=asked.now,
    )
    return _answer(asked)


@call(
    router,
    "POST",
    "/organizations/{org}/connector/test",
    door=WRITER,
    summary="Test the connection: reads company, accounts and dimensions, changes nothing",
    answers={HTTPStatus.OK: schemas.TestReport},
    refusals={HTTPStatus.CONFLICT: "no_connector"},
)
def tested(asked: AskedOf) -> Answer:
    report = setup.test_connector(organization=asked.organization, actor=asked.actor, now=asked.now)
    return Answer(
        content={
            "ok": report.ok,
            "company": report.company,
            "accounts": report.accounts,
            "problems": report.problems,
        }
    )


@call(
    router,
    "GET",
    "/organizations/{org}/mapping",
    door=READER,
    summary="Show the mapping",
    answers={HTTPStatus.OK: schemas.Mapping},
)
def mapping(asked: AskedOf) -> Answer:
    return Answer(content=_mapping(store.current(organization=asked.organization)))


@call(
    router,
    "PUT",
    "/organizations/{org}/mapping",
    door=WRITER,
    summary="Save the mapping as a new version",
    answers={HTTPStatus.OK: schemas.Mapping},
    body=documents.MAPPING,
)
def mapped(asked: AskedOf) -> Answer:
    content = bodies.fields(request=asked.request)
    saved = store.save(organization=asked.organization, content=content, actor=asked.actor, now=asked.now)
    return Answer(content=_mapping(saved))


def _answer(asked: AskedOf) -> Answer:
    organization = asked.organization
    state = configure.show(organization=organization)
    switch = read.switch_of(organization=organization)
    missing = readiness.missing(organization=organization)
    holds = read.holds_of(organization=organization, now=asked.now)
    content = {
        "kind": state.kind,
        "label": state.label,
        "settings": dict(state.settings),
        "credentials_set": state.credentials_set,
        "credentials_set_at": state.credentials_set_at,
        "credentials_set_by": state.credentials_set_by,
        "tested": _tested(state.tested) if state.tested else None,
        "ready": not missing,
        "missing": [asdict(thing) for thing in missing],
        "switch": asdict(switch) | {"state": switch.state.value},
        "holds": [asdict(hold) for hold in holds],
        "requests_this_month": meter.this_month(organization=organization, now=asked.now),
    }
    return Answer(content=content, headers={"ETag": f'"{switch.version}"'})


def _tested(tested: Tested) -> dict[str, Any]:
    return {
        "at": tested.at,
        "ok": tested.ok,
        "company": tested.company,
        "accounts": tested.accounts,
        "problems": tested.problems,
        "current": tested.is_current,
    }


def _mapping(mapping: Mapping) -> dict[str, Any]:
    return mapping.as_json() | {"version": mapping.version}
