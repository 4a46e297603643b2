"""Disagreement: sentences of other files that say the same as an answer, but with another number."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import chain
from unicodedata import decimal

from haystack import Document

from ingest.chunk.meta import chunk_meta
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
    different years, and who names the number asks for that one. Titles are no statements. Its passage has all that the
    other one has of what was asked: else it speaks of something else.
    """
    known = [_known(passage, language) & asked for passage in passages]
    files = [chunk_meta(passage).get("file_id") for passage in passages]
    found: dict[str, Candidate] = {}
    for one in chosen:
        said = _Said(one.text, one.sentence, language)
        if said.numbers and not _is_title(one.text):
            others = (i for i, its in enumerate(files) if its != files[one.passage] and known[one.passage] <= known[i])
            for each in chain.from_iterable(_sentences(index, passages[index], language) for index in others):
                if said.contradicts(_Said(each.text, each.sentence, language), asked):
                    found[each.text] = each
                    break
    return list(found.values())


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

    def contradicts(self, other: "_Said", asked: Set[str]) -> bool:
        mine, its = list((self.numbers - other.numbers).elements()), list((other.numbers - self.numbers).elements())
        if len(mine) != 1 or len(its) != 1 or mine[0][1] != its[0][1] or mine[0][0] in asked:
            return False
        least = ALIKE if mine[0][1] else NEARLY_THE_SAME
        return 2 * len(self.words & other.words) >= least * (len(self.words) + len(other.words)) > 0


_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
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
        digits = _THOUSANDS.sub("", match[0]).replace(",", ".")
        number = "".join(str(decimal(digit)) if digit.isdecimal() else digit for digit in digits)
        after = WORD.match(text, match.end() + text.startswith((" ", "-"), match.end()))
        sign = _SIGN.search(text[max(0, match.start() - 4) : match.start()] + text[match.end() : match.end() + 2])
        unit = terms(after[0], language)[:1] if after and not sign else []
        yield number, sign[0] if sign else "".join(unit) or ("year" if _YEAR.fullmatch(number) else "")
