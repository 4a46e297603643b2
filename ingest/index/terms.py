"""Filters on attributes as terms.

An attribute is indexed as a term of its key and its value. A number is written as 16 hexadecimal digits that sort as
numbers do, and each of its prefixes is a term too, so that a range of numbers takes a few hundred terms at most (the
prefix coding of Schindler and Diepenbroek, 2008).
"""

import math
import struct
from collections.abc import Callable
from typing import Any

from ingest.index.filters import is_plain_text

_DIGITS = "0123456789abcdef"
_PLACES = 16
_LONGEST_KEY = 1000  # characters; a term has a length limit in the index
_LARGEST = 2**53  # larger integers are not exact as floats

HasLarge = Callable[[str], bool]
"""Whether a chunk may have an integer under this key that no float may equal: one with the term `large(key)`."""


def attribute_terms(attributes: Any) -> list[str]:
    """The terms to index; filters on anything else are checked on the documents."""
    terms: list[str] = []
    for key, value in attributes.items() if isinstance(attributes, dict) else ():
        is_large = isinstance(value, int) and abs(value) > _LARGEST
        if is_large:
            value = math.copysign(math.inf, value)  # greater than all numbers that are compared with it here
        term = _term(key, value)
        if term is None:
            continue
        if is_large:
            terms.append(large(key))
        terms.append(term)
        if not isinstance(value, str):
            terms += [term[:-cut] for cut in range(1, _PLACES)]
    return terms


def large(key: str) -> str:
    return f"{key}\0large"


def one_of(field: str, values: list[Any], has_large: HasLarge) -> list[str] | None:
    """The terms of which exactly the chunks whose field has one of these values have one, or None."""
    terms = [_attribute_term(field, value, has_large) for value in values]
    known = [term for term in terms if term is not None]
    return known if len(known) == len(terms) else None


def compared(field: str, operator: str, value: Any, has_large: HasLarge) -> list[str] | None:
    """The same for numbers that are `<`, `<=`, `>` or `>=` this one."""
    term = None if isinstance(value, str) else _attribute_term(field, value, has_large)
    if term is None:
        return None
    beyond = operator[0]
    terms = [
        term[:place] + digit
        for place in range(len(term) - _PLACES, len(term))
        for digit in _DIGITS
        if (digit > term[place] if beyond == ">" else digit < term[place])
    ]
    return [*terms, term] if operator.endswith("=") else terms


def _attribute_term(field: str, value: Any, has_large: HasLarge) -> str | None:
    key = field.removeprefix("attributes.")
    if key == field or "." in key:
        return None
    if isinstance(value, int | float) and abs(value) > _LARGEST and (isinstance(value, int) or has_large(key)):
        return None
    return _term(key, value)


def _term(key: str, value: Any) -> str | None:
    if len(key) > _LONGEST_KEY or "\0" in key:
        return None
    if is_plain_text(value):
        return f"{key}\0text\0{value}"
    if isinstance(value, int | float) and not math.isnan(value):
        return f"{key}\0number\0{_sortable(value)}"
    return None


def _sortable(value: float) -> str:
    """Digits that sort as the numbers do; true is 1 and false is 0, as in Python and Haystack."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", value + 0.0))  # + 0.0 turns -0.0 into 0.0
    flipped = bits ^ (2**64 - 1 if bits >> 63 else 1 << 63)
    return f"{flipped:0{_PLACES}x}"
