"""An accounting system's refusals in a bookkeeper's words: what is wrong, and where to change it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

ERP_MESSAGE_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`pattern` is looked for in the ERP's own words; what its groups catch may stand in the sentence."""

    pattern: str
    code: str
    sentence: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    code: str
    sentence: str


def explain(*, known: Sequence[Known], message: str) -> Explanation | None:
    """By the first that fits; None for words that nobody has met before."""
    for one in known:
        found = re.search(one.pattern, message)
        if found is not None:
            return Explanation(code=one.code, sentence=str(one.sentence) % found.groupdict())
    return None


def erp_words(message: str) -> str:
    """The ERP's own words, cut: they are hostile until proven otherwise."""
    words = "".join(letter if letter.isprintable() else " " for letter in message)
    return words[:ERP_MESSAGE_CHARACTERS_MAX]
