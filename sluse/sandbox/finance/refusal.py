"""An error in Finance's form: the code is empty, what happened stands in the inner error."""

from typing import Any

from sluse.sandbox.reply import Reply


class RefusedError(Exception):
    """`kind` is the entity whose row could not be written; without one, the request itself is wrong."""

    def __init__(self, message: str, *, status: int = 400, kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = f"Write failed for table row of type '{kind}'. Infolog: {message}" if kind else message
        self.is_write = bool(kind)


def body(message: str) -> dict[str, Any]:
    inner = {
        "message": message,
        "type": "System.InvalidOperationException",
        "stacktrace": "   at Microsoft.Dynamics.Platform.Integration.Services.OData.Update.Save()",
    }
    return {"error": {"code": "", "message": "An error has occurred.", "innererror": inner}}


def reply(error: RefusedError, *, write_status: int) -> Reply:
    return Reply(status=write_status if error.is_write else error.status, body=body(error.message))
