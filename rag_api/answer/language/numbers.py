"""The numbers of a text, however they are written."""

import re
from unicodedata import decimal

_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
_BETWEEN_DIGITS = re.compile(r"[.,'’\u00a0\u202f]")
_DAYS = 31


def numbers(text: str) -> frozenset[str]:
    """Those above 31, since days and months have names as well: as digits, without what parts thousands or decimals,
    those of a date apart."""
    found = set()
    for match in _NUMBER.finditer(text):
        first, *groups = _BETWEEN_DIGITS.split(match[0])
        is_date = len(groups) > 1 and any(len(group) != 3 for group in groups)
        for digits in [first, *groups] if is_date else ["".join([first, *groups])]:
            number = "".join(str(decimal(digit)) for digit in digits).lstrip("0")
            if len(number) > 2 or int(number or 0) > _DAYS:  # not of thousands of digits, which `int` refuses
                found.add(number)
    return frozenset(found)
