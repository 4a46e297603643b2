"""The attributes of store files, and the fields in which chunks carry them so that filters are exact.

Haystack's filters take true for 1, two spellings of a moment for the same, a dot in a name for nesting, and fail when
they order a text beside a number. So each kind of value has a field of its own, without a dot in its name: `flag:rare`,
`number:year`, `text:kind`; a text that is an ISO 8601 date is also `time:day`, in seconds, since texts have no order.
Numbers are compared as JSON has them: an integer beyond 2**53 counts as the nearest float.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

AttributeValue = str | float | bool
LARGEST_EXACT = 2**53
NUL = "\0"

Attributes = Mapping[str, AttributeValue]


def index_fields(attributes: Attributes) -> dict[str, AttributeValue]:
    """The attributes as the index keeps them."""
    kept = dict(equality_field(key, value) for key, value in attributes.items())
    orders = (order_field(key, value) for key, value in attributes.items())
    return kept | dict(order for order in orders if order)


def equality_field(key: str, value: AttributeValue) -> tuple[str, AttributeValue]:
    """The field, and the value it has when the attribute has this value."""
    if isinstance(value, bool):
        return _name("flag", key), value
    if isinstance(value, str):
        return _name("text", key), f"'{value}"  # the quote keeps Haystack from reading a date
    return _name("number", key), _number(value)


def order_field(key: str, value: AttributeValue) -> tuple[str, float] | None:
    """The field, and the value to compare it with to find what comes before or after this one; None if it has no
    order."""
    if isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return _name("number", key), _number(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return _name("time", key), (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(value: float) -> float:
    return float(value) if abs(value) > LARGEST_EXACT else value


def _name(kind: str, key: str) -> str:
    """Without what a term of the index cannot have in a name."""
    return f"{kind}:{key.replace('%', '%25').replace('.', '%2E').replace(NUL, '%00')}"
