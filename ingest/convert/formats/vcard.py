"""Address books (RFC 6350, vCard 2.1 and 3.0): each person with what is known of them; photos are left out."""

import re
from typing import BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats.text import decode
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.content_lines import Component, Property, components

CONVERTER = "vcard 2"

LABELS = {
    **{"NICKNAME": "Nickname", "ORG": "Organization", "TITLE": "Title", "ROLE": "Role", "TEL": "Phone"},
    **{"EMAIL": "E-mail", "ADR": "Address", "IMPP": "Chat", "URL": "Web", "BDAY": "Birthday"},
    **{"ANNIVERSARY": "Anniversary", "X-ANNIVERSARY": "Anniversary", "RELATED": "Related", "LANG": "Language"},
    **{"X-ABRELATEDNAMES": "Related", "X-ABDATE": "Date", "CATEGORIES": "Categories", "NOTE": "Note"},
}
# What says nothing to a reader among the types of a number or address.
UNSAID = frozenset("PREF VOICE INTERNET X-INTERNET INTL POSTAL PARCEL DOM TEXT UNKNOWN-8BIT".split())
OWN_LABEL = re.compile(r"_\$!<(.*)>!\$_")
DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T.*)?|(\d{4}-\d\d-\d\d)T.*|--(\d\d)-?(\d\d)")
OWN_YEAR = "1604-"  # what Apple writes where the year is not known


def convert(file: BinaryIO, filename: str) -> Extracted:
    data = file.read()
    cards = [card for card in components(data, filename) if card.name == "VCARD"]
    if not cards:
        return Extracted(decode(data, filename), CONVERTER)
    blocks = Blocks()
    for card in cards:
        blocks.heading(1, card.text("FN") or _name(card) or card.text("ORG") or card.text("EMAIL"))
        labels = {given.group: given.text() for given in card.all("X-ABLABEL") if given.group}
        lines = [_line(LABELS[given.name], given, labels) for given in card.properties if given.name in LABELS]
        blocks.paragraph("\n".join(filter(None, lines)))
    return Extracted(blocks.text(), CONVERTER)


def _name(card: Component) -> str:
    given = card.first("N")
    family, first, more, before, behind, *_ = [*(given.fields() if given else []), *[""] * 5]
    return " ".join(filter(None, (before, first, more, family, behind)))


def _line(label: str, given: Property, labels: dict[str, str]) -> str:
    value = _value(given)
    if not value:
        return ""
    own = OWN_LABEL.sub(r"\1", labels.get(given.group, ""))
    types = [kind for kind in given.parameters.get("TYPE", "").split(",") if kind and kind.upper() not in UNSAID]
    kinds = own or ", ".join(dict.fromkeys(kind.lower() for kind in types))
    return f"{label} ({kinds}): {value}" if kinds else f"{label}: {value}"


def _value(given: Property) -> str:
    if given.name == "ADR":
        box, more, street, town, region, code, country, *_ = [*given.fields(), *[""] * 7]
        parts = (box, street, more, " ".join(filter(None, (code, town))), region, country)
        value = ", ".join(filter(None, parts))
    elif given.name == "ORG":
        value = ", ".join(filter(None, given.fields()))
    elif given.name in ("BDAY", "ANNIVERSARY", "X-ANNIVERSARY", "X-ABDATE"):
        value = _day(given.text().strip())
    else:
        value = re.sub(r"^(?:tel|mailto):", "", given.text().strip(), flags=re.IGNORECASE)
    return " ".join(value.split())


def _day(value: str) -> str:
    found = DAY.fullmatch(value)
    if found:
        year, month, day, whole, other_month, other_day = found.groups()
        value = whole or (f"{year}-{month}-{day}" if year else f"{other_month}-{other_day}")
    return value.removeprefix(OWN_YEAR)
