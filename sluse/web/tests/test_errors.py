"""Refusals and faults are pages in the same frame, in plain sentences."""

import hashlib
import re
from pathlib import Path

import pytest
from django.test import Client

from sluse.organizations.models import User
from sluse.sync import overview
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words

WEB = Path(__file__).resolve().parents[1]


def test_a_page_that_is_not_there_says_so(db: None, as_person: SignIn) -> None:
    response = as_person(None).get("/nothing/")
    assert response.status_code == 404
    assert "This page does not exist" in words(response)
    assert 'class="header"' in response.content.decode()


def test_a_foreign_host_is_refused_with_a_page(db: None) -> None:
    response = Client(headers={"Host": "evil.example"}).get("/sign-in/")
    assert response.status_code == 400
    assert response.headers["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_a_page_that_needs_neither_session_nor_database(
    grete: User, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_facts: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(overview, "rows", broken)
    client = as_person(grete)
    client.raise_request_exception = False
    response = client.get("/platform/")
    assert response.status_code == 500
    assert "Something went wrong at our end" in words(response)
    assert "a secret detail" not in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def test_the_content_policy_allows_nothing_inline(db: None, as_person: SignIn) -> None:
    policy = as_person(None).get("/sign-in/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", sorted(WEB.glob("templates/**/*.html")), ids=lambda path: path.name)
def test_no_template_has_anything_the_policy_would_block_or_anything_unescaped(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\sstyle=|<style|\son[a-z]+=|<script>|javascript:|\|safe|autoescape off|hx-on", text
    )


@pytest.mark.parametrize(
    "note", sorted(WEB.glob("static/vendor/**/VENDOR.txt")), ids=lambda note: note.parts[-3]
)
def test_what_others_made_is_unchanged(note: Path) -> None:
    told = dict(
        line.split("  ")[::-1] for line in note.read_text(encoding="utf-8").split("sha256:\n")[1].splitlines()
    )
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in note.parent.iterdir()
        if path.name != note.name
    }
    assert found == told
