"""A request reaches nothing until a door has seen who asks."""

from collections.abc import Callable, Iterator
from contextvars import Context, copy_context
from typing import cast

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from sluse import reach

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ReachMiddleware:
    """A thread serves one request after the other: what the last one reached is gone with it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with reach.nothing():
            response = self.get_response(request)
            if isinstance(response, StreamingHttpResponse):
                # Ours are all read by a thread: none is asynchronous.
                parts = cast("Iterator[bytes]", response.streaming_content)
                response.streaming_content = _within(copy_context(), parts)
            return response


def _within(context: Context, parts: Iterator[bytes]) -> Iterator[bytes]:
    """What is sent while it is read is read when the request is answered already."""
    while (part := context.run(next, parts, None)) is not None:
        yield part
