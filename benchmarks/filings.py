"""How often a passage of the page with the answer is among the first, in reports of many pages by several companies.

    .venv/bin/python -m benchmarks.filings FOLDER [DATA_DIR]

FOLDER has the files in `pdfs/` and a `queries.jsonl`: a line has `text`, `doc_name` (the file, without its ending) and
`pages`, counted from 0. All files are in one store. What is ingested is kept in DATA_DIR for the next run, with the
place of the first right passage of each question in `places.json`. RAG_EMBEDDINGS and all other settings count.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.index_search import row
from ingest.chunk.meta import chunk_meta
from ingest.corpus import Corpus, open_corpus
from ingest.query import Query
from ingest.records.attributes import equality_field
from ingest.records.files import NewFile
from ingest.search.passages import Passage
from ingest.settings import Settings, load
from rag_api.evaluation.measures import mean

FIRST = (5, 10, 20)
MOST_BYTES = 64 << 20
STORE = "filings"


class Asked(NamedTuple):
    id: str
    text: str
    file: str
    pages: frozenset[int]
    """From 1."""


def main(folder: Path, data_dir: Path | None) -> None:
    with ExitStack() as opened:
        kept = data_dir or Path(opened.enter_context(TemporaryDirectory()))
        corpus = opened.enter_context(open_corpus(load(Settings, data_dir=kept)))
        store_id = ingest(corpus, sorted((folder / "pdfs").iterdir()))
        asked = questions(folder)
        found = {known: [place(corpus, store_id, one, known) for one in asked] for known in (False, True)}
    row("a right page is among the first", *(f"{first}    " for first in FIRST))
    for known, places in found.items():
        shares = [mean([place is not None and place < first for place in places]) for first in FIRST]
        row("the file is known" if known else "all files", *(f"{share.value:.3f}" for share in shares))
        row("  95 % interval", *(f"{share.low:.2f}-{share.high:.2f}" for share in shares))
    if data_dir:
        by_question = {one.id: places for one, *places in zip(asked, *found.values(), strict=True)}
        (data_dir / "places.json").write_text(json.dumps(by_question, indent=1))


def ingest(corpus: Corpus, files: Sequence[Path]) -> str:
    """Put the files into a store, unless that exists, and return its id."""
    for store in corpus.stores.list(limit=100).items:
        if store.name == STORE:
            return store.id
    store = corpus.stores.add(STORE, {})
    with ExitStack() as drafts:
        new = []
        for path in files:
            draft = drafts.enter_context(corpus.blobs.draft(MOST_BYTES))
            draft.write(path.read_bytes())
            new.append(NewFile(draft, path.name, {"file": path.stem}))
        corpus.files.add_all(store.id, "user_data", new)
    corpus.worker.run_until_idle(lambda _: None)
    return store.id


def questions(folder: Path) -> list[Asked]:
    lines = (folder / "queries.jsonl").read_text().splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    return [Asked(row["_id"], row["text"], row["doc_name"], frozenset(n + 1 for n in row["pages"])) for row in rows]


def place(corpus: Corpus, store_id: str, asked: Asked, known: bool) -> int | None:
    """Where the first right passage is, from 0; None if it is not among the first."""
    field, value = equality_field("file", asked.file)
    its = {"field": f"meta.attributes.{field}", "operator": "==", "value": value} if known else None
    passages = corpus.passages.run(Query(asked.text, its, top_k=max(FIRST)), [store_id])["documents"]
    return next((place for place, passage in enumerate(passages) if is_right(passage, asked)), None)


def is_right(passage: Passage, asked: Asked) -> bool:
    meta = chunk_meta(passage)
    pages = range(meta["page_start"], meta["page_end"] + 1)
    return meta["attributes"]["file"] == asked.file and not asked.pages.isdisjoint(pages)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
