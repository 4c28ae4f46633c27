"""What can go wrong in the fake accounting system, each time it is asked."""

from enum import StrEnum


class Place(StrEnum):
    POST = "post"
    FIND = "find"
    CHART = "chart"
    ATTACH = "attach"
    SCAN = "scan"


class Trouble(StrEnum):
    NONE = "none"
    UNREACHABLE = "unreachable"  # nothing is sent, wherever it is
    ANSWER_LOST = "answer_lost"
    EXECUTED_LATE = "executed_late"
    REQUEST_LOST = "request_lost"
    SERVER_ERROR = "server_error"
    PARTIAL = "partial"
    THROTTLED = "throttled"
