"""The sandbox refuses what Business Central refuses."""

from typing import Any

import pytest

from sluse.sandbox.business_central.seed import OTHER_COMPANY_ID
from sluse.sandbox.tests.caller import COMPANY, Caller, creation, invoice, line

LINES = "purchaseInvoiceLines"


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


# --- signing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "status", "number"),
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_id": "not-a-guid"}, 400, 700016),
        ({"scope": "openid"}, 400, 70011),
        ({"grant_type": "password"}, 400, 70003),
    ],
)
def test_a_wrong_sign_in_is_refused(
    caller: Caller, changes: dict[str, str], status: int, number: int
) -> None:
    answer = caller.sign_in(**changes)
    assert (answer.status_code, answer.json()["error_codes"]) == (status, [number])


def test_a_token_is_good_for_its_tenant_and_its_time_only(caller: Caller) -> None:
    own = caller.token
    with Caller(base=caller.remote.base) as other:
        other.token = own
        assert other.call("GET", "companies").status_code == 401
    caller.remote.revoke_tokens()
    answer = caller.call("GET", "companies")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/xml")
    caller.remote.switches(unauthorized_answers_are_xml=False)
    assert error(caller.call("GET", "companies")) == (401, "Authentication_InvalidCredentials")


def test_every_tenant_environment_and_company_is_a_world_of_its_own(caller: Caller) -> None:
    assert error(caller.call("GET", "companies", environment="Nowhere")) == (404, "NoEnvironment")
    assert error(caller.call("GET", f"companies({caller.tenant})/accounts"))[0] == 404
    caller.create()
    elsewhere = f"companies({OTHER_COMPANY_ID})/purchaseInvoices"
    assert caller.call("GET", elsewhere).json()["value"] == []
    sandbox = caller.call("GET", f"{COMPANY}/purchaseInvoices", environment="Sandbox")
    assert sandbox.json()["value"] == []
    with Caller(base=caller.remote.base) as other:
        assert other.call("GET", f"{COMPANY}/purchaseInvoices").json()["value"] == []
    assert len(caller.call("GET", f"{COMPANY}/purchaseInvoices").json()["value"]) == 1


# --- what is written ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nonsense": 1}, "BadRequest"),
        ({"id": "5106d0e1-0000-4000-8000-000000000009"}, "BadRequest"),
        ({"status": "Open"}, "BadRequest"),
        ({"vendorInvoiceNumber": "R" * 36}, "Application_StringExceededLength"),
        ({"vendorInvoiceNumber": 7}, "BadRequest"),
        ({"postingDate": "20.11.2026"}, "BadRequest"),
        ({"pricesIncludeTax": "yes"}, "BadRequest"),
        ({"vendorNumber": ""}, "Application_DialogException"),
        ({"vendorNumber": "V99999"}, "Application_DialogException"),
        ({"vendorNumber": "V90001"}, "Application_DialogException"),
        ({"currencyCode": "XYZ"}, "Application_DialogException"),
        ({LINES: {}}, "BadRequest"),
        ({LINES: [line(nonsense=1)]}, "BadRequest"),
        ({LINES: [line(unitCost="56.25")]}, "BadRequest"),
        ({LINES: [line(description="x" * 101)]}, "Application_StringExceededLength"),
        ({LINES: [line(lineType="G/L Account")]}, "Unknown"),
        ({LINES: [line(lineObjectNumber="9999")]}, "Internal_InvalidTableRelation"),
        ({LINES: [line(lineObjectNumber="7000")]}, "Application_FieldValidationException"),
        ({LINES: [line(lineObjectNumber="2400")]}, "Application_FieldValidationException"),
        ({LINES: [line(taxCode="XYZ")]}, "Internal_InvalidTableRelation"),
        ({LINES: [line(sequence=1), line(sequence=1)]}, "Internal_EntityWithSameKeyExists"),
        ({LINES: [line(dimensionSetLines=[{"code": "AVD"}])]}, "Application_DialogException"),
        (
            {LINES: [line(dimensionSetLines=[{"code": "X", "valueCode": "10"}])]},
            "Application_DialogException",
        ),
        (
            {LINES: [line(dimensionSetLines=[{"code": "AVD", "valueCode": "11"}])]},
            "Application_DialogException",
        ),
        (
            {LINES: [line(dimensionSetLines=[{"code": "AVD", "valueCode": "10"}] * 2)]},
            "Application_DialogException",
        ),
    ],
    ids=str,
)
def test_a_wrong_invoice_is_refused_as_a_whole(caller: Caller, changes: dict[str, Any], code: str) -> None:
    answer = caller.create(**changes)
    assert error(answer) == (400, code)
    assert "  CorrelationId:  " in answer.json()["error"]["message"]
    assert caller.drafts() == []


