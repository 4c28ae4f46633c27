"""What a report of a fault shows beside the traceback: nothing that came from a person, and no variable, in any mode.

Django hides some of it, by name and with debugging off. A secret has no reliable name, and debugging is switched on exactly
where something is wrong.
"""

from collections.abc import ItemsView
from types import FrameType, TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

HIDDEN = SafeExceptionReporterFilter.cleansed_substitute


class NothingTold(SafeExceptionReporterFilter):
    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002 - Django's interface
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST, HIDDEN) if request else {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        shown = super().get_safe_request_meta(request)
        hidden = {name: HIDDEN for name in shown if "AUTHORIZATION" in name or "COOKIE" in name}
        return {**shown, **hidden}

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - as above
        tb_frame: FrameType | TracebackType,
    ) -> ItemsView[str, Any]:
        names = getattr(tb_frame, "f_locals", {})
        return dict.fromkeys(map(str, names), HIDDEN).items()
