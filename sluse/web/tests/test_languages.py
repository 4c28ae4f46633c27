"""Every text is there in Bokmål and Nynorsk, and the catalogues say what the code says."""

import re
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import translation

from sluse.web import language
from sluse.web.tests import catalogues

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def _keys(catalog: Catalog) -> set[Any]:
    return {(message.context, message.id) for message in catalog if message.id}


def _told(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


@pytest.mark.parametrize("code", catalogues.LANGUAGES)
def test_the_catalogue_holds_exactly_the_texts_of_the_code(code: str) -> None:
    wanted, written = _keys(catalogues.template()), _keys(catalogues.read(code))
    assert sorted(map(str, wanted - written)) == []
    assert sorted(map(str, written - wanted)) == []


@pytest.mark.parametrize("code", catalogues.WRITTEN)
def test_every_text_of_the_code_is_translated_wherever_it_stands(code: str) -> None:
    catalogue = catalogues.read(code)
    told = list(catalogues.spoken())
    assert len(told) > 300
    assert [one for one in told if not catalogue.get(one[1], one[2])] == []


@pytest.mark.parametrize("code", catalogues.WRITTEN)
def test_no_text_is_missing_or_doubtful(code: str) -> None:
    catalogue = catalogues.read(code)
    assert [message.id for message in catalogue if message.id and not all(_told(message))] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", catalogues.WRITTEN)
def test_every_translation_keeps_the_facts_of_the_text(code: str) -> None:
    for message in catalogues.read(code):
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        facts = {fact.group() for text in ids for fact in PLACEHOLDER.finditer(text)}
        for text in _told(message):
            assert {fact.group() for fact in PLACEHOLDER.finditer(text)} <= facts, message.id
        assert {fact.group() for fact in PLACEHOLDER.finditer(_told(message)[-1])} == facts, message.id


@pytest.mark.parametrize("code", catalogues.LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(code: str) -> None:
    path = catalogues.address(code)
    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(catalogues.read(code))


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("no", "nb"),
        ("no-NO", "nb"),
        ("nb-NO,en;q=0.8", "nb"),
        ("nn-NO,nb;q=0.9", "nn"),
        ("en-GB", "en"),
        ("de-DE,en;q=0.5", "en"),
        ("de-DE", ""),
        ("*", ""),
        ("", ""),
    ],
)
def test_the_browsers_wish_is_understood(wanted: str, answer: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": wanted})
    assert language.from_browser(request) == answer


def test_a_visitor_gets_bokmal_unless_something_else_is_wished(client: Client) -> None:
    response = client.get("/sign-in/")
    assert response.headers["Content-Language"] == "nb"
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in response.headers["Vary"].split(",")}
    assert '<html lang="nb"' in response.content.decode()
    assert "Logg inn" in response.content.decode()


def test_the_cookie_wins_over_the_browser(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nn"
    assert client.get("/sign-in/", headers={"Accept-Language": "en"}).headers["Content-Language"] == "nn"


@pytest.mark.parametrize("code", ["nb", "nn", "en"])
def test_every_language_has_its_own_words(code: str) -> None:
    words = {"nb": "Logg inn", "nn": "Logg inn", "en": "Sign in"}
    with translation.override(code):
        assert translation.gettext("Sign in") == words[code]
