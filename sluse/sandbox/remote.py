"""A hand on a running sandbox from outside: asks what reached it and what it holds, and makes things go
wrong."""

import json
import time
import urllib.request
from typing import Any
from urllib.parse import urlencode

ANSWER_SECONDS_MAX = 30.0
QUIET_SECONDS_MAX = 30.0
QUESTION_SECONDS = 0.02


class Remote:
    """`base` is the address the sandbox serves at. Every method is one plain request; none of them is
    recorded."""

    def __init__(self, *, base: str) -> None:
        self.base = base.rstrip("/")

    def requests(
        self, *, tenant: str = "", since: int = 0, changes_only: bool = False
    ) -> list[dict[str, Any]]:
        query = {"tenant": tenant, "since": since, "changes": int(changes_only)}
        return list(self._ask("GET", "requests", query=query)["items"])

    def vouchers(self, *, tenant: str = "") -> list[dict[str, Any]]:
        return list(self._ask("GET", "vouchers", query={"tenant": tenant})["items"])

    def counts(self, *, tenant: str = "") -> dict[str, Any]:
        return dict(self._ask("GET", "counts", query={"tenant": tenant}))

    def state(self) -> dict[str, Any]:
        return dict(self._ask("GET", "state"))

    def violations(self) -> list[dict[str, Any]]:
        return list(self._ask("GET", "violations")["items"])

    def fault(self, **values: Any) -> None:
        """`kind=` and what limits it: `tenant`, `path`, `body`, `operation`, `count`; and its own numbers."""
        self._ask("POST", "faults", values)

    def clear_faults(self, *, tenant: str = "") -> None:
        self._ask("DELETE", "faults", query={"tenant": tenant})

    def company(self, **values: Any) -> None:
        self._ask("POST", "company", values)

    def switches(self, **values: Any) -> dict[str, Any]:
        return dict(self._ask("POST", "switches", values))

    def limits(self, **values: Any) -> None:
        self._ask("POST", "limits", values)

    def revoke_tokens(self) -> None:
        self._ask("POST", "tokens/revoke", {})

    def set_token_lifetime(self, *, seconds: int) -> None:
        self._ask("POST", "tokens/lifetime", {"seconds": seconds})

    def accept_secrets(self, *, tenant: str, secrets: list[str]) -> None:
        self._ask("POST", "tokens/accept", {"tenant": tenant, "secrets": secrets})

    def run_job(self, *, tenant: str = "", again: bool = False) -> None:
        """Xledger's posting job."""
        self._ask("POST", "job", {"tenant": tenant, "again": again})

    def remove_staged(self, *, tenant: str, invoice_number: str) -> None:
        """As a bookkeeper at Xledger does by hand."""
        self._ask("POST", "staged/remove", {"tenant": tenant, "invoice_number": invoice_number})

    def pause(self) -> None:
        self._ask("POST", "pause", {})

    def resume(self) -> None:
        self._ask("POST", "resume", {})

    def reset(self, *, tenant: str = "") -> None:
        self._ask("POST", "reset", {"tenant": tenant})

    def wait_until_quiet(self) -> None:
        """Until nothing is being answered or executed late any more. Questions are counted, not time: a
        machine that stands still has asked nothing."""
        for _question in range(round(QUIET_SECONDS_MAX / QUESTION_SECONDS)):
            state = self.state()
            if not state["late"] and not state["unfinished"]:
                return
            time.sleep(QUESTION_SECONDS)
        raise TimeoutError("The sandbox is still busy.")

    def _ask(
        self, method: str, path: str, body: object = None, *, query: dict[str, Any] | None = None
    ) -> Any:
        address = f"{self.base}/_sandbox/{path}" + (f"?{urlencode(query)}" if query else "")
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data=content, method=method)  # noqa: S310 — our own address
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=ANSWER_SECONDS_MAX) as answer:
            return json.load(answer)
