"""Reimbursements: taken in, approved, withdrawn, corrected, shown. The domain reads and checks the bodies itself."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from ninja import Router

from sluse.api import bodies, documents, pages, problems, records
from sluse.api.caller import AskedOf, OrganizationDoor
from sluse.api.calls import Answer, call
from sluse.organizations import keyset
from sluse.organizations.access import Right
from sluse.reimbursements import approve as approvals
from sluse.reimbursements import correct as corrections
from sluse.reimbursements import intake, present
from sluse.reimbursements import listing as found
from sluse.reimbursements import withdraw as withdrawals
from sluse.reimbursements.models import Reimbursement, Status

router = Router(tags=["Reimbursements"])

READER = OrganizationDoor("reimbursements:read", right=Right.READ)
WRITER = OrganizationDoor("reimbursements:write", right=Right.ADMINISTER)


@call(
    router,
    "POST",
    "/organizations/{org}/reimbursements",
    door=WRITER,
    summary="Send one reimbursement, or up to 1,000 as an array that is answered item by item",
    answers={
        HTTPStatus.OK: records.Reimbursement,
        HTTPStatus.CREATED: records.Reimbursement,
        HTTPStatus.MULTI_STATUS: list[records.Submitted],
    },
    refusals={
        HTTPStatus.CONFLICT: "content_differs",
        HTTPStatus.UNPROCESSABLE_ENTITY: "invalid, too_many",
    },
    body=documents.ONE_OR_MANY,
)
def submit(asked: AskedOf) -> Answer:
    content = bodies.read(request=asked.request)
    items = content if isinstance(content, list) else [content]
    answers = intake.submit(organization=asked.organization, items=items, now=asked.now)
    return _many(items, answers) if isinstance(content, list) else _one(answers[0])


@call(
    router,
    "GET",
    "/organizations/{org}/reimbursements",
    door=READER,
    summary="List reimbursements, newest first",
    answers={HTTPStatus.OK: records.Reimbursements},
)
def listing(
    asked: AskedOf,
    *,
    status: Status | None = None,
    cursor: pages.Cursor = "",
    limit: pages.Limit = pages.LIMIT,
) -> Answer:
    rows = found.list_reimbursements(organization=asked.organization, status=status.value if status else "")
    content = pages.page(
        rows=rows.prefetch_related("lines"),
        order=keyset.NEWEST,
        cursor=cursor,
        limit=limit,
        present=_itself,
    )
    content["items"] = present.many_as_json(content["items"])
    return Answer(content=content)


@call(
    router,
    "GET",
    "/organizations/{org}/reimbursements/{external_id}",
    door=READER,
    summary="Show one reimbursement",
    answers={HTTPStatus.OK: records.Reimbursement},
)
def show(asked: AskedOf, *, external_id: str) -> Answer:
    row = found.get_reimbursement(organization=asked.organization, external_id=external_id)
    return Answer(content=present.as_json(row))


@call(
    router,
    "POST",
    "/organizations/{org}/reimbursements/{external_id}/approve",
    door=WRITER,
    summary="Approve; a second approval changes nothing",
    answers={HTTPStatus.OK: records.Reimbursement},
    refusals={
        HTTPStatus.CONFLICT: "withdrawn",
        HTTPStatus.UNPROCESSABLE_ENTITY: "invalid, self_approval",
    },
    body=documents.APPROVAL,
)
def approve(asked: AskedOf, *, external_id: str) -> Answer:
    told = bodies.fields(request=asked.request)
    row = approvals.approve(
        organization=asked.organization,
        external_id=external_id,
        approved_by=told.get("approved_by"),
        approved_at=told.get("approved_at"),
        now=asked.now,
    )
    return Answer(content=present.as_json(row))


@call(
    router,
    "POST",
    "/organizations/{org}/reimbursements/{external_id}/withdraw",
    door=WRITER,
    summary="Withdraw, as long as nothing was sent",
    answers={HTTPStatus.OK: records.Reimbursement},
    refusals={HTTPStatus.CONFLICT: "already_sent"},
)
def withdraw(asked: AskedOf, *, external_id: str) -> Answer:
    row = withdrawals.withdraw(
        organization=asked.organization, external_id=external_id, actor=asked.actor, now=asked.now
    )
    return Answer(content=present.as_json(row))


@call(
    router,
    "POST",
    "/organizations/{org}/reimbursements/{external_id}/versions",
    door=WRITER,
    summary="Correct: a new version, which replaces the one before it once it is approved",
    answers={HTTPStatus.OK: records.Reimbursement, HTTPStatus.CREATED: records.Reimbursement},
    body=documents.CORRECTION,
)
def correct(asked: AskedOf, *, external_id: str) -> Answer:
    return _one(
        corrections.correct(
            organization=asked.organization,
            external_id=external_id,
            item=bodies.fields(request=asked.request),
            now=asked.now,
        )
    )


@call(
    router,
    "GET",
    "/organizations/{org}/reimbursements/{external_id}/versions",
    door=READER,
    summary="List all versions, the newest first",
    answers={HTTPStatus.OK: records.Reimbursements},
)
def versions(asked: AskedOf, *, external_id: str) -> Answer:
    rows = found.versions_of(organization=asked.organization, external_id=external_id)
    items = present.many_as_json(list(rows.prefetch_related("lines")))
    return Answer(content={"items": items, "next_cursor": None})


def _itself(row: Reimbursement) -> Reimbursement:
    return row


def _one(answer: intake.Submitted) -> Answer:
    if answer.error:
        raise answer.error
    assert answer.reimbursement is not None
    return Answer(content=present.as_json(answer.reimbursement), status=answer.status)


def _many(items: Sequence[Any], answers: Sequence[intake.Submitted]) -> Answer:
    rows = {answer.reimbursement.pk: answer.reimbursement for answer in answers if answer.reimbursement}
    shown = {UUID(one["id"]): one for one in present.many_as_json(list(rows.values()))}
    told = [_item(item, answer, shown) for item, answer in zip(items, answers, strict=True)]
    return Answer(content=told, status=HTTPStatus.MULTI_STATUS)


def _item(item: Any, answer: intake.Submitted, shown: Mapping[UUID, dict[str, Any]]) -> dict[str, Any]:
    named = item.get("external_id") if isinstance(item, dict) else None
    return {
        "status": int(answer.status),
        "external_id": named if isinstance(named, str) else None,
        "reimbursement": shown[answer.reimbursement.pk] if answer.reimbursement else None,
        "problem": problems.content(answer.error) if answer.error else None,
    }
