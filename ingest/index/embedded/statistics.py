"""The statistics of a Tantivy index; `ingest/index/statistics.py` says what they are for."""

import json
from collections.abc import Sequence

from tantivy import Occur, Query, Schema, Searcher

from ingest.index.statistics import ASSUMED, ASSUMED_LENGTHS, COUNTERWEIGHT, MARK, Lengths, Statistics


class TantivyStatistics(Statistics):
    """Those of one state of an index, which all searches until the next commit share."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        super().__init__(searcher.doc_freq, searcher.num_docs)
        self._schema = schema
        self.searcher = searcher

    def lengths(self, added: Sequence[Lengths]) -> Lengths:
        """The average lengths, once these texts are added."""
        totals = {field: self._average_length(field) * self._indexed for field in ASSUMED_LENGTHS}
        count = self._indexed + len(added)
        return {field: (total + sum(each[field] for each in added)) / count for field, total in totals.items()}

    def _average_length(self, field: str) -> float:
        """Tantivy tells it only where it explains a score."""
        query = Query.term_query(self._schema, field, MARK, "freq")
        hits = self.searcher.search(query, 1, count=False).hits
        if not hits:
            return ASSUMED_LENGTHS[field]
        factors = json.loads(query.explain(self.searcher, hits[0][1]).to_json())["details"]
        [average] = [
            part["value"]
            for factor in factors
            for part in factor.get("details", [])
            if part["description"].startswith("avgdl")
        ]
        return float(average)

    def _count(self, field: str, form: str, but_copied: bool = False) -> int:
        query = Query.term_query(self._schema, field, form, "basic")
        if but_copied:
            copies = Query.term_query(self._schema, "copied", form, "basic")
            query = Query.boolean_query([(Occur.Must, query), (Occur.MustNot, copies)])
        return _matching(self.searcher, query)


def count_chunks(schema: Schema, searcher: Searcher) -> int:
    counterweights = 0
    if searcher.doc_freq("all_docs", COUNTERWEIGHT):
        counterweights = _matching(searcher, Query.term_query(schema, "all_docs", COUNTERWEIGHT, "basic"))
    return max(searcher.num_docs - counterweights - ASSUMED, 0)


def _matching(searcher: Searcher, query: Query) -> int:
    scoreless = Query.const_score_query(query, 0.0)
    return searcher.search(scoreless, 1, count=True).count or 0  # type: ignore[attr-defined]  # missing in its stub
