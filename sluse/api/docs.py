"""The documentation as a page of our own, made of the same description programs read: no script, nothing from elsewhere."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sluse.api.rest import api

SHAPES = "#/components/schemas/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    place: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: str
    description: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    anchor: str
    method: str
    path: str
    summary: str
    scopes: list[str]
    parameters: list[Parameter]
    body: str
    body_shape: str
    replies: list[Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    name: str
    schema: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    shapes = [
        Shape(name=name, schema=_text(schema)) for name, schema in document["components"]["schemas"].items()
    ]
    context = {"groups": _groups(document), "shapes": shapes}
    response = render(request, "api/docs.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _groups(document: dict[str, Any]) -> dict[str, list[Call]]:
    groups: dict[str, list[Call]] = {}
    for path, methods in document["paths"].items():
        for method, details in methods.items():
            groups.setdefault(details["tags"][0], []).append(_call(path, method, details))
    return groups


def _call(path: str, method: str, details: dict[str, Any]) -> Call:
    bodies = details.get("requestBody", {}).get("content", {}).values()
    body: dict[str, Any] = next((one["schema"] for one in bodies), {})
    return Call(
        anchor=details["operationId"],
        method=method.upper(),
        path=path,
        summary=details["summary"],
        scopes=details["x-scopes"],
        parameters=[_parameter(parameter) for parameter in details["parameters"]],
        body=_text(body) if body and "$ref" not in body else "",
        body_shape=_shape(body),
        replies=[_reply(status, reply) for status, reply in sorted(details["responses"].items())],
    )


def _parameter(parameter: dict[str, Any]) -> Parameter:
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        required=parameter["required"],
        description=parameter.get("description", ""),
    )


def _reply(status: str, reply: dict[str, Any]) -> Reply:
    schemas = [media["schema"] for media in reply.get("content", {}).values()] or [{}]
    schema = schemas[0]
    return Reply(status=status, description=reply["description"], shape=_shape(schema.get("items", schema)))


def _shape(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).removeprefix(SHAPES)


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False)
