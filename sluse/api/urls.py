"""The addresses that programs use: the API and its documentation, flags, metrics, and the two questions about health."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path

from sluse.api import docs, health, metrics, ofrep, problems, webhooks
from sluse.api.rest import api

View = Callable[..., HttpResponseBase]


def _guarded(view: View) -> View:
    """What the library answers outside its own error handling, and what it says nothing about."""

    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: Any, **values: Any) -> HttpResponseBase:
        try:
            response = view(request, *arguments, **values)
        except Http404:  # The library's own root, which is no page.
            return problems.not_found(request)
        if isinstance(response, HttpResponseNotAllowed):
            return problems.method_not_allowed(response.headers["Allow"])
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]  # A token is no cookie: no other site can send it.
    return wrapped


def _guard(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        pattern.callback = _guarded(pattern.callback)
    return patterns


_patterns, _application, _namespace = api.urls

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.page),
    path("api/v1/docs", docs.page, name="api-docs"),
    path("api/v1/", (_guard(_patterns), _application, _namespace)),
    path("ofrep/v1/evaluate/flags", ofrep.every),
    path("ofrep/v1/evaluate/flags/<str:key>", ofrep.one),
    path("webhooks/<slug:slug>/reimbursements", webhooks.reimbursements, name="webhook"),
    re_path(r"^(?:api|ofrep|webhooks)(?:/|$)", problems.unknown_address),
]
