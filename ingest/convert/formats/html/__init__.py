"""HTML: every word a reader would see, with its headings, lists, tables and preformatted text."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from lxml import etree

from ingest.convert import Extracted, Recognised
from ingest.convert.formats.html.source import parse
from ingest.convert.formats.html.walk import Walk
from ingest.convert.parts.inline_style import page_of
from ingest.convert.parts.pictures import Pictures

CONVERTER = f"html 10 (lxml {version('lxml')})"

SHORT = 200  # characters of a page that may be all that is shown until its script runs
HIDDEN_SHARE = 10  # times as much is hidden then
# A picture that the page holds itself, in place of its address.
DATA = re.compile(r"data:image/(\w+);base64,")
NO_TEXTS: Mapping[int, Recognised] = MappingProxyType({})


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = NO_TEXTS) -> Extracted:
    """`texts` are those recognised on the pictures that the page holds itself; without, those on which there may be
    some."""
    roots = parse(file.read(), filename)
    names = {source: f"{number}.{kind}" for number, (source, kind) in enumerate(_sources(roots))}
    pictures = Pictures({name: len(source) * 3 // 4 for source, name in names.items()}, texts)
    return pictures.extracted(_extracted(roots, lambda source: pictures.text(names.get(source))))


def convert_chapter(data: bytes, filename: str, picture_text: Callable[[str], str]) -> Extracted:
    """With the text on its pictures by their addresses."""
    return _extracted(parse(data, filename), picture_text)


def held_picture(data: bytes, filename: str, number: int) -> bytes:
    source = list(_sources(parse(data, filename)))[number][0]
    return b64decode(unquote_to_bytes(source.partition(",")[2]))


def _sources(roots: Sequence[etree._Element]) -> Iterator[tuple[str, str]]:
    """Of the pictures that a page holds itself, each once, and the kind of each."""
    sources = dict.fromkeys(image.get("src", "") for root in roots for image in root.iter("img"))
    return ((source, found[1].lower()) for source in sources if (found := DATA.match(source)))


def _extracted(roots: Sequence[etree._Element], picture_text: Callable[[str], str]) -> Extracted:
    sources = dict.fromkeys(image.get("src", "") for root in roots for image in root.iter("img"))
    said = {source: picture_text(source) for source in sources}
    title = next((title.text for root in roots for title in root.iter("title")), None)
    text, hidden = _text(roots, said)
    return Extracted(text, CONVERTER, title=title, hidden=hidden)


def _text(roots: Sequence[etree._Element], said: Mapping[str, str]) -> tuple[str, int]:
    """What is shown, and how many characters are not; where next to nothing is, the page is hidden until its script
    runs."""
    page = page_of(roots)
    walk = Walk(said, page)
    shown = walk.text(roots)
    if len(shown) >= SHORT or not page.scripted:
        return shown, walk.hidden
    everything = Walk(said, page, hidden_too=True).text(roots)
    return (everything, 0) if len(everything) > HIDDEN_SHARE * len(shown) else (shown, walk.hidden)
