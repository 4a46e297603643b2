"""Where sentences of a text begin and end, in any script."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from ingest.chunk.meta import PAGE_BREAK
from rag_api.answer.language.figures import figures, measures


class Sentence(NamedTuple):
    """`text[start:end]`, without blanks around it or a bullet before it."""

    start: int
    end: int
    heading: bool = False


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, in order.

    A heading, a row of a table or of figures, and a list item are sentences of their own. A form feed and an empty line
    end a sentence; a line end within a paragraph does not, since PDF text is full of them. Nothing that is emphasised
    is cut apart, and a label goes with the first sentence.
    """
    found: list[Sentence] = []
    for start, end in _units(text):
        if _HEADING.match(text, start, end) and (start == 0 or text[start - 1] != " "):  # as code may have it
            found.append(Sentence(start, end, heading=True))
        elif text[start] == "|":
            found.append(Sentence(start, end))
        else:
            bullet = _BULLET.match(text, start, end)
            found.extend(split(text, bullet.end() if bullet else start, end))
    return found


# What Markdown emphasises: asterisks with blanks beside them are none of that, and names in code (`__init__`) have
# underscores, but no blanks.
EMPHASIS = re.compile(
    rf"(?<![\w*])(?P<mark>\*{{1,3}})(?P<said>(?![\s*)\].,;:])[^*{PAGE_BREAK}]{{0,200}}[^\s*(\[])(?P=mark)(?![\w*])"
    rf"|(?<!\w)(?P<line>_{{1,2}})(?=[^\s_]+ )(?P<words>[^_{PAGE_BREAK}]{{1,200}}(?<!\s))(?P=line)(?!\w)"
)
_LABEL = re.compile(
    rf"(?P<mark>\*\*\*?|__)(?=\S)(?P<label>[^*_\n{PAGE_BREAK}]{{1,80}})"
    r"(?:(?<=[.:!?–—：。])(?P=mark)|(?P=mark)[.:：–—])(?!\S)"
)


def label(text: str) -> str:
    """The words with which a paragraph or an item begins that are set as its heading: `**4. Piano.** Three offers`."""
    found = _LABEL.match(text)
    return found["label"] if found else ""


def without_emphasis(text: str) -> str:
    """As it is read, without the marks of Markdown."""
    return EMPHASIS.sub(lambda found: found["said"] or found["words"], text)


_LINE = re.compile(rf"[^\n{PAGE_BREAK}]+")
_COLUMNS = re.compile(r"\S {4,}\S")  # of a table that is set with blanks
_HEADING = re.compile(r"#{1,6} ")
_BULLET = re.compile(r"[-*+•–‣▪●○] +(?=\S)")
_ITEM = re.compile(r"[-*+•–‣▪●○] |\(?\d{1,2}[.)] |\(?[a-z]\) ")
_ENDS_OPEN = (",", ";", "-", "–", "—", "(", "、", "，")
_LINKS = re.compile(  # words with which no title ends
    r" (?:of|the|an?|to|and|or|with|is|are|der|die|das|und|oder|von|mit|ist|du|des|les|et|est|del|el|los|y|di|il|e|do"
    r"|da|van|het|en)\Z"
)


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Parts without hard breaks: a heading, a table row, a list item, a paragraph."""
    for block in _blocks(text):
        width = max(len(line) for _, line in block)
        rows = {line for _, line in block if figures(line) or measures(line)}
        if len(rows) < _ROWS:
            rows = set()
        start, previous = block[0]
        end = start + len(previous)
        for first, line in block[1:]:
            in_rows = previous in rows or (line in rows and line[0].isupper())
            if in_rows or _stands_alone(previous) or _begins_unit(line) or _ends_early(previous, line, width):
                yield start, end
                start = first
            end, previous = first + len(line), line
        yield start, end


_ROWS = 3  # lines that end in figures, which prose does not have by chance


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Lines without an empty line or form feed between them, each stripped, with its offset."""
    block: list[tuple[int, str]] = []
    end = 0
    for match in _LINE.finditer(text):
        line = match[0].strip()
        if block and (not line or text[end : match.start()] != "\n"):
            yield block
            block = []
        if line:
            block.append((match.start() + match[0].index(line[0]), line))
        end = match.end()
    if block:
        yield block


def _stands_alone(line: str) -> bool:
    return line[0] == "|" or _HEADING.match(line) is not None or _COLUMNS.search(line) is not None


