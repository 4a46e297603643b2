"""Questions in other words than the documents have: how many the built-in model answers rightly, and how many it
refuses.

    RAG_EMBEDDINGS=minilm .venv/bin/python -m benchmarks.reworded [--show] [QUESTIONS DOCUMENTS]

The questions are in `reworded.toml`, their documents in data/samples; or else in a file and a folder. An answer is
right if it holds what is expected, and a refusal if it says that it is not sure, too. `--show` prints those that are
not right.
"""

import asyncio
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.follow_ups import held
from benchmarks.index_search import row
from ingest.corpus import open_corpus
from ingest.records.files import NewFile
from ingest.settings import load
from rag_api.answer.answerer import Answerer
from rag_api.answer.language.replies import is_refusal
from rag_api.settings import Settings

QUESTIONS = Path(__file__).with_suffix(".toml")
SAMPLES = Path(__file__).parents[1] / "data/samples"
MOST_BYTES = 64 << 20


def main(questions: Path, documents: Path, *, show: bool) -> None:
    with TemporaryDirectory() as folder:
        settings = load(Settings, data_dir=Path(folder))
        with open_corpus(settings) as corpus:
            store = corpus.stores.add("reworded", {})
            for path in sorted(documents.iterdir()):
                with corpus.blobs.draft(MOST_BYTES) as draft:
                    draft.write(path.read_bytes())
                    corpus.files.add_all(store.id, "user_data", [NewFile(draft, path.name, {})])
            corpus.worker.run_until_idle(lambda _: None)
            answerer = Answerer.over(settings, corpus)
            asyncio.run(measure(answerer, store.id, questions, show))


async def measure(answerer: Answerer, store_id: str, questions: Path, show: bool) -> None:
    row("", "questions", "right", "refused", "wrong")
    for kind, asked in tomllib.loads(questions.read_text()).items():
        counts = [0, 0, 0, 0]
        for one in asked:
            _, answer = await held(answerer, store_id, [one["question"]])
            refused = is_refusal(answer)
            right = one["expected"] in answer and not refused if "expected" in one else refused
            counts = [counts[0] + 1, counts[1] + right, counts[2] + refused, counts[3] + (not right and not refused)]
            if show and not right:
                print(one["question"], one.get("expected", "-"), answer.replace("\n", "\n    "), sep="\n    ")
        row(kind, *counts)


if __name__ == "__main__":
    arguments = [Path(argument) for argument in sys.argv[1:] if argument != "--show"]
    main(*arguments or (QUESTIONS, SAMPLES), show="--show" in sys.argv)
