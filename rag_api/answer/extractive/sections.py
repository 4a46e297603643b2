"""Sections: the part of a document that a question names by its number, as in "What does section 4.2 say of pets?"."""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.terms import terms

_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,4}"
_NAMED = re.compile(
    r"(?:§ ?|\b(?:section|chapter|clause|article|paragraph|abschnitt|kapitel|ziffer|klausel|artikel|paragraf"
    r"|chapitre|secci[oó]n|cap[ií]tulo|cl[aá]usula|art[ií]culo|sezione|capitolo|clausola|articolo|se[cç]+[aã]o|artigo"
    r"|hoofdstuk|sectie|paragraaf|rozdzia\w+|punk\w+|avsnitt|раздел\w*|глав\w+|стать\w+|пункт\w*)\.? )"
    rf"({_NUMBER})(?![\w.]*\d)",
    re.IGNORECASE,
)
_HEADING = re.compile(rf"(?:§ ?|[^\W\d]+\.? )?({_NUMBER})\.?(?=[^\w.]|\Z)")
_ASKS = re.compile(  # what a question has beside the section if it asks for all of that
    r"\b(?:what|does|do|is|are|in|the|of|say|says|said|state|states|contain|cover|about|was|ist|im|steht|sagt|besagt"
    r"|regelt|que|dit|dice|qu[eé]|cosa|che|diz|o|wat|staat|zegt|summari[sz]e|fasse|zusammen|explain|please|bitte)\b",
    re.IGNORECASE,
)


class Section(NamedTuple):
    number: str
    rest: str
    """The question without the section."""

    def is_whole(self, whose: frozenset[str], language: AnswerLanguage) -> bool:
        """Whether nothing else is asked, but whose section it is: the terms of the name and title of its file."""
        return whose.issuperset(terms(_ASKS.sub(" ", self.rest), language))


def section_named(question: str) -> Section | None:
    """The one that a question names; none, if it names several."""
    found = list(_NAMED.finditer(question))
    return Section(found[0][1], without_section(question)) if len(found) == 1 else None


def without_section(question: str) -> str:
    return _NAMED.sub(" ", question)


def below(
    section: Section, sentences: Sequence[Candidate], passages: Sequence[Document], language: AnswerLanguage
) -> list[Candidate]:
    """The sentences below the heading with its number, or one within it, such as 4.2.1 in 4.2; or, of a contract whose
    clauses have no headings, the one that begins with it. Of the files that the question calls by name, if one has
    any."""
    number = section.number
    above = [chunk_meta(passage).get("headings") or [] for passage in passages]
    headed = [one for one in sentences if _is_below(number, one.heading, above[one.passage])]
    clauses = [one for one in sentences if one.text.startswith((f"{number} ", f"{number}. ", f"({number}) "))]
    words = set(terms(_ASKS.sub(" ", section.rest), language))
    called = [not words.isdisjoint(called_by(passage, language)) for passage in passages]
    for its in (headed, clauses):
        if meant := [one for one in its if called[one.passage]]:
            return meant
    return headed or clauses


def called_by(passage: Document, language: AnswerLanguage) -> frozenset[str]:
    """The terms of the name and title of its file."""
    meta = chunk_meta(passage)
    return frozenset(terms(f"{meta.get('filename') or ''} {meta.get('title') or ''}", language))


def fitting(sentences: Sequence[Candidate]) -> list[Candidate]:
    """The first sentences of a section, as many as there is room for."""
    lengths = accumulate(len(one.text) for one in sentences)
    return [one for one, length in zip(sentences, lengths, strict=True) if length <= _ROOM] or list(sentences[:1])


_ROOM = 1500  # characters


def _is_below(number: str, heading: str, above: Sequence[str]) -> bool:
    if _HEADING.match(heading):
        return _is_of(number, heading)
    return any(_is_of(number, each) for each in above)  # a heading without a number, in a section that has one


def _is_of(number: str, heading: str) -> bool:
    found = _HEADING.match(heading)
    return found is not None and f"{found[1]}.".startswith(f"{number}.")
