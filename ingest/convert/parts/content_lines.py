"""The lines of calendars and address books (RFC 5545 and 6350, vCard 2.1): properties of components in each other."""

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.charsets import superset
from ingest.convert.formats.text import decode

NAME = re.compile(r"(?:([\w-]+)\.)?([\w-]+)")
PARAMETER = re.compile(r';\s*([\w-]+)(?:=((?:"[^"]*"|[^";:])*))?')
FOLD = re.compile(rb"\r?\n[ \t]")  # may part the bytes of a character
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Property(NamedTuple):
    """`value` still has its escapes, which part a list from what is in it."""

    name: str
    value: str
    parameters: Mapping[str, str]
    group: str

    def text(self) -> str:
        return unescaped(self.value)

    def fields(self) -> list[str]:
        """Those that semicolons part, such as the street and the town of an address."""
        return [unescaped(part).strip() for part in re.split(r"(?<!\\);", self.value)]


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    inner: "list[Component]" = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [given for given in self.properties if given.name == name]

    def first(self, name: str) -> Property | None:
        return next((given for given in self.properties if given.name == name), None)

    def text(self, name: str) -> str:
        given = self.first(name)
        return given.text().strip() if given else ""


def components(data: bytes, filename: str) -> list[Component]:
    """The outermost ones; an end that is missing is that of the file."""
    top = Component("")
    opened = [top]
    for given in _properties(data, filename):
        if given.name == "BEGIN":
            component = Component(given.value.strip().upper())
            opened[-1].inner.append(component)
            opened.append(component)
        elif given.name == "END":
            if len(opened) > 1:
                opened.pop()
        else:
            opened[-1].properties.append(given)
    return top.inner


def _properties(data: bytes, filename: str) -> Iterator[Property]:
    lines = iter(decode(FOLD.sub(b"", data) if b"\0" not in data else data, filename).split("\n"))
    for line in lines:
        name = NAME.match(line)
        if name is None:
            continue
        at = name.end()
        parameters: dict[str, str] = {}
        while parameter := PARAMETER.match(line, at):
            at = parameter.end()
            key, value = parameter[1].upper(), (parameter[2] or "").replace('"', "")
            if parameter[2] is None:  # vCard 2.1 has no names of these
                key, value = ("ENCODING", key) if key in ("QUOTED-PRINTABLE", "BASE64") else ("TYPE", key)
            parameters[key] = f"{parameters[key]},{value}" if key in parameters else value
        if not line.startswith(":", at):
            continue
        value = line[at + 1 :]
        if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
            pieces = [value]
            while pieces[-1].endswith("=") and (more := next(lines, None)) is not None:
                pieces[-1] = pieces[-1][:-1]
                pieces.append(more)
            value = _printed("".join(pieces), parameters.get("CHARSET", ""))
        yield Property(name[2].upper(), value, parameters, (name[1] or "").lower())


def _printed(quoted: str, name: str) -> str:
    data = quopri.decodestring(quoted.encode("utf-8", "replace"))
    return data.decode(superset(name) or "utf-8", "replace")


def unescaped(value: str) -> str:
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
