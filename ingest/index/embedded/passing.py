"""The rows that pass filters, as far as the full-text index can tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import Query, Schema, Searcher

from ingest.index.embedded.statistics import count_chunks
from ingest.index.embedded.terms import Conditions, all_of, everything
from ingest.index.filters import Filters


@dataclass(frozen=True)
class Passing:
    schema: Schema
    searcher: Searcher
    conditions: Conditions
    residual: Filters | None  # to be checked on each document

    def count(self) -> int:
        if not self.conditions:
            return count_chunks(self.schema, self.searcher)
        query = Query.const_score_query(all_of(self.conditions), 0.0)
        return self.searcher.search(query, 1, count=True).count or 0  # type: ignore[attr-defined]  # missing in its stub

    def all(self, count: int) -> list[int]:
        return self._rows(all_of(self.conditions) if self.conditions else everything(self.schema), count or 1)

    def among(self, rows: Sequence[int]) -> set[int] | None:
        """Which of these rows pass; None if all do."""
        if not self.conditions:
            return None
        these = Query.term_set_query(self.schema, "row", list(rows))
        return set(self._rows(all_of([these, *self.conditions]), len(rows) or 1))

    def _rows(self, query: Query, limit: int) -> list[int]:
        hits = self.searcher.search(Query.const_score_query(query, 0.0), limit, count=False).hits
        return [int(row or 0) for row in self.searcher.fast_field_values("row", [address for _, address in hits])]
