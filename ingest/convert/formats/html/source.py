"""The page as a browser would understand its bytes: their encoding, what libxml2 misreads, and the tree of elements."""

import re
from html import escape

from lxml import etree

from ingest.convert.formats.text import decode
from ingest.errors import ConversionFailed

DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
DECLARED_WITHIN = 4096  # bytes; the standard says 1024, pages do not

# Of a tag, without the values of its attributes; the rest is not read, since libxml2 compares each with all before.
LONGEST_TAG = 4000  # characters
VALUE = r"""=\s*+(?:"[^"]*"|'[^']*'|[^\s"'<>]++)?"""  # counts as one character
PIECE_OF_TAG = rf"(?:{VALUE}|[^=<>])"
MAY_BE_LONG = [
    re.compile(each) for each in (rf"<[^<>]{{{LONGEST_TAG}}}", r"""=["'\s][^"'<>]*[<>]""")
]  # true of few pages

# What libxml2 reads otherwise than a browser: sections of characters, which XHTML may have, and ends of breaks,
# paragraphs and headings that nothing began, which part words. Comments, scripts and the like come first: they are
# left as they are.
MISREAD = (
    r"<!--.*?(?:-->|\Z)"
    rf"|<(script|style|title|textarea|xmp|plaintext)(?:\s(?:{VALUE}|[^=<>]){{0,{LONGEST_TAG}}}+)?(?<!/)>"
    r".*?(?:</\1|\Z)"
    r"|<!\[CDATA\[(?P<section>(?:(?!<!\[CDATA\[).)*?)\]\]>"
    r"|</(?P<end>br|p|h[1-6])\s*>(?!\s*</?(?:p|h[1-6]|div|li|[ou]l|t[dr])\b)"  # before which words are parted anyway
)
LONG_TAG = rf"(?P<tag><[a-z]{PIECE_OF_TAG}{{{LONGEST_TAG}}}+){PIECE_OF_TAG}++"
MISREAD_PAGE = re.compile(MISREAD, re.IGNORECASE | re.DOTALL)
MISREAD_LONG_TAGS = re.compile(rf"{MISREAD}|{LONG_TAG}", re.IGNORECASE | re.DOTALL)


def parse(data: bytes, filename: str) -> list[etree._Element]:
    """The roots of the page, none where it holds no element; raises `ConversionFailed` if it is nested too deeply."""
    text = decode(data, filename, declared=_declared(data))
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(as_in_a_browser(text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing but comments, for example
        root = None
    if root is None:
        return []
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log.filter_from_fatals()):
        raise ConversionFailed(f"'{filename}' is nested too deeply to be read.")
    # After `</html>` libxml2 begins another root; to a browser it is the same page.
    return [root, *root.itersiblings()]


def as_in_a_browser(text: str) -> str:
    """The page, written so that libxml2 makes of it what a browser does."""
    misread = MISREAD_LONG_TAGS if any(each.search(text) for each in MAY_BE_LONG) else MISREAD_PAGE
    return misread.sub(_replacement, text.replace("\0", ""))


def _replacement(misread: re.Match[str]) -> str:
    if misread["section"] is not None:
        return escape(misread["section"], quote=False)
    if end := misread["end"]:
        return "<br>" if end.lower() == "br" else f"{misread[0]}<br>"
    return misread.groupdict().get("tag") or misread[0]


def _declared(data: bytes) -> str | None:
    found = DECLARED.search(data, 0, DECLARED_WITHIN)
    return found[1].decode() if found else None
