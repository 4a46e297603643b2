"""E-books (EPUB 2 and 3): the chapters in reading order, each read as the HTML page that it is."""

import posixpath
from collections.abc import Iterable, Mapping
from functools import partial
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from ingest.convert import Extracted, Recognised
from ingest.convert.formats import html
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.pictures import Pictures
from ingest.errors import ConversionFailed

CONVERTER = f"epub 6 ({html.CONVERTER})"

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"  # also lists fonts that are merely obfuscated


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """`texts` are those recognised on pictures; without, the pictures on which there may be some."""
    with Archive(file, filename) as archive:
        package, root = _package(archive)
        chapters = _spine(root, posixpath.dirname(package), filename)
        encrypted = _encrypted(archive)
        pictures = Pictures(archive.sizes(), texts)
        found = []
        for chapter in chapters:
            if chapter in encrypted:
                raise ConversionFailed(f"'{filename}' is protected against copying (DRM). Use a copy that is not.")
            page = archive.read(chapter)
            if page is None:
                raise ConversionFailed(f"'{filename}' is damaged: its chapter '{chapter}' is missing.")
            folder = posixpath.dirname(chapter)
            said = partial(_said, pictures, folder)
            found.append(html.convert_chapter(page, filename, said).text)
        title = root.findtext("{*}metadata/{*}title")
        return pictures.extracted(Extracted("\n\n".join(filter(None, found)), CONVERTER, title=title))


def _said(pictures: Pictures, folder: str, address: str) -> str:
    return pictures.text(_within(folder, address))


def _package(archive: Archive) -> tuple[str, etree._Element]:
    """The part that lists all others, and its name."""
    container = archive.xml(CONTAINER)
    file = None if container is None else container.find(".//{*}rootfile")
    name = "" if file is None else file.get("full-path", "")
    root = archive.xml(name)
    if root is None:
        raise ConversionFailed(f"'{archive.filename}' is damaged: its list of chapters is missing.")
    return name, root


def _spine(root: etree._Element, folder: str, filename: str) -> Iterable[str]:
    """The parts to read, in order, each once; without pictures and the table of contents, which repeats headings."""
    items = {item.get("id"): item for item in root.iterfind("{*}manifest/{*}item")}
    parts = []
    for reference in root.iterfind("{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None:
            raise ConversionFailed(f"'{filename}' is damaged: its list of chapters is not complete.")
        if "nav" not in item.get("properties", "").split() and not item.get("media-type", "").startswith("image/"):
            parts.append(_within(folder, item.get("href", "")))
    return dict.fromkeys(parts)


def _within(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(address.partition("#")[0])))


def _encrypted(archive: Archive) -> set[str]:
    root = archive.xml(ENCRYPTION)
    references = () if root is None else root.iter("{*}CipherReference")
    return {_within("", reference.get("URI", "")) for reference in references}