def test_codes_are_kept_in_upper_case_and_trimmed(caller: Caller) -> None:
    dimensions = [{"code": "avd", "valueCode": " 10"}]
    made = caller.create(
        vendorNumber=" v00001 ",
        vendorInvoiceNumber="r1",
        purchaseInvoiceLines=[line(dimensionSetLines=dimensions)],
    )
    assert made.status_code == 201
    assert made.headers["location"].endswith(f"purchaseInvoices({made.json()['id']})")
    [held] = caller.remote.vouchers(tenant=caller.tenant)
    assert (held["vendorNumber"], held["vendorInvoiceNumber"]) == ("V00001", "R1")
    assert held["lines"][0]["dimensions"] == {"AVD": "10"}


def test_lines_and_dimensions_can_follow_one_by_one(caller: Caller) -> None:
    caller.remote.switches(line_dimensions_inside_deep_insert=False)
    inside = line(dimensionSetLines=[{"code": "AVD", "valueCode": "10"}])
    assert error(caller.create(purchaseInvoiceLines=[inside])) == (400, "BadRequest")
    made = caller.create(purchaseInvoiceLines=[]).json()["id"]
    path = f"{COMPANY}/purchaseInvoices({made})/purchaseInvoiceLines"
    added = caller.call("POST", path, line())
    dimension = {"code": "AVD", "valueCode": "10"}
    answers = [
        caller.call("POST", f"{path}({added.json()['id']})/dimensionSetLines", dimension)
        for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 400]
    assert "already exists" in answers[1].json()["error"]["message"]
    expanded = caller.call(
        "GET", f"{COMPANY}/purchaseInvoices({made})?$expand=purchaseInvoiceLines($expand=dimensionSetLines)"
    )
    [shown] = expanded.json()[LINES]
    assert shown["dimensionSetLines"][0]["valueCode"] == "10"
    assert error(caller.call("GET", f"{COMPANY}/purchaseInvoiceLines"))[0] == 400


@pytest.mark.parametrize(("included", "total", "tax"), [(True, 100, 20), (False, 125, 25)])
def test_vat_is_business_centrals_own_sum(caller: Caller, included: bool, total: int, tax: int) -> None:  # noqa: FBT001
    made = caller.create(pricesIncludeTax=included, purchaseInvoiceLines=[line(taxCode="HØY", unitCost=100)])
    assert (made.json()["totalAmountIncludingTax"], made.json()["totalTaxAmount"]) == (total, tax)


def test_a_change_needs_the_etag_it_was_read_with(caller: Caller) -> None:
    made = caller.create().json()
    path, change = f"{COMPANY}/purchaseInvoices({made['id']})", {"vendorInvoiceNumber": "R2"}
    assert error(caller.call("PATCH", path, change)) == (400, "BadRequest_InvalidToken")
    current = {"if-match": made["@odata.etag"]}
    assert caller.call("PATCH", path, change, headers=current).status_code == 200
    assert error(caller.call("PATCH", path, change, headers=current)) == (409, "Request_EntityChanged")
    assert error(caller.call("DELETE", path, headers=current)) == (409, "Request_EntityChanged")
    assert caller.call("DELETE", path).status_code == 204
    assert error(caller.call("GET", path))[0] == 404


