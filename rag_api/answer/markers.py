"""Markers: the places in an answer that name a passage by its number, in the forms that models write.

`[1]` is what they are asked for. But some were trained to another form, and fall back on it; `docs/clients.md` has the
list. A marker is short and never contains another, so reading takes time in proportion to the text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

MOST = 1000
"""Markers in an answer: one that has more is no answer but a model that repeats itself."""

AT_ONCE = 1 << 15
"""Characters that are searched in one call, which holds up all other threads: megabytes of what only begins as a marker
does would take seconds."""

LONGEST = 2000
"""Characters of a marker, or of code on a line, with what stands beside it: more than any has."""

WIDEST = 10
"""Passages in a range such as `[1-3]`."""


@dataclass(frozen=True, slots=True)
class Marker:
    """`text[start:end]`, which names these passages, from 1."""

    start: int
    end: int
    numbers: tuple[int, ...]
    filename: str = ""
    """Set if the form counts in its own way, and says which file it means."""


def blanked(text: str, found: Iterable[Marker]) -> str:
    """A text with blanks in place of its markers, and of what leads a list of them: "Sources: [1], [2]"."""
    pieces: list[str] = []
    at = 0
    for marker in found:
        lead = _LEAD.search(text, max(at, marker.start - 60), marker.start)
        start = lead.start() if lead else marker.start
        pieces += text[at:start], " " * (marker.end - start)
        at = marker.end
    return "".join([*pieces, text[at:]])


# What a number may be called, in the languages of the built-in model.
_LABELS = """
    sources? documents? docs? passages? references? refs? citations? cites? excerpts? footnotes? id
    quellen? dokumente? textstellen? belege?  références?
    fuentes? documentos? referencias? pasajes?  font[ei] document[oi] riferiment[oi] passagg[io]
    fontes? referências? passage[mn]s?  bron bronnen documenten
    источник(?:и|ов)? документы? ссылк[аи]
    (?:ال)?مصدر (?:ال)?مصادر (?:ال)?مستندات? (?:ال)?وثائق (?:ال)?وثيقة (?:ال)?مرجع
    स्रोत संदर्भ दस्तावेज़(?:ों)?  来源 來源 资料 資料 文档 文檔 文献 出处 出處 引用 参考
    出典 文書 情報源 ソース 参照  출처 문서 자료  แหล่งที่มา แหล่งข้อมูล เอกสาร อ้างอิง
