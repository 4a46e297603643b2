"""The component that gives the built-in model a whole table where a question is about its rows, and not one of them."""

from typing import Any

from haystack import component, default_to_dict

from ingest import cancellation
from ingest.query import Query
from ingest.search.documents import Documents
from ingest.search.passages import Passage, near_spellings, note_found, respelled
from ingest.search.whole_tables import is_cut
from rag_api.answer.extractive.tally import tallied
from rag_api.answer.language.languages import language_of

_TABLES = 3  # that are put together


@component
class WholeTables:
    """Where the passages are cut from tables that, as wholes, tell what is asked, they become these tables."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents

    def to_dict(self) -> dict[str, Any]:
        """Without the documents, which are there while a data folder is open."""
        return default_to_dict(self)

    @component.output_types(documents=list[Passage])
    async def run_async(self, query: Query, documents: list[Passage]) -> dict[str, list[Passage]]:
        if not any(map(is_cut, documents)):
            return {"documents": documents}
        return await cancellation.to_thread(self.run, query, documents)

    @component.output_types(documents=list[Passage])
    def run(self, query: Query, documents: list[Passage]) -> dict[str, list[Passage]]:
        """Raises `StorageFailed`."""
        whole = self.documents.with_whole_tables(documents, _TABLES)
        question = respelled(query.text, near_spellings(query.text, documents))
        if not tallied(question, whole, language_of(question)):
            return {"documents": documents}
        note_found(whole)
        return {"documents": whole}
