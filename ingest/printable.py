"""What a terminal may be sent: a name or a message of others may hold characters that move its cursor, end the line or
turn its direction; these are escaped."""

import json


def printable(text: str) -> str:
    return text if text.isprintable() else "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def printable_json(value: object) -> str:
    """In one line, with letters as they are."""
    line = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)
