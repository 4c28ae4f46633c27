"""Whoever tells Sluse of reimbursements and turns its switch, over HTTP and with a token."""

import json
import urllib.error
import urllib.request
from typing import Any

ANSWER_SECONDS_MAX = 60


class Caller:
    def __init__(self, *, port: int, slug: str, token: str) -> None:
        self._base = f"http://127.0.0.1:{port}/api/v1/organizations/{slug}"
        self._headers = {
            "authorization": f"Bearer {token}",
            "accept-language": "en",
            "content-type": "application/json",
        }

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """The status, and what was answered; a refusal is an answer too."""
        named = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data=content, method=method, headers=named)  # noqa: S310 — our own address
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=ANSWER_SECONDS_MAX) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    def told(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """What was answered, which must not be a refusal."""
        status, answer = self(method, path, body, **headers)
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def switch(self, state: str, reason: str) -> tuple[int, Any]:
        version = self.told("GET", "/connector/switch")["version"]
        return self("PUT", "/connector/switch", {"state": state, "reason": reason}, if_match=f'"{version}"')

    def postings(self) -> dict[str, str]:
        """The state of each, by the reimbursement's number."""
        items = self.told("GET", "/postings?limit=200")["items"]
        return {one["external_id"]: one["state"] for one in items}
