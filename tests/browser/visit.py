"""One person's browser: signed in, watched for errors, asked about what machines can see of accessibility."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from justhtml import JustHTML
from playwright.sync_api import Browser, BrowserContext, Page

from sluse.organizations.models import User

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
AXE_RUN = """
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
   .then(result => result.violations.map(
       found => found.id + ': ' + found.nodes.map(node => node.html + ' ' + node.failureSummary).join('; ')))
"""
SMALL_TARGETS = """
[...document.querySelectorAll('button, select, input:not([type=hidden]), main a:not(.ds-link)')]
   .map(element => [element, element.getBoundingClientRect()])
   .filter(([_element, box]) => box.width && (box.width < 24 || box.height < 24))
   .map(([element]) => element.outerHTML)
"""
DANGLING = """
[...document.querySelectorAll('[for], [aria-labelledby], [aria-describedby], [list], [form], a[href^="#"]')]
   .flatMap(element => ['for', 'aria-labelledby', 'aria-describedby', 'list', 'form', 'href']
       .flatMap(name => (element.getAttribute(name) || '').split(' ')
           .map(id => name === 'href' ? (id.startsWith('#') ? decodeURIComponent(id.slice(1)) : '') : id)
           .filter(id => id && !document.getElementById(id)).map(id => name + '=' + id)))
"""
MISPLACED = """
[...document.querySelectorAll([
    ':is(ul, ol) > :not(li, template)', 'dl > :not(dt, dd, div)', ':is(dt, dd):not(dl > *, dl > div > *)',
    ':is(a, button) :is(a, button, input, select, textarea, details)', 'form form',
    ':is(span, h1, h2, h3, h4, h5, h6, button) :is(div, p, ul, ol, dl, table, section, form, fieldset)',
].join(', '))].map(element => `${element.parentElement.outerHTML.slice(0, 120)}`)
"""
MOVING = "document.getAnimations().filter(animation => animation.playState === 'running').length"
DOUBLED = """
[...document.querySelectorAll('[id]')].map(element => element.id)
   .filter((id, place, all) => all.indexOf(id) !== place)
"""


class Visit:
    """`errors` keeps what the console complained of, offences against the content policy included."""

    def __init__(self, *, address: str, context: BrowserContext) -> None:
        self._address = address
        self.context = context
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self._sent = ""
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self._listen(message.type, message.text))

    def go(self, path: str) -> int:
        response = self.page.goto(self._address + path)
        assert response
        self._sent = response.text()
        return response.status

    def path(self) -> str:
        return self.page.url.removeprefix(self._address)

    def barriers(self) -> list[str]:
        """What axe finds, and what it does not see."""
        self.page.evaluate(AXE)
        found: list[str] = self.page.evaluate(AXE_RUN)
        return found + self.obstacles()

    def obstacles(self) -> list[str]:
        """Width, small targets, references that lead nowhere: quick to ask, and different in each mode."""
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        found = [f"the page is {width[0]} wide in a window of {width[1]}"] if width[0] > width[1] else []
        found += [f"small target: {html}" for html in self.page.evaluate(SMALL_TARGETS)]
        found += [f"leads nowhere: {name}" for name in self.page.evaluate(DANGLING)]
        return found + [f"id used twice: {name}" for name in self.page.evaluate(DOUBLED)]

    def misspelled(self) -> list[str]:
        """Where the page last gone to is not HTML: what a parser must mend, and what stands where it may not."""
        read = JustHTML(self._sent, sanitize=False, collect_errors=True)
        found = [f"line {error.line}: {error.code}" for error in read.errors]
        found += [f"stands where it may not: {html}" for html in self.page.evaluate(MISPLACED)]
        return found + [f"{moving} animations" for moving in [self.page.evaluate(MOVING)] if moving]

    def focused(self) -> str:
        """The id of what has the focus, else its text."""
        active = "document.activeElement"
        return str(self.page.evaluate(f"{active}.id || {active}.textContent.trim()"))

    def _listen(self, kind: str, text: str) -> None:
        """A refusal is a page with its own status; the browser reports that as a failed load."""
        if kind in {"error", "warning"} and "the server responded with a status of 4" not in text:
            self.errors.append(text)


class Site:
    def __init__(self, *, address: str, browser: Browser) -> None:
        self.address = address
        self._browser = browser
        self._visits: list[Visit] = []

    def visit(self, user: User | None = None, **options: Any) -> Visit:
        """`options` as Playwright names them: colour scheme, forced colours, viewport, JavaScript or not."""
        context = self._browser.new_context(**{"locale": "nb-NO", "reduced_motion": "reduce", **options})
        if user:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": self.address}
            context.add_cookies([cookie])  # type: ignore[list-item]  # Playwright's own type for a plain dict
        visit = Visit(address=self.address, context=context)
        self._visits.append(visit)
        return visit

    def close(self) -> None:
        for visit in self._visits:
            visit.context.close()
        assert [error for visit in self._visits for error in visit.errors] == []


def _session(user: User) -> str:
    """The same as signing in, without the half second a password takes; signing in has its own test."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
