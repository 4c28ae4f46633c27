"""A story: how it begins, who it is about, and its steps on a hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sluse.organizations.models import User
from tests.browser.hands import Hand
from tests.browser.stage import Stage

Step = Callable[[Hand, Stage], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    begins: Callable[[Stage], None]
    steps: Sequence[Step]
    person: Callable[[Stage], User] = lambda stage: stage.kari
