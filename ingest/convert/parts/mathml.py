"""The maths of pages (MathML 3) as LaTeX."""

from collections.abc import Callable

from lxml import etree

from ingest.convert.parts.math import ACCENTS, characters, operator, script
from ingest.convert.parts.ooxml import attribute, local_name
from ingest.convert.parts.symbols import OPEN_SYMBOL

TEX = "application/x-tex"
UNSEEN = frozenset("annotation annotation-xml mphantom maction none mprescripts".split())
MARKS = ACCENTS | {"¯": "overline", "‾": "overline", "_": "underline", "ˆ": "hat", "˜": "tilde", "¨": "ddot"}
MARKS |= {characters(mark).strip(): name for mark, name in MARKS.items()}


def latex(math: etree._Element) -> str:
    """What a `math` element says, between dollars: as its author wrote it, where that is kept."""
    for annotation in math.iter("{*}annotation"):
        if annotation.get("encoding") == TEX and (annotation.text or "").strip():
            return f"${' '.join((annotation.text or '').split())}$"
    said = _one(math).strip()
    return f"${said}$" if said else ""


def _one(element: etree._Element) -> str:
    name = local_name(element) or str(element.tag)
    if name in UNSEEN:
        return ""
    if name == "mtext":
        return f"\\text{{{''.join(map(str, element.itertext()))}}}"
    text = (element.text or "").translate(OPEN_SYMBOL).strip()
    if name in ("mi", "mo") and (function := operator(text)) != text:
        return _spaced(function)
    parts = [_one(child) for child in element]
    count, write = STRUCTURES.get(name, (None, None))
    if write is not None and count == len(parts):
        return write(*map(str.strip, parts))
    if name == "mtr":
        return " & ".join(map(str.strip, parts)) + " \\\\ "
    if name == "mfenced":
        parts = _fenced(element, parts)
    text = " ".join((characters(text) + "".join(parts)).split())
    return f"\\sqrt{{{text}}}" if name == "msqrt" else _spaced(text)


def _fenced(element: etree._Element, parts: list[str]) -> list[str]:
    """With what stands around and between them, which are parentheses and commas if it is not stated."""
    opening, closing = _stated(element, "open", "("), _stated(element, "close", ")")
    between = _stated(element, "separators", ",")
    said: list[str] = []
    for number, part in enumerate(parts):
        said += [_fence(between[min(number, len(between)) - 1]) if between and number else "", part.strip()]
    return [_fence(opening), *said, _fence(closing)]


def _stated(element: etree._Element, name: str, usual: str) -> str:
    stated = element.get(name, attribute(element, name))  # with a namespace in OpenDocument
    return usual if stated is None else "".join(stated.split())


def _fence(mark: str) -> str:
    mark = mark.translate(OPEN_SYMBOL)
    return f"\\{mark}" if mark in ("{", "}") else characters(mark)


def _spaced(text: str) -> str:
    """So that a command does not run into the letter behind it."""
    return f"{text} " if text.startswith("\\") and text[-1:].isalpha() else text


def _base(text: str) -> str:
    return text if text.isalnum() or (text.startswith("\\") and text[1:].isalpha()) else f"{{{text}}}"


def _over(base: str, mark: str) -> str:
    if mark in MARKS:
        return f"\\{MARKS[mark]}{{{base}}}"
    return f"{base}^{{{mark}}} " if base.startswith("\\") else f"\\overset{{{mark}}}{{{base}}}"


def _under(base: str, mark: str) -> str:
    return f"{base}_{{{mark}}} " if base.startswith("\\") or base.isalpha() else f"\\underset{{{mark}}}{{{base}}}"


STRUCTURES: dict[str, tuple[int, Callable[..., str]]] = {  # the number of their parts, and how they are written
    "msup": (2, lambda base, above: _base(base) + script("^", above)),
    "msub": (2, lambda base, below: _base(base) + script("_", below)),
    "msubsup": (3, lambda base, below, above: _base(base) + script("_", below) + script("^", above)),
    "munderover": (3, lambda base, below, above: _base(base) + script("_", below) + script("^", above)),
    "mover": (2, _over),
    "munder": (2, _under),
    "mfrac": (2, lambda above, below: f"\\frac{{{above}}}{{{below}}}"),
    "mroot": (2, lambda inner, degree: f"\\sqrt[{degree}]{{{inner}}}"),
}
