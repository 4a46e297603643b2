"""Flat OpenDocument (ISO/IEC 26300): a text, slides or a spreadsheet as one XML file, made into one that is zipped."""

import zipfile
from io import BytesIO
from typing import BinaryIO

from lxml import etree

from ingest.convert.parts.archive import parsed

PARTS = ("content.xml", "styles.xml", "meta.xml")  # of each one element is read, and the file has them all
MANIFEST = b'<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def zipped(file: BinaryIO, filename: str) -> BinaryIO:
    """Raises `ConversionFailed`."""
    root = parsed(file.read(), filename)
    for element in root.iter("{*}*"):  # the library that reads tables takes no indentation
        if not str(element.tag).startswith(TEXT):
            _strip(element)
    content = etree.tostring(root)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", SPREADSHEET)  # only spreadsheets are told by it
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        for part in PARTS:
            archive.writestr(part, content)
    packed.seek(0)
    return packed


def _strip(element: etree._Element) -> None:
    """Take out the blanks between the elements in it."""
    if element.text and element.text.isspace():
        element.text = None
    for child in element:
        if child.tail and child.tail.isspace():
            child.tail = None
