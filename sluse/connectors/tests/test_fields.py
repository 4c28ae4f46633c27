"""What an administrator enters for a connector, checked field by field."""

from typing import Any

import pytest

from sluse.connectors import fields
from sluse.connectors.business_central import CONFIG
from sluse.connectors.fields import Config, Field

GUID = "1f2e3d4c-0000-4000-8000-123456789abc"
CREDENTIALS = {"client_id": GUID, "client_secret": "value"}
SETTINGS = {"tenant_id": GUID, "company_id": GUID}


def found(settings: dict[str, Any], credentials: dict[str, Any] | None = None) -> dict[str, str]:
    problems = fields.problems(config=CONFIG, settings=settings, credentials=credentials or CREDENTIALS)
    assert all(problem.detail for problem in problems)
    return {problem.path: problem.code for problem in problems}


def test_what_is_complete_has_no_problem_and_gets_its_defaults() -> None:
    assert found(SETTINGS) == {}
    assert fields.with_defaults(CONFIG, SETTINGS) == {
        "tenant_id": GUID,
        "environment": "Production",
        "company_id": GUID,
        "company_name": "",
        "document": "purchase_invoice",
        "post": True,
        "vendor": "",
        "journal_template": "",
    }


def test_what_is_missing_is_only_missing() -> None:
    assert found({"tenant_id": " ", "company_id": None}, {"client_id": GUID}) == {
        "settings.tenant_id": "required",
        "settings.company_id": "required",
        "credentials.client_secret": "required",
    }


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("tenant_id", "https://evil.example/", "form"),
        ("tenant_id", GUID + "/../other", "form"),
        ("tenant_id", f"{GUID}\n", ""),
        ("tenant_id", f"{GUID}\nx", "text"),
        ("tenant_id", 7, "text"),
        ("environment", "Prod uction", "form"),
        ("environment", "../x", "form"),
        ("environment", "E" * 31, "form"),
        ("environment", "Sandbox-2_b", ""),
        ("environment", "E" * 501, "too_long"),
        ("document", "journal", ""),
        ("document", "sales_invoice", "choice"),
        ("vendor", "V'00001", "form"),
        ("journal_template", "GENERAL-LONG", "form"),
        ("post", "maybe", "choice"),
        ("post", "False", ""),
        ("url", "https://evil.example", "unknown_field"),
    ],
)
def test_each_field_has_its_form(name: str, value: object, code: str) -> None:
    assert found(SETTINGS | {name: value}) == ({f"settings.{name}": code} if code else {})


def test_a_document_that_is_not_supported_is_refused_in_words() -> None:
    [problem] = fields.problems(
        config=CONFIG, settings=SETTINGS | {"document": "sales_invoice"}, credentials=CREDENTIALS
    )
    assert problem.path == "settings.document"
    assert problem.detail


@pytest.mark.parametrize(
    ("value", "stored"), [("True", True), ("false", False), (True, True), (False, False)]
)
def test_a_choice_is_stored_as_what_it_stands_for(value: object, stored: bool) -> None:  # noqa: FBT001
    assert fields.with_defaults(CONFIG, SETTINGS | {"post": value})["post"] is stored


def test_text_is_stored_without_outer_blanks() -> None:
    assert fields.with_defaults(CONFIG, {"environment": "  Sandbox "})["environment"] == "Sandbox"


def test_choices_are_named_where_a_field_has_no_words_of_its_own() -> None:
    config = Config(
        settings=(Field(name="size", label="Size", choices=(("s", "Small"), ("l", "Large"))),),
        credentials=(),
        identity=(),
    )
    [problem] = fields.problems(config=config, settings={"size": "m"}, credentials={})
    assert "Small, Large" in problem.detail