# --- posting --------------------------------------------------------------------------------------


def test_posting_gives_the_same_invoice_a_new_number_and_happens_once(caller: Caller) -> None:
    made = caller.create().json()
    assert caller.post(made["id"]).status_code == 204
    posted = caller.call("GET", f"{COMPANY}/purchaseInvoices({made['id']})").json()
    assert (posted["status"], posted["number"] != made["number"]) == ("Open", True)
    assert "draft invoice only" in caller.post(made["id"]).json()["error"]["message"]
    path = f"{COMPANY}/purchaseInvoices({made['id']})"
    assert "can no longer be modified" in caller.call("DELETE", path).json()["error"]["message"]


def test_a_vendors_number_is_posted_once_though_drafted_twice(caller: Caller) -> None:
    first, second = caller.create().json(), caller.create().json()
    assert caller.post(first["id"]).status_code == 204
    refused = caller.post(second["id"])
    assert "Purchase Invoice R1 already exists for this vendor." in refused.json()["error"]["message"]
    other_vendor = caller.create(vendorNumber="V00002").json()
    assert caller.post(other_vendor["id"]).status_code == 204


def test_what_is_wrong_is_found_again_when_it_is_posted(caller: Caller) -> None:
    made = caller.create().json()["id"]
    rules: list[tuple[dict[str, Any], str]] = [
        ({"allow_posting_to": "2026-11-19"}, "not within your range"),
        ({"allow_posting_to": "0001-01-01", "allow_posting_from": "2026-11-21"}, "not within your range"),
        ({"allow_posting_from": "0001-01-01", "blocked_accounts": ["7140"]}, "Blocked must be equal"),
        ({"blocked_accounts": [], "mandatory_dimensions": {"7140": "AVD"}}, "Select a Dimension Value Code"),
        ({"mandatory_dimensions": {}, "may_write": False}, "permissions prevented"),
    ]
    for settings, text in rules:
        caller.remote.company(tenant=caller.tenant, **settings)
        assert text in caller.post(made).json()["error"]["message"]
    caller.remote.company(tenant=caller.tenant, may_write=True)
    assert caller.post(made).status_code == 204
    empty = caller.create("R9", purchaseInvoiceLines=[]).json()["id"]
    assert "nothing to post" in caller.post(empty).json()["error"]["message"]
    unnamed = caller.create("").json()["id"]
    assert "document number of the document" in caller.post(unnamed).json()["error"]["message"]


# --- batches --------------------------------------------------------------------------------------


def test_a_snapshot_is_rolled_back_though_it_reports_success(caller: Caller) -> None:
    good, bad = invoice("R1"), invoice("R2", vendorNumber="V99999")
    answers = caller.batch(good, bad, invoice("R3"), isolation="snapshot")
    assert [answer["status"] for answer in answers] == [201, 400]
    assert caller.drafts() == []
    caller.remote.switches(rolled_back_operations_report_success=False, snapshot_stops_at_refusal=False)
    answers = caller.batch(good, bad, invoice("R3"), isolation="snapshot")
    assert [answer["status"] for answer in answers] == [424, 400, 424]
    assert caller.drafts() == []


def test_without_a_snapshot_what_went_before_stays(caller: Caller) -> None:
    good, bad = invoice("R1"), invoice("R2", vendorNumber="V99999")
    assert [answer["status"] for answer in caller.batch(good, bad, invoice("R3"))] == [201, 400]
    assert caller.drafts() == ["R1"]
    answers = caller.batch(bad, invoice("R3"), prefer="odata.continue-on-error")
    assert [answer["status"] for answer in answers] == [400, 201]
    assert caller.drafts() == ["R1", "R3"]


