"""One call of the API: its address, its door, what it answers, all said in one place and documented from there."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Status

from sluse.api import problems
from sluse.api.caller import BearerToken

View = TypeVar("View", bound=Callable[..., Any])

DOOR_REFUSALS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "unauthenticated",
    HTTPStatus.FORBIDDEN: "forbidden, scope_missing",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
}
BODY_REFUSALS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "malformed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}
METHODS_WITH_BODY = {"POST", "PUT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    content: Any
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


def call(
    router: Router,
    method: str,
    path: str,
    *,
    door: BearerToken,
    summary: str,
    answers: Mapping[int, Any],
    refusals: Mapping[int, str] | None = None,
    body: Mapping[str, Any] | None = None,
    consumes: str = "application/json",
    produces: str = "",
) -> Callable[[View], View]:
    """`body` documents one that the view reads by hand; a body given as an argument documents itself. `consumes` names
    its media type, `produces` that of an answer that is not JSON."""

    def register(view: View) -> View:
        router.add_api_operation(
            path,
            [method],
            _for_library(view, path),
            auth=door,
            response=dict(answers),
            summary=summary,
            operation_id=f"{view.__module__.rpartition('.')[2]}_{view.__name__}",
            openapi_extra=_documented(
                method, door, refusals or {}, {consumes: body} if body else {}, produces
            ),
        )
        return view

    return register


def _for_library(view: Callable[..., Any], path: str) -> Callable[..., Any]:
    """The library reads arguments off a signature: the view's own, the organization's name and the response's
    headers. What the door found out takes the place of the request."""

    def handler(
        request: HttpRequest, response: HttpResponse, **values: Any
    ) -> HttpResponseBase | Status[Any]:
        values.pop("org", None)
        answer = view(request.auth, **values)  # type: ignore[attr-defined]
        if isinstance(answer, HttpResponseBase):
            return answer
        for name, value in answer.headers.items():
            response.headers[name] = value
        return Status(answer.status, answer.content)

    own = [
        parameter
        for parameter in inspect.signature(view).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    added = [("request", HttpRequest), ("response", HttpResponse)]
    if "{org}" in path:
        added.append(("org", str))
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, keyword, annotation=kind) for name, kind in added]
    handler.__signature__ = inspect.Signature(parameters + own)  # type: ignore[attr-defined]
    handler.__name__, handler.__module__ = view.__name__, view.__module__
    return handler


def _documented(
    method: str,
    door: BearerToken,
    refusals: Mapping[int, str],
    bodies: Mapping[str, Mapping[str, Any]],
    produces: str,
) -> dict[str, Any]:
    codes = dict(DOOR_REFUSALS)
    if method in METHODS_WITH_BODY:
        codes |= BODY_REFUSALS
    codes |= refusals
    documented: dict[str, Any] = {
        "x-scopes": list(door.scopes),
        "responses": {int(status): _problem(codes[status]) for status in sorted(codes)},
    }
    if bodies:
        content = {media_type: {"schema": dict(body)} for media_type, body in bodies.items()}
        documented["requestBody"] = {"required": True, "content": content}
    if produces:
        schema = {"type": "string"}
        documented["responses"][200] = {"description": "OK", "content": {produces: {"schema": schema}}}
    return documented


def _problem(codes: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": f"Code: {codes}", "content": {problems.MEDIA_TYPE: {"schema": schema}}}
