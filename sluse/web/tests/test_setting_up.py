"""The way to a connector that can be turned on: step by step, accounts suggested from the chart that was read."""

from datetime import datetime

from sluse.connectors.models import Connector
from sluse.organizations.models import Organization, User
from sluse.vouchers import store
from sluse.web.tests.conftest import SignIn
from sluse.web.tests.reading import words
from tests import people

PAGE = "/o/hlf/connector/"
SYSTEM = {
    "kind": "business_central",
    "settings.tenant_id": "5f4c1c8a-3c1e-4f6e-9a59-0d8f7a1c2b3d",
    "settings.environment": "production",
    "settings.company_id": "8d1c0d9e-1111-4222-8333-0123456789ab",
    "settings.document": "purchase_invoice",
    "settings.post": "True",
    "credentials.client_id": "7a1c2b3d-3c1e-4f6e-9a59-0d8f5f4c1c8a",
    "credentials.client_secret": "never-shown-again-abc1",
}


def read_chart(organization: Organization, now: datetime) -> None:
    accounts = [{"code": "7100", "name": "Bilgodtgjørelse"}, {"code": "7140", "name": "Reisekostnad"}]
    row = Connector.objects.filter(organization=organization)
    row.update(chart={"accounts": accounts, "vat_codes": [], "dimensions": {}}, chart_read_at=now)


def test_the_accounts_of_another_company_are_forgotten(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    read_chart(ready, now)
    as_person(kari).post(PAGE + "system/", SYSTEM)
    row = Connector.objects.get(organization=ready)
    assert (row.chart, row.chart_read_at) != ({}, None)
    as_person(kari).post(PAGE + "system/", {**SYSTEM, "settings.environment": "Annet"})
    row.refresh_from_db()
    assert (row.chart, row.chart_read_at) == ({}, None)


def test_suggestions_fill_what_is_empty_and_save_nothing(
    ready: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    read_chart(ready, now)
    before = store.current(organization=ready)
    facts = {
        "suggest": "yes",
        "expense_types.toll.account": "6810",
        "posting_date": "approval",
        "texts": "line",
    }
    page = as_person(kari).post(PAGE + "mapping/", facts)
    form = page.context["mapping"]
    assert form["expense_types.mileage.account"].value() == "7100"
    assert form["expense_types.toll.account"].value() == "6810"
    assert form["expense_types.other.account"].value() in {None, ""}
    assert "Nothing is saved yet: read them, and save." in words(page)
    assert store.current(organization=ready) == before


def test_the_way_is_shown_step_by_step(
    hlf: Organization, kari: User, as_person: SignIn, now: datetime
) -> None:
    def standing() -> dict[str, str]:
        page = as_person(kari).get(PAGE)
        assert page.content.decode().count('aria-current="step"') == 1
        return {step.section: step.standing.value for step in page.context["steps"]}

    assert standing() == {
        "system": "next",
        "credentials": "later",
        "test": "later",
        "mapping": "later",
        "preview": "later",
        "switch": "later",
    }
    as_person(kari).post(
        PAGE + "system/", {**SYSTEM, "credentials.client_id": "", "credentials.client_secret": ""}
    )
    assert (standing()["credentials"], standing()["test"]) == ("next", "later")
    people.make_ready(hlf, kari, now)
    assert standing() == {
        "system": "done",
        "credentials": "done",
        "test": "done",
        "mapping": "done",
        "preview": "next",
        "switch": "later",
    }