def test_posting_in_a_snapshot_commits(caller: Caller) -> None:
    made = caller.create("R1").json()["id"]
    posting = {"id": "8", "method": "POST", "url": f"{COMPANY}/purchaseInvoices({made})/Microsoft.NAV.post"}
    requests = [creation(invoice("R2"), 7), posting, creation(invoice("R3", vendorNumber="X"), 9)]
    caller.call("POST", "$batch", {"requests": requests}, headers={"isolation": "snapshot"})
    assert caller.drafts() == ["R1", "R2"]
    assert [row["status"] for row in caller.remote.vouchers(tenant=caller.tenant)] == ["Open", "Draft"]


def test_a_batch_in_another_form_is_refused_as_a_whole(caller: Caller) -> None:
    many = {"requests": [creation(invoice(f"R{number}"), number) for number in range(101)]}
    assert caller.call("POST", "$batch", many).status_code == 500
    assert caller.call("POST", "$batch", {"requests": {}}).status_code == 400
    assert caller.call("POST", "$batch", {"requests": [{"method": "POST"}]}).status_code == 400
    untyped = creation(invoice(), 1) | {"headers": {}}
    assert caller.call("POST", "$batch", {"requests": [untyped]}).status_code == 400
    asked = caller.call("POST", "$batch", {"requests": []}, headers={"accept": "*/*"})
    assert asked.headers["content-type"] == "multipart/mixed"
    assert caller.drafts() == []


# --- reading --------------------------------------------------------------------------------------


def test_pages_follow_one_another(caller: Caller) -> None:
    codes, path = [], f"{COMPANY}/accounts"
    while path:
        body = caller.call("GET", path, headers={"prefer": "odata.maxpagesize=7"}).json()
        codes += [row["number"] for row in body["value"]]
        path = body.get("@odata.nextLink", "").partition("/api/v2.0/")[2]
    assert codes == sorted(set(codes))
    assert {"7100", "7130", "7140", "7150", "7160", "2400", "2910", "2990", "1920", "6800"} <= set(codes)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("vendorInvoiceNumber eq 'R1'", 1),
        ("vendorNumber eq 'V00001' and vendorInvoiceNumber eq 'R1'", 1),
        ("vendorNumber eq 'V00002' and vendorInvoiceNumber eq 'R1'", 0),
        ("vendorInvoiceNumber eq 'R1' or vendorInvoiceNumber eq 'R2'", 2),
        ("vendorInvoiceNumber eq 'D''AMICO'", 0),
        ("postingDate gt 2026-11-19", 2),
        ("vendorInvoiceNumber eq 'R1' or vendorNumber eq 'V00001'", None),
        ("totalAmountIncludingTax gt 1", None),
        ("nonsense eq 1", None),
        ("vendorInvoiceNumber eq 'D'AMICO'", None),
        ("startswith(vendorInvoiceNumber,'R')", None),
    ],
)
def test_a_filter_is_obeyed_or_refused(caller: Caller, condition: str, found: int | None) -> None:
    caller.create("R1")
    caller.create("R2")
    answer = caller.client.get(
        f"/v2.0/{caller.tenant}/Production/api/v2.0/{COMPANY}/purchaseInvoices",
        params={"$filter": condition},
        headers={"authorization": f"Bearer {caller.token}"},
    )
    if found is None:
        assert error(answer) == (400, "BadRequest")
    else:
        assert len(answer.json()["value"]) == found


def test_sets_that_are_only_read_refuse_to_be_written(caller: Caller) -> None:
    assert error(caller.call("POST", f"{COMPANY}/accounts", {})) == (405, "BadRequest_MethodNotAllowed")
    assert error(caller.call("GET", f"{COMPANY}/nonsense")) == (400, "BadRequest_NotFound")
    [setup] = caller.call("GET", f"{COMPANY}/generalLedgerSetup").json()["value"]
    assert setup["localCurrencyCode"] == "NOK"
