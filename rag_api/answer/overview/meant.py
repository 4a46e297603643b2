"""Which documents a request means: those it names, those the turns before were about, or all."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from haystack import Document

from ingest.chunk.meta import chunk_meta
from ingest.records.listing import ListedFile
from ingest.search.documents import Documents, Newest, Scope
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.terms import terms
from rag_api.answer.overview.naming import Named, covered, named
from rag_api.answer.overview.outline import headings, title_of
from rag_api.answer.overview.request import LAST, Kind, Request, read

SHOWN = 20
"""The most documents in an answer."""

_LONGEST_TITLE = 80  # characters
_BELOW = 300  # characters with a title that may name its document
_NAMES = 2000  # files whose names are compared with the words of a request, the newest first


def meant(documents: Documents, request: Request, earlier: Sequence[str], answer: str, scope: Scope) -> Newest:
    """The documents that are to be summed up, copies once; none if it is an ordinary question after all. `earlier` are
    the user's turns before, and `answer` the last one given."""
    if request.place:
        files = _listed(documents, request.place, answer, scope)
        return Newest(files, len(files))
    if not request.pointing:
        files = _distinct(_named(documents, request, scope))
        return Newest(files[:SHOWN], len(files))
    if earlier and not request.several:
        spoken_of = _spoken_of(documents, request, earlier, scope)
        if spoken_of is not None:
            return Newest(spoken_of, len(spoken_of))
    if request.suffix:
        known = documents.newest(scope, _NAMES).files
        if files := _distinct(file for file in known if file.filename.lower().endswith(request.suffix)):
            return Newest(files[:SHOWN], len(files))
    newest = documents.newest(scope, SHOWN)
    files = _distinct(newest.files)
    return Newest(files, newest.total - len(newest.files) + len(files), newest.exact)


def _listed(documents: Documents, place: int, answer: str, scope: Scope) -> list[ListedFile]:
    """The document at this place of the list in an answer."""
    number = r"\d+" if place == LAST else str(place)
    lines = re.findall(rf"^\W*{number}[.)] (.*)$", answer, re.MULTILINE)
    if not lines:
        return []
    known = [file for file in documents.newest(scope, _NAMES).files if file.filename in lines[-1]]
    return sorted(known, key=lambda file: -len(file.filename))[:1]


def _named(documents: Documents, request: Request, scope: Scope) -> list[ListedFile]:
    words = " ".join(request.names)
    newest = documents.newest(scope, _NAMES)
    found = documents.found(scope, words, SHOWN)
    candidates = {file.file_id: Named(file) for file in newest.files}
    candidates |= {file.file_id: _named_within(documents, file, chunk) for file, chunk in found}
    files = named(request, candidates.values())
    if files or "." in words:  # a file's name
        return files
    only = newest.total == len(newest.files) and len(_distinct(newest.files)) == 1
    if only and len(request.names) == len(request.kinds):
        return newest.files  # "this report", of which there is one
    return [file for file, chunk in found[:1] if request.called and covered(request, chunk.content or "")]


def _named_within(documents: Documents, file: ListedFile, found: Document) -> Named:
    """A file by all that it calls itself: that of its metadata may only be the name of another file."""
    title, below = chunk_meta(found).get("title") or "", ""
    for first in documents.chunks(file, 1)[0]:
        title = " ".join([title, title_of(first), *(one.heading for _, one in islice(headings([first]), 1))])
        below = _above_sections(first)
        title = title if title.strip() else _first_line(first)
    return Named(file, title, below)


def _above_sections(beginning: Document) -> str:
    """What a document says between its title and its first section."""
    content = beginning.content or ""
    second = next((one.start for _, one in islice(headings([beginning]), 1, None) if one.start), len(content))
    return content[: min(second, _BELOW)]


def _first_line(beginning: Document) -> str:
    """What a plain text begins with, if it stands apart as a title does."""
    line, _, rest = (beginning.content or "").lstrip().partition("\n")
    return line if len(line) <= _LONGEST_TITLE and rest.startswith("\n") else ""


def _spoken_of(documents: Documents, request: Request, earlier: Sequence[str], scope: Scope) -> list[ListedFile] | None:
    """The document that "it" or "the document" was in the turns before; None if they are about none."""
    for turn in reversed(earlier):
        before = read(turn)
        if before and before.kind is Kind.SUMMARY and not before.pointing:
            return _distinct(_named(documents, before, scope))
        if before and before.kind is Kind.FIND:
            return [file for file, _ in documents.found(scope, before.topic, 1)] or None
        if before is None and _asks(turn):
            if not request.called:
                return []  # what was answered is meant
            return [file for file, _ in documents.found(scope, turn, 1)] or None
    return None


def _asks(turn: str) -> bool:
    """Whether a turn has more than a greeting."""
    language = language_of(turn)
    return not set(terms(turn, language)) <= set(terms(language.greetings, language))


def _distinct(files: Iterable[ListedFile]) -> list[ListedFile]:
    """Copies of a file once."""
    by_content: dict[str, ListedFile] = {}
    for file in files:
        by_content.setdefault(file.sha256, file)
    return list(by_content.values())
