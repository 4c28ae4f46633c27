"""A national identity number has no business in an expense text. Pure."""

import re

ELEVEN_DIGITS = re.compile(r"(?<![0-9])([0-9]{6}) ?([0-9]{5})(?![0-9])")
FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def has_national_identity_number(text: str) -> bool:
    return any(_checks_out(first + last) for first, last in ELEVEN_DIGITS.findall(text))


def _checks_out(digits: str) -> bool:
    """Both check digits, modulo 11 (Skatteetaten, fødselsnummer)."""
    numbers = [int(digit) for digit in digits]
    first = -sum(weight * number for weight, number in zip(FIRST_WEIGHTS, numbers, strict=False)) % 11
    second = -sum(weight * number for weight, number in zip(SECOND_WEIGHTS, numbers, strict=False)) % 11
    return (first, second) == (numbers[9], numbers[10])
