"""Disagreement: sentences of other files that say the same as an answer, but with another number, or that it is not
so."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import chain
from unicodedata import decimal

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.answer_types import negates
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import WORD, Analysed, analysed, terms

ALIKE, NEARLY_THE_SAME = 0.6, 0.8
"""How much two sentences that say the same have in common, where the number says what it counts and where not: twice
the words of both, over the words of each."""


def disagreeing(
    chosen: Sequence[Candidate], passages: Sequence[Document], asked: Set[str], language: AnswerLanguage
) -> list[Candidate]:
    """For each sentence that was chosen as an answer, the first of another file that contradicts it, which may have
    been chosen, too.

    It has nearly the same words, and just one other number, of the same unit: where more differ, the two speak of
    different years, and who names the number asks for that one. Or it has all the words of the other one, or that all
    of its, and one of the two says that it is not so. Titles are no statements. Its passage has all that the
    other one has of what was asked: else it speaks of something else.
    """
    known = [_known(passage, language) & asked for passage in passages]
    files = [chunk_meta(passage).get("file_id") for passage in passages]
    found: dict[str, Candidate] = {}
    for one in chosen:
        said = _Said(one.text, one.sentence, language)
        if not _is_title(one.text):
            others = (i for i, its in enumerate(files) if its != files[one.passage] and known[one.passage] <= known[i])
            for each in chain.from_iterable(_sentences(index, passages[index], language) for index in others):
                if said.contradicts(_Said(each.text, each.sentence, language), asked):
                    found[each.text] = each
                    break
    return list(found.values())


def newest_first(found: Sequence[Candidate], passages: Sequence[Document]) -> list[Candidate]:
    """By the years in the names of their files, as far as all have one: of two versions, the later one is in force."""
    years = [max(_YEARS.findall(chunk_meta(passages[one.passage]).get("filename") or ""), default="") for one in found]
    if not all(years):
        return list(found)
    return [one for _, one in sorted(zip(years, found, strict=True), key=lambda each: each[0], reverse=True)]


_YEARS = re.compile(r"(?<!\d)20\d\d(?!\d)")


def _is_title(text: str) -> bool:
    return text[-1].isalnum() and not any(mark in text for mark in ":：|")


def _known(passage: Document, language: AnswerLanguage) -> frozenset[str]:
    """All words of a passage, and of what stands above it."""
    meta = chunk_meta(passage)
    above = " ".join([meta.get("filename") or "", meta.get("title") or "", *(meta.get("headings") or [])])
    words = (sentence.known for sentence in analysed(passage.content or "", language))
    return frozenset(terms(above, language)).union(*words)


def _sentences(index: int, passage: Document, language: AnswerLanguage) -> Iterator[Candidate]:
    content = passage.content or ""
    for place, sentence in enumerate(analysed(content, language)):
        if not sentence.heading:
            text = " ".join(content[sentence.start : sentence.end].split())
            yield Candidate(index, place, sentence, text, frozenset(), frozenset())


class _Said:
    """The words of a sentence, and its numbers with their units."""

    def __init__(self, text: str, sentence: Analysed, language: AnswerLanguage) -> None:
        self.words = {word for word in sentence.known if not word[0].isdecimal()}
        self.numbers = Counter(_numbers(text, language))
        self.negates = negates(text)

    def contradicts(self, other: "_Said", asked: Set[str]) -> bool:
        return self._says_another_number(other, asked) or self._says_the_opposite(other)

    def _says_another_number(self, other: "_Said", asked: Set[str]) -> bool:
        mine, its = list((self.numbers - other.numbers).elements()), list((other.numbers - self.numbers).elements())
        if len(mine) != 1 or len(its) != 1 or mine[0][1] != its[0][1] or mine[0][0] in asked:
            return False
        least = ALIKE if mine[0][1] else NEARLY_THE_SAME
        return 2 * len(self.words & other.words) >= least * (len(self.words) + len(other.words)) > 0

    def _says_the_opposite(self, other: "_Said") -> bool:
        if self.negates == other.negates:
            return False
        fewer, more = sorted((self.words, other.words), key=len)
        return len(fewer) >= _FEWEST and fewer <= more and len(more) <= _MORE * len(fewer)


_FEWEST, _MORE = 3, 4  # words that both have, and how many times as many the longer one may have
_WORDS = {
    word: str(number)
    for words in (
        "two three four five six seven eight nine ten eleven twelve",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "deux trois quatre cinq six sept huit neuf dix onze douze",
        "dos tres cuatro cinco seis siete ocho nueve diez",
        "due tre quattro cinque sei sette otto nove dieci",
        "dois três quatro cinco seis sete oito nove dez",
        "twee drie vier vijf zes zeven acht negen tien",
    )
    for number, word in enumerate(words.split(), 2)
}
_NUMBER = re.compile(rf"\d+(?:[.,'’\u00a0\u202f]\d+)*|\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"[.,'’\u00a0\u202f](?=\d{3}(?!\d))")
_SIGN = re.compile(r"[$€£¥₹₩฿%]|\b(?:EUR|USD|GBP|CHF|JPY|CNY|INR|Rs|Fr)\b")
_YEAR = re.compile(r"1\d{3}|20\d\d")
_PLACE = re.compile(  # in a document
    r"(?:§|\b(?:sections?|chapters?|pages?|figures?|fig|tables?|versions?|articles?|appendix|note|item|step|no"
    r"|abschnitt|kapitel|seite|abbildung|tabelle|artikel|anhang|punkt|nr|chapitre|tableau|annexe|étape|secci[oó]n"
    r"|cap[ií]tulo|p[aá]gina|figura|tabla|art[ií]culo|paso|versi[oó]n|sezione|capitolo|tabella|articolo|passo|se[cç]+[aã]o"
    r"|tabela|artigo|hoofdstuk|sectie|stap|раздел\w*|глав\w+|страниц\w+|рис|таблиц\w+|стать\w+|верси\w+|шаг)"
    r"|القسم|الفصل|الصفحة|المادة|الجدول|अध्याय|पृष्ठ|धारा|तालिका|第|图|表|図|版|제|หน้า|บทที่|ข้อ|มาตรา)[ .:]*\Z",
    re.IGNORECASE,
)


def _numbers(text: str, language: AnswerLanguage) -> Iterator[tuple[str, str]]:
    """Each number, however it is written, and what it counts, if that can be seen: the stem of the word after it, a
    sign beside it, or a year. A number of a section or a page counts nothing."""
    for match in _NUMBER.finditer(text):
        if _PLACE.search(text, max(0, match.start() - 15), match.start()):
            continue
        digits = _WORDS.get(match[0].lower()) or _THOUSANDS.sub("", match[0]).replace(",", ".")
        number = "".join(str(decimal(digit)) if digit.isdecimal() else digit for digit in digits)
        after = WORD.match(text, match.end() + text.startswith((" ", "-"), match.end()))
        sign = _SIGN.search(text[max(0, match.start() - 4) : match.start()] + text[match.end() : match.end() + 2])
        unit = terms(after[0], language)[:1] if after and not sign else []
        yield number, sign[0] if sign else "".join(unit) or ("year" if _YEAR.fullmatch(number) else "")