""".split()
_AND = "and und et y e en и و और 和 及 与 與 と および 및 와 과 และ".split()
_PAGE = "p pp page pages s seite seiten pág págs página páginas pag pagina pagine с стр ص पृष्ठ 第 หน้า".split()


def _any(words: list[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_LABEL = rf"{_any(_LABELS)}\.?(?:[ _]?(?:id|nr\.?|no\.?|№))?[ :：=#_-]{{0,3}}[\"']?"
_NUMBER = r"\d{1,3}(?:\ ?[-‐‑–—−~～〜]\ ?\d{1,3})?"  # or a range
_NEXT = rf"(?:\ ?[,;&،؛、，；]\ ?(?:{_any(_AND)}\ ?)?|\ ?{_any(_AND)}\ ?)"
_LABELLED = rf"{_LABEL}{_NUMBER}[\"']?(?:{_NEXT}(?:{_LABEL})?{_NUMBER}[\"']?){{0,9}}"
_PLAIN = rf"{_NUMBER}(?:{_NEXT}{_NUMBER}){{0,9}}"
_PAGES = rf"\ ?[,:;，：]\ ?{_any(_PAGE)}\.?\ ?[\d\ ,–-]{{1,12}}[页頁]?"
_DETAIL = r"\ ?[,:;，：–—|-]\ ?[^]\[［］【】()（）\n]{1,200}"  # as in [Source 1: report.pdf, p. 3]

_MARKER = re.compile(
    rf"""
    # Code comes first, so that markers in it are skipped. A code span has to end on its line.
        ^[ \t>]* (?P<fence>`{{3,}}(?=[^`\n]*$)|~{{3,}}) (?s:.*?) (?:^[ \t>]*(?P=fence)[`~]*[ \t]*$ | \Z)
      | (?<!`) (?P<ticks>`{{1,9}}) (?!`) [^\n]{{1,500}}? (?<!`) (?P=ticks) (?!`)
    # [1], [1, 2], [1-3], [[1]], [^1], [1, p. 3], 【1†source】; but no link, [1](there), and no note itself, [^1]: here.
      | [\[［【] (?P<double>\[)? (?P<note>\^)? (?=\w)
        (?: (?P<plain>{_PLAIN}) (?:†[^]\[［］【】\n]{{0,200}}|{_PAGES})?
          | (?P<labelled>{_LABELLED}) (?:†[^]\[［］【】\n]{{0,200}}|{_DETAIL})?
          | \d{{1,3}}:(?P<hosted>\d{{1,3}})†(?P<name>[^]\[［］【】\n]{{0,200}}) )
        (?: \](?(double)\]) (?!\]?\() | [］】] ) (?(note)(?!:))
    # (Source 1), (see Source 1)
      | [(（] (?=\w) (?:[^\W\d_]{{1,12}}\.?\ ){{0,2}} (?P<parenthesis>{_LABELLED}) (?:{_DETAIL})? [)）]
    # <source id="1">, <source>1</source>
      | <source\ (?:id=)?["']?(?P<element>\d{{1,3}})["']?(?:\ [^][<>\n]{{0,400}})?/?>
      | <(?P<tag>source|cite)>(?P<enclosed>{_PLAIN})</(?P=tag)>
    # What ChatGPT shows as a link to a file: three private characters around names such as turn0file2.
      | \ue200(?:file)?cite(?P<turns>(?:\ue202[^\s\ue200-\ue206]{{1,40}}){{1,10}})\ue201
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_LEAD = re.compile(rf"^[ \t>#*_-]*{_any(_LABELS)}[ *_]*[:：][ *_]*\Z", re.MULTILINE | re.IGNORECASE)
_FOUND = re.compile(_NUMBER, re.VERBOSE)
_DIGITS = re.compile(r"\d+")
_TURN = re.compile(r"turn\d+(?:file|search)(\d{1,3})")
_MATHS = re.compile(r"(?:[=∈∉⊂⊆×·<>≤≥≈]|\\(?:not)?in|\\times)\ ?\Z")


def markers(text: str, passages: int = 999) -> Iterator[Marker]:
    """What names any of so many passages: not in code, and not a link."""
    found = (marker for match in _matches(text) if (marker := _marker(text, match, passages)))
    return islice(found, MOST)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """As `finditer` has them, in several calls."""
    at = 0
    while at < len(text):
        next_at = at + AT_ONCE
        end = next_at + LONGEST
        match = _MARKER.search(text, at, end)
        while match and match.end() == end < len(text):  # code that goes on, or is none
            if whole := _MARKER.match(text, match.start()):
                match = whole
                break
            match = _MARKER.search(text, match.start() + 1, end)
        if match and match.start() < next_at:
            yield match
            next_at = match.end()
        at = next_at


def _marker(text: str, match: re.Match[str], passages: int) -> Marker | None:
    filename = ""
    if match["hosted"]:  # 【4:0†report.pdf】: of the turn's results the first
        numbers, filename = [int(match["hosted"]) + 1], match["name"].strip()
    elif match["turns"]:
        numbers = [int(number) + 1 for number in _TURN.findall(match["turns"])]
    else:
        said = match["plain"] or match["labelled"] or match["parenthesis"] or match["element"] or match["enclosed"]
        parts = _FOUND.findall(said or "")
        if match["plain"] and parts != [said] and _MATHS.search(text, max(0, match.start() - 7), match.start()):
            return None  # an interval, or a list
        numbers = [number for part in parts for number in _range(part, passages)]
    named = tuple(number for number in dict.fromkeys(numbers) if number <= passages)
    return Marker(*match.span(), named, filename) if named and 0 not in named else None


def _range(said: str, passages: int) -> range:
    """The numbers in `1` or `1-3`; none if a range is empty, or wider than a model means."""
    first, *others = map(int, _DIGITS.findall(said))
    last = others[0] if others else first
    wide = 1 <= first < last <= passages and last - first < WIDEST
    return range(first, last + 1) if wide or not others else range(0)
