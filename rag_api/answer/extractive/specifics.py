"""Specifics: the names, numbers and codes of a question, without which a passage speaks of something else."""

import re
from collections.abc import Sequence, Set
from difflib import get_close_matches

from haystack import Document

from ingest.chunk.meta import chunk_meta
from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.features import Found
from rag_api.answer.language.numbers import numbers

_LETTER = "[a-z\u00df-\u024f\u0370-\u052f]"  # of a script with blanks between words: else 2018 belongs to a sentence
_CODE = re.compile(rf"\b({_LETTER}{{1,20}})-?(\d{{2,}})\b")  # such as E09 and Windows10
_WRITTEN_CODE = re.compile(rf"\b({_LETTER}{{1,20}})[- ]?(\d{{2,}})\b")  # ISO 9001 is ISO9001
_DIGITS = 3  # of a number; smaller ones are as often said in words
_ALIKE = 0.8  # of two spellings, by difflib
_LONGEST = 60  # letters of a name; to compare longer ones takes time in the square of them
_ACRONYM = 5  # letters
_SMALL = 3  # letters of a word such as "of", which an acronym may leave out
_WORD = re.compile(r"\w+")


def lacking(best: int, passages: Sequence[Document], found: Found) -> bool:
    """Whether the best passage lacks a number or a code that is asked for, or all of them a name."""
    said = _all(passages[best]).lower()
    asking = " ".join(found.asked.order)  # not what is said besides, as in "Answer in 200 words."
    precise = {number for number in numbers(asking) if len(number) >= _DIGITS}
    codes = codes_in(found.asked)
    if not precise <= numbers(said) or not codes <= set(_WRITTEN_CODE.findall(said)):
        return True
    return any(not _is_spelled_otherwise(name, passages) for name in frozenset.intersection(*found.unnamed))


def codes_in(asked: Asked) -> set[tuple[str, str]]:
    """The series and the number of each: E and 09."""
    return set(_CODE.findall(asked.text))


def is_of_another(text: str, codes: Set[tuple[str, str]]) -> bool:
    """Whether a sentence names another one of a series, as E07 is beside E09, and none of those that are asked for."""
    said = set(_WRITTEN_CODE.findall(text.lower()))
    return codes.isdisjoint(said) and not {series for series, _ in codes}.isdisjoint(series for series, _ in said)


def _all(passage: Document) -> str:
    """With what stands above it."""
    meta = chunk_meta(passage)
    above = [meta.get("filename"), meta.get("title"), meta.get("columns"), *(meta.get("headings") or [])]
    return " ".join([passage.content or "", *filter(None, above)])


def _is_spelled_otherwise(name: str, passages: Sequence[Document]) -> bool:
    """Whether a passage has a word that is nearly the same, or words with capitals that are those of the name."""
    written = [word for passage in passages for word in _WORD.findall(_all(passage))]
    initials = (word[0].lower() if word[0].isupper() else " " * (len(word) > _SMALL) for word in written)
    if len(name) <= _ACRONYM and name in "".join(initials):
        return True
    words = {word.lower() for word in written}
    if len(name) > _LONGEST:
        return name in words
    near = {word for word in words if word[0] == name[0] and abs(len(word) - len(name)) <= 3}
    beginning = name[: max(4, len(name) - 3)]
    return any(word.startswith(beginning) for word in near) or bool(get_close_matches(name, near, 1, _ALIKE))
