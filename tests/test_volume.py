"""The measurement of volume in its quick form: hundreds through each sandbox, with a worker of its own and limits on."""

import pytest

from bench import systems, volume

COUNT = 200


@pytest.mark.journey
@pytest.mark.parametrize("kind", sorted(systems.SYSTEMS))
def test_hundreds_are_posted_once_to_the_ore_within_every_limit(
    committed_database: None, process_environment: dict[str, str], kind: str
) -> None:
    measured = volume.measure(kind=kind, count=COUNT, environment=process_environment)

    assert measured.broken_bounds() == []
    assert (measured.reimbursements, measured.posted, measured.duplicates) == (COUNT, COUNT, 0)
    assert measured.approved_ore == sum(31_000 + number for number in range(COUNT))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("posted", 1, "not everything was posted"),
        ("there_ore", 1, "the sums differ"),
        ("duplicates", 1, "something is there twice"),
        ("violations", 1, "a limit was overstepped"),
        ("requests", 1, "more than 0.05 requests each"),
    ],
)
def test_a_broken_bound_is_named(name: str, value: int, sentence: str) -> None:
    kept = {"reimbursements": 2, "posted": 2, "approved_ore": 5, "there_ore": 5, "requests": 0}
    kept |= {"violations": 0, "duplicates": 0}
    good = volume.Measured(kind="xledger", seconds=1.0, **kept)
    bad = volume.Measured(kind="xledger", seconds=1.0, **(kept | {name: value}))

    assert good.broken_bounds() == []
    assert bad.broken_bounds() == [sentence]
