"""What is assumed of Business Central, as questions to a real tenant: `docs/onboarding.md` says why, and what to do."""

from typing import Any

from sluse.connectors.business_central import questions
from sluse.connectors.business_central.asking import open_asker
from sluse.connectors.probes import Probe, Probes


def _read(name: str, question: str, assumed: str, run: Any, switch: str = "") -> Probe:
    return Probe(name=name, question=question, assumed=assumed, run=run, switch=switch)


def _by_hand(name: str, question: str, assumed: str, switch: str = "") -> Probe:
    return Probe(name=name, question=question, assumed=assumed, switch=switch)


BY_HAND = (
    _by_hand(
        "rolled-back-success",
        "What do the operations before a refused one report in a snapshot batch?",
        "201",
        "rolled_back_operations_report_success",
    ),
    _by_hand(
        "nested-dimensions",
        "May dimensions stand inside the lines of a deep insert?",
        "yes",
        "line_dimensions_inside_deep_insert",
    ),
    _by_hand(
        "totals-at-creation",
        "Does the answer to a deep insert hold the totals of its lines?",
        "yes",
        "created_invoices_answer_totals",
    ),
    _by_hand(
        "number-posted-before",
        "When is a vendor's invoice number refused that is posted already?",
        "at post",
        "duplicate_number_refused_at_create",
    ),
    _by_hand(
        "closed-period",
        "With which code is a posting date in a closed period refused?",
        "Application_DialogException",
        "closed_period_code",
    ),
    _by_hand(
        "missing-permission",
        "With which code is a missing permission set refused?",
        "Internal_ServerError",
        "missing_permission_code",
    ),
    _by_hand(
        "size-of-files", "Does a file's `byteSize` say how long it is?", "yes", "attachments_tell_their_size"
    ),
    _by_hand(
        "files-hang-on-invoices", "Do files hang on the invoice they name?", "yes", "attachments_are_linked"
    ),
    _by_hand(
        "files-after-posting",
        "Does a posted invoice take files?",
        "yes",
        "posted_invoices_take_attachments",
    ),
    _by_hand(
        "existing-key",
        "With which status is a journal refused whose code is there already?",
        "400",
        "same_key_status",
    ),
    _by_hand(
        "lines-of-employees", "Are journal lines of employees shown?", "no", "employee_lines_are_hidden"
    ),
    _by_hand(
        "empty-line",
        "Does posting leave an empty line in the journal?",
        "yes",
        "posting_leaves_an_empty_line",
    ),
    _by_hand(
        "inherited-dimensions",
        "Do the lines of an invoice begin with its header's dimensions?",
        "yes",
        "lines_inherit_header_dimensions",
    ),
    _by_hand(
        "files-on-the-ledger",
        "Can a file hang on an entry of the ledger?",
        "no",
        "ledger_entries_take_attachments",
    ),
    _by_hand("throttled", "Does a 429 carry Retry-After?", "no", "throttled_answers_say_when"),
    _by_hand(
        "weight-of-a-batch",
        "Does every operation of a batch count against the request limit?",
        "yes",
        "batch_counts_every_operation",
    ),
)

PROBES = Probes(
    open=open_asker,
    all=(
        _read("company", "Does the company answer with the id that was named?", "yes", questions.company),
        _read("readable-sets", "May the application read every set it needs?", "all", questions.readable),
        _read("local-currency", "Is the company's own currency kroner?", "NOK", questions.currency),
        _read(
            "unknown-environment",
            "What does an environment that does not exist answer?",
            "404 NoEnvironment",
            questions.unknown_environment,
        ),
        _read(
            "unknown-company",
            "What does a company that does not exist answer?",
            "404 Internal_CompanyNotFound",
            questions.unknown_company,
        ),
        _read(
            "unknown-record",
            "What does an invoice that does not exist answer?",
            "404 Internal_RecordNotFound",
            questions.unknown_record,
        ),
        _read(
            "unknown-property",
            "What does a filter on a property that does not exist answer?",
            "400 BadRequest",
            questions.unknown_property,
        ),
        _read("correlation-id", "Where is an error's correlation id?", "at the end", questions.correlation),
        _read(
            "wrong-token",
            "Who answers to a wrong token: the gateway in XML, or the service in JSON?",
            "401 not json",
            questions.wrong_token,
            "unauthorized_answers_are_xml",
        ),
        _read(
            "wrong-secret",
            "With which status is a wrong client secret refused?",
            "401",
            questions.wrong_secret,
            "token_refusal_status",
        ),
        _read("look-up", "Can invoices be looked up by vendor and number?", "200, 0 rows", questions.look_up),
        _read("quotes", "Is a doubled quote in a filter understood?", "200, 0 rows", questions.quotes),
        _read(
            "either-of-two-properties",
            "Is a filter on either of two properties refused?",
            "refused",
            questions.either_of_two_properties,
        ),
        _read(
            "page-size",
            "Is the page size obeyed that was asked for?",
            "2",
            questions.page_size,
            "page_rows_max",
        ),
        _read("next-page", "Is the next page on the same host?", "same host", questions.next_page),
        _read("etags", "Does every row carry its version?", "yes", questions.etags),
        _read(
            "order-of-a-batch",
            "In which order does a batch answer?",
            "in another order",
            questions.order,
            "batch_answers_in_order",
        ),
        _read(
            "batch-goes-on", "Does a batch go on after an error when asked to?", "2 of 2", questions.goes_on
        ),
        _read(
            "snapshot-stops",
            "Does a snapshot batch stop at the first error?",
            "1 of 2",
            questions.stops,
            "snapshot_stops_at_refusal",
        ),
        _read(
            "too-many-operations",
            "What do 101 operations in one batch answer?",
            "500",
            questions.too_many,
            "too_many_operations_status",
        ),
        *BY_HAND,
    ),
)
