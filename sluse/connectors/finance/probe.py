"""What is assumed of Finance, as questions to a real tenant: `docs/onboarding.md` says why, and what to do."""

from typing import Any

from sluse.connectors.finance import questions
from sluse.connectors.finance.asking import open_asker
from sluse.connectors.probes import Probe, Probes


def _read(name: str, question: str, assumed: str, run: Any, switch: str = "") -> Probe:
    return Probe(name=name, question=question, assumed=assumed, run=run, switch=switch)


def _by_hand(name: str, question: str, assumed: str, switch: str = "") -> Probe:
    return Probe(name=name, question=question, assumed=assumed, switch=switch)


BY_HAND = (
    _by_hand(
        "line-numbers",
        "Does a line keep the number it is sent with, so that the same one is refused?",
        "yes",
        "keeps_line_numbers",
    ),
    _by_hand(
        "batch-goes-on", "Does a batch go on after a refused changeset when asked to?", "yes", "batch_goes_on"
    ),
    _by_hand("refused-lines", "With which status is a line refused?", "400", "refusal_status"),
    _by_hand("throttled", "Does a 429 carry Retry-After?", "yes", "throttled_answers_say_when"),
    _by_hand("who-posts", "Does a batch job post the journals, or does a person?", "a person", "job_seconds"),
)

PROBES = Probes(
    open=open_asker,
    all=(
        _read(
            "legal-entity",
            "Does Finance know the legal entity that was named?",
            "200, 1 rows",
            questions.legal_entity,
        ),
        _read("readable-sets", "May the application read every set it needs?", "all", questions.readable),
        _read(
            "segments",
            "Does every segment of the dimension format have values?",
            "all",
            questions.segments,
        ),
        _read("unknown-set", "What does a set that does not exist answer?", "404", questions.unknown_set),
        _read(
            "unknown-property",
            "What does a filter on a property that does not exist answer?",
            "400 with words",
            questions.unknown_property,
        ),
        _read("wrong-token", "What does a wrong token answer?", "401", questions.wrong_token),
        _read(
            "wrong-secret",
            "With which status is a wrong client secret refused?",
            "401",
            questions.wrong_secret,
            "token_refusal_status",
        ),
        _read(
            "look-up", "Can journals be looked up by key or description?", "200, 0 rows", questions.look_up
        ),
        _read("quotes", "Is a doubled quote in a filter understood?", "200, 0 rows", questions.quotes),
        _read("lines-since", "Can lines be looked up from a day on?", "200, 0 rows", questions.lines_since),
        _read(
            "next-page",
            "Is the next page on the same host?",
            "same host",
            questions.next_page,
            "page_rows_max",
        ),
        _read("etags", "Does every journal carry its version?", "yes", questions.etags),
        _read(
            "keys-kept",
            "Do our journals keep their `IntegrationKey`?",
            "yes",
            questions.keys_kept,
            "keeps_integration_key",
        ),
        _read(
            "numbers-of-posted",
            "Which number does a posted voucher bear?",
            "our reference",
            questions.numbers_of_posted,
            "renumbers_vouchers",
        ),
        *BY_HAND,
    ),
)
