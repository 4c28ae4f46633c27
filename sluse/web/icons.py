"""Our own icons, on a 24 by 24 grid. They repeat the words beside them and are silent to screen readers."""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_STROKES = {
    "check": "M4.5 12.5 10 18 19.5 7",
    "check-circle": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M8 12.3l2.8 2.8L16 9.6",
    "attention": "M12 3.5 21.5 20h-19zM12 10v4.5M12 17.2v.1",
    "failing": "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM9 9l6 6M15 9l-6 6",
    "off": "M12 3v8M6.6 6.6a8 8 0 1 0 10.8 0",
    "not-configured": "M5 12h.1M12 12h.1M19 12h.1",
    "clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 7v5.2l3.4 2",
    "pause": "M8.5 5v14M15.5 5v14",
    "hourglass": "M7 3h10M7 21h10M8 3c0 5 8 5 8 9s-8 4-8 9M16 3c0 5-8 5-8 9",
    "send": "M4 12h14M12.5 6.5 18 12l-5.5 5.5",
    "arrow-left": "M20 12H6M11.5 6.5 6 12l5.5 5.5",
    "search": "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5 20 20",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
}


@cache
def svg(name: str) -> SafeString:
    path = mark_safe(_STROKES[name])  # noqa: S308 - a constant of this file
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        path,
    )
