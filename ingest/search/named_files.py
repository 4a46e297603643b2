"""Search in which the passages of files that a question calls by name come first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

from haystack import Document

from ingest.chunk.meta import chunk_meta
from ingest.index.copies import told_apart
from ingest.languages import language_of
from ingest.query import Query, Searcher

_DEPTH = 40  # results that are looked through for passages of these files
_BUILT_ON = 0.5  # the least weight of an earlier turn that a question cannot be understood without
_LEAST = 3  # letters of a name, unless it has a digit, too
_MOST = 0.6  # of the words with capitals: where most have them, they are no names
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?:\A|[.?!:\n])\W*\Z")


class NamedFilesSearcher:
    """Puts those of the best `_DEPTH` results of another searcher first whose file has a name of the question in its
    own; if none of those that were asked for has one, it does not look further, which costs as much again.

    The scores stay those of the search, the highest for the first: so a threshold means the same.
    """

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher

    def search(self, query: Query) -> list[Document]:
        found = self.searcher.search(query)
        names = _asked_for(query)
        if not names or all(names.isdisjoint(_words(document)) for document in found):
            return found
        if query.top_k < _DEPTH:
            found = self.searcher.search(replace(query, top_k=_DEPTH))
        firsts, copies = told_apart(found, attrgetter("content"))
        placed = [replace(each, meta={**each.meta, "found_at": place}) for place, each in enumerate(firsts, start=1)]
        ranked = sorted(placed, key=lambda document: names.isdisjoint(_words(document)))
        in_order = [replace(document, score=other.score) for document, other in zip(ranked, firsts, strict=True)]
        return [*in_order, *copies][: query.top_k]


def _asked_for(query: Query) -> frozenset[str]:
    """The names of the question, or else of the turn that it leans on."""
    earlier = [text for text, weight in query.context if weight >= _BUILT_ON]
    return next(filter(None, map(_names, [query.text, *earlier])), frozenset())


def _names(question: str) -> frozenset[str]:
    """Words with a capital inside a sentence, and two of them in one word; with capitals inside them, anywhere."""
    words = list(_WORD.finditer(question))
    upper = [word for word in words if word[0][0].isupper()]
    if language_of(question).name == "de" or len(upper) > _MOST * len(words):
        return frozenset()
    names = [word for word in words if _is_name(word, question)]
    joined = (f"{one[0]}{other[0]}" for one, other in pairwise(words) if one in names and other in names)
    return frozenset(_long(word.lower() for word in [*(name[0] for name in names), *joined]))


def _is_name(word: re.Match[str], question: str) -> bool:
    text = word[0]
    if text[1:] != text[1:].lower():
        return True
    return text[0].isupper() and not _SENTENCE.search(question, 0, word.start())


def _words(document: Document) -> frozenset[str]:
    """Those of its file's name."""
    return _words_of(chunk_meta(document).get("filename") or "")


@lru_cache(1024)
def _words_of(filename: str) -> frozenset[str]:
    return frozenset(_long(word.lower() for word in _WORD.findall(Path(filename).stem)))


def _long(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if len(word) >= _LEAST or not (word.isalpha() or word.isdigit()))
