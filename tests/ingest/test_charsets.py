"""Names of character sets from outside: what Python knows is found, and nothing else is remembered."""

import encodings
import string
from collections.abc import Callable
from itertools import product

import pytest

from ingest.charsets import charset
from ingest.convert.formats import eml, text
from ingest.convert.formats.rtf import fonts
from ingest.convert.parts import content_lines, xlsx
from rag_api.http.filenames import upload_name

NAMES = [
    "utf-8",
    "UTF8",
    "latin-1",
    "ISO-8859-15",
    "windows-1252",
    "cp1252",
    "Shift_JIS",
    "euc-kr",
    "gb18030",
    "koi8-u",
]
NAMES += ["cp720", "macintosh", "utf_16_le", "us-ascii", "ISO 8859 1", "ansi_x3.4_1968"]


@pytest.mark.parametrize("name", NAMES)
def test_what_python_has_is_known(name: str) -> None:
    known = charset(name)
    assert known
    assert b"a\0".decode(known, "replace") == b"a\0".decode(name, "replace")


@pytest.mark.parametrize(
    "name", ["", "x", "base64", "idna", "punycode", "unicode_escape", "os", "../os", "a" * 100, "\u00e4"]
)
def test_anything_else_is_none(name: str) -> None:
    assert charset(name) is None


def mail(name: str) -> None:
    head = f"Content-Type: text/plain; charset*={name}''utf-8; name*={name}''a.txt\nSubject: =?{name}?q?a?=\n"
    [part] = eml.parsed(f"{head}Content-Disposition: attachment; filename*={name}''a.txt\n\na".encode()).walk()
    part.get_content_charset(), part.get_filename(), eml.header(str(part["subject"]))


USES: dict[str, Callable[[str], object]] = {
    "words in the name of an upload": lambda name: upload_name(b"", {b"filename": f"=?{name}?q?a?=".encode()}),
    "the name of an upload": lambda name: upload_name(f"form-data; filename*={name}''a".encode(), {}),
    "a mail": mail,
    "a text": lambda name: text.decode(b"a\xe4", "a.html", declared=name),
    "a calendar": lambda name: content_lines._printed("=E4", name),
    "a spreadsheet": lambda name: xlsx._encoding(f'<?xml version="1.0" encoding="{name}"?>'.encode()),
    "RTF": fonts.codec,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_made_up_names_and_new_ways_to_write_one_are_not_remembered(use: Callable[[str], object]) -> None:
    use("utf-8"), use("made-up")  # what it needs itself
    before = len(encodings._cache)
    for letters in product(string.ascii_lowercase[:5], repeat=3):
        use("x" + "".join(letters))
    for number in range(2, 20):
        use("utf" + "-" * number + "8")
    assert len(encodings._cache) == before