def _begins_unit(line: str) -> bool:
    return _stands_alone(line) or _ITEM.match(line) is not None


def _ends_early(line: str, following: str, width: int) -> bool:
    """Whether a line ends well before the margin though more would fit: a title, a label, a line of verse or code. Only
    if the next line can begin a sentence."""
    if following[0].islower() or line.endswith(_ENDS_OPEN) or _LINKS.search(line):
        return False
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) < 0.8 * width


# Reference marks of an encyclopedia ("1954.[3] The") go with the sentence before them.
_STOP = re.compile(r"""[.!?…؟۔։။၊。！？｡．।॥]+["'”’»)\]」』）】*_]*(?:\[\d{1,3}\]){0,5}""")
_NEEDS_BLANK = frozenset(".!?…؟۔։။၊")  # full stops of Chinese and Japanese, and dandas, need none
_THAI_STOP = re.compile(r"(?<=[\u0e00-\u0eff]) +(?=[\u0e00-\u0eff])")
_THAI_SENTENCE = 100  # Thai and Lao have no full stop: phrases between blanks are combined up to this length
_LAST_WORD = re.compile(r"[^\s(\[\"“”'‘’„«*]*\Z")
_FIRST_WORD = re.compile(r"[\s\"“”'‘’„«(\[¿¡*_]*([^\W\d_]*)")
_NAME_IN_CODE = re.compile(r"[_(]|\.\w{2}|::")  # "in place. list.sort() sorts": a sentence may begin with it
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*|\d{1,2}")
_ABBREVIATIONS = frozenset(
    """al approx art bd bros ca capt cap cf ch chap co col comm corp dept dr ed eds eg esp est etc fig figs gen
    gov hon hr ie inc jan lit feb mar apr jun jul aug sep sept oct nov dec jr lt ltd m maj messrs mlle mm mme mr
    mrs ms mt mts no nos nr op p pp par pg ph prof pt rev rs sec sen sgt sr st str tab translit univ vol vols vs
    abs allg bzgl bzw dipl evtl geb ggf inkl jh jhd max min mio mrd nr sog usw vgl zb zz ziff
    av bd cie env hab obs réf sté tél ud uds sra srta dña núm pág págs prov ej dott sig sigg ecc
    гг им ул руб млн млрд тыс др пр рис стр см обл""".split()
)
# Words that rarely follow an abbreviation inside a sentence but often begin one.
_OPENERS = frozenset(
    """the this that these those it its he she they we i you his her their our my in on at as for from by with
    when while after before during although though however if there then thus but and so since both all each
    many most some another such one what who how why where der die das er sie es wir dies diese dieser im am
    le la les il elle ils ce cette en el los las su este esta un una gli lo nel questo os as o""".split()
)


def split(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences of one paragraph."""
    thai = _THAI_STOP.search(text, start, end) is not None
    labelled = _LABEL.match(text, start, end)
    emphasised = [each.span() for each in EMPHASIS.finditer(text, start, end)] if _marked(text, start, end) else []
    for stop in (_THAI_STOP if thai else _STOP).finditer(text, labelled.end() if labelled else start, end):
        at = bisect_left(emphasised, (stop.end(),)) - 1
        if at >= 0 and stop.end() < emphasised[at][1]:
            continue
        if stop.start() - start >= _THAI_SENTENCE if thai else _ends_sentence(text, start, stop, end):
            yield Sentence(start, stop.start() if thai else stop.end())
            start = stop.end()
            while start < end and text[start].isspace():
                start += 1
    if start < end:
        yield Sentence(start, end)


def _marked(text: str, start: int, end: int) -> bool:
    return text.find("*", start, end) != -1 or text.find("_", start, end) != -1


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    mark = stop[0]
    if mark[0] not in _NEEDS_BLANK or stop.end() == end:
        return True
    if not text[stop.end()].isspace():
        return False
    following = _FIRST_WORD.match(text, stop.end(), end)
    next_word = following[1] if following else ""
    if following and next_word[:1].islower() and not _NAME_IN_CODE.match(text, following.end()):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    previous = _LAST_WORD.search(text, max(start, stop.start() - 20), stop.start())
    word = previous[0] if previous else ""
    if previous and previous.start() == start and word.isdigit():
        return False  # the number of a list item
    shortened = word.lower().replace(".", "") in _ABBREVIATIONS or _INITIALS.fullmatch(word)
    return not shortened or next_word.lower() in _OPENERS
