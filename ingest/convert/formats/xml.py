"""XML: one line per element with text, with the names that lead to it; mixed content stays a paragraph."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, BinaryIO

from lxml import etree

from ingest.convert import Extracted
from ingest.convert.formats.text import decode
from ingest.errors import ConversionFailed

CONVERTER = f"xml 1 (lxml {version('lxml')})"

LONGEST_PATH = 300  # characters of names before a text
FEW_ATTRIBUTES = 100
ATTRIBUTES = etree.XPath("@*")
SPACES = re.compile(r"\s+")

# The file's own entities are expanded within the parser's limits; nothing outside the file is read.
PARSER = etree.XMLParser(
    resolve_entities="internal",  # type: ignore[arg-type]  # unknown to the type stubs
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def convert(file: BinaryIO, filename: str) -> Extracted:
    data = file.read()
    try:
        root = etree.fromstring(data, PARSER)
    except etree.XMLSyntaxError as error:
        code = getattr(error, "code", None)  # unknown to the type stubs
        if code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        if code in (etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_ENTITY_LOOP):
            raise ConversionFailed(f"'{filename}' is nested too deeply to be read, or unpacks without end.") from error
        return Extracted(decode(data, filename), CONVERTER)  # a fragment or damaged: kept as written
    return Extracted("\n".join(_lines(root)).strip("\n"), CONVERTER)


def _lines(root: etree._Element) -> Iterator[str]:
    """`path/name: text`, without the root's name; a blank line before each of several elements of the same name."""
    path: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            path.pop()
            continue
        path.append(_name(str(element.tag)))
        where = "/".join(path[1:])
        if len(where) > LONGEST_PATH:
            where = f"...{where[-LONGEST_PATH:]}"
        previous = element.getprevious()
        if len(element) and previous is not None and previous.tag == element.tag:
            yield ""
        for key, value in _attributes(element):
            yield f"{where}@{_name(key)}: {value}"
        if not len(element) or _is_mixed(element):
            if text := _words(element):
                yield f"{where}: {text}" if where else text
            walk.skip_subtree()


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    if len(element.attrib) <= FEW_ATTRIBUTES:
        yield from ((str(key), str(value)) for key, value in element.attrib.items())
        return
    found: Any = ATTRIBUTES(element)
    yield from ((str(value.attrname), str(value)) for value in found)  # `items` looks each of them up among all


def _name(qualified: str) -> str:
    """Without its namespace."""
    return qualified.rpartition("}")[2]


def _is_mixed(element: etree._Element) -> bool:
    """Whether there is text beside its elements."""
    return any(text and not text.isspace() for text in (element.text, *(child.tail for child in element)))


def _words(element: etree._Element) -> str:
    """All its text, with a space where an element separates letters."""
    pieces = [""]
    for piece in map(str, element.itertext()):
        if pieces[-1][-1:].isalnum() and piece[:1].isalnum():
            pieces.append(" ")
        pieces.append(piece)
    return SPACES.sub(" ", "".join(pieces)).strip()
