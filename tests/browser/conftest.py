"""A browser on a running site: the real WSGI application in a thread, the database of the test, Chromium."""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from sluse.organizations.models import Organization, Role, User
from tests import people
from tests.browser.visit import Site

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """HLF is ready and off with 14 waiting; Turlaget is on; Korps has no connector. Kari, Rune and Grete."""

    hlf: Organization
    turlaget: Organization
    korps: Organization
    kari: User
    rune: User
    grete: User
    now: datetime


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()  # this thread's own, which nobody else would close


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Requests are asserted on, not printed."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, else the one Playwright installed.

    One for each file: as long as it is there, Playwright's event loop runs in this thread, and no other may.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in the thread the tests run in
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def scene(committed_database: None) -> Scene:
    now = timezone.now()
    hlf = people.organization("hlf", "Hørselshemmedes Landsforbund", now)
    turlaget = people.organization("turlaget", "Turlaget Fjell og Fjord", now)
    korps = people.organization("korps", "Nordre Skolekorps", now)
    kari = people.member(hlf, "kari@hlf.example", "Kari Nordmann", Role.ADMINISTRATOR, now)
    rune = people.member(hlf, "rune@hlf.example", "Rune Revisor", Role.AUDITOR, now)
    grete = people.global_administrator(now)
    people.make_ready(hlf, kari, now)
    people.make_ready(turlaget, grete, now)
    people.approve_some(hlf, 14, now)
    people.turn_on(turlaget, grete, now)
    return Scene(hlf=hlf, turlaget=turlaget, korps=korps, kari=kari, rune=rune, grete=grete, now=now)


@pytest.fixture
def site(committed_database: None, chromium: Browser) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site = Site(address=f"http://127.0.0.1:{server.server_port}", browser=chromium)
    yield site
    site.close()
    server.shutdown()
    server.server_close()
    thread.join()
