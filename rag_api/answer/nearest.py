"""The nearest passages: what is shown of the documents where they hold no answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from haystack import Document

from ingest.chunk.meta import on_one_page, pages
from rag_api.answer.citations import excerpt
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.terms import terms

MOST = 5
LONGEST = 300  # characters of each
SEEN = 8000  # characters of a passage in which to look for the place


@dataclass(frozen=True, slots=True)
class Near:
    """A part of the passage of that index, and the page it is on, in formats that have pages."""

    passage: int
    text: str
    page: int | None


def nearest(passages: Sequence[Document], question: str) -> list[Near]:
    """The best passages, each at the place with most words of the question."""
    language = language_of(question)
    wanted = set(terms(question, language))
    found = []
    for index, passage in enumerate(passages[:MOST]):
        content = passage.content or ""
        start, end = excerpt(content, 0, min(len(content), SEEN), wanted, language, LONGEST)
        text = " ".join(on_one_page(content[start:end]).split())
        found.append(Near(index, text, pages(passage, start, end)[0]))
    return found
