"""Follow-ups: how often the last turn of a conversation finds its document first, and is answered rightly.

    .venv/bin/python -m benchmarks.follow_ups [--show]

The conversations are in `follow_ups.toml`. All documents are in one store. What the settings say holds: measure with
RAG_EMBEDDINGS=static or RAG_QUERY_EXPANSION=true beside the default.
"""

import asyncio
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from haystack.dataclasses import ChatMessage

from benchmarks.index_search import row
from ingest.corpus import Corpus, open_corpus
from ingest.records.files import NewFile
from ingest.settings import load
from rag_api.answer.answerer import Answerer
from rag_api.answer.events import Delta, Retrieved
from rag_api.answer.question import Question
from rag_api.settings import Settings

MOST_BYTES = 100_000
SET = Path(__file__).with_suffix(".toml")


def main(*, show: bool) -> None:
    languages = tomllib.loads(SET.read_text(encoding="utf-8"))
    with TemporaryDirectory() as folder:
        settings = load(Settings, data_dir=Path(folder))
        with open_corpus(settings) as corpus:
            store = corpus.stores.add("follow-ups", {})
            for name, known in languages.items():
                for title, text in known["documents"].items():
                    _add(corpus, store.id, f"{title}.{name}.md", text)
            corpus.worker.run_until_idle(lambda _: None)
            asyncio.run(measure(languages, corpus, settings, store.id, show))


async def measure(languages: dict[str, Any], corpus: Corpus, settings: Settings, store_id: str, show: bool) -> None:
    answerer = Answerer.over(settings, corpus)
    row("", "conversations", "found first", "answered rightly")
    total = [0, 0, 0]
    for name, known in languages.items():
        counts = [0, 0, 0]
        for conversation in known["conversations"]:
            first, answer = await held(answerer, store_id, conversation["turns"])
            found = first == f"{conversation['file']}.{name}.md"
            right = conversation["right"] in answer and conversation["wrong"] not in answer
            counts = [counts[0] + 1, counts[1] + found, counts[2] + right]
            if show and not (found and right):
                print(conversation["turns"], first, answer, sep="\n    ")
        row(name, *counts)
        total = [sum(both) for both in zip(total, counts, strict=True)]
    row("all", *total)


def _add(corpus: Corpus, store_id: str, filename: str, text: str) -> None:
    with corpus.blobs.draft(MOST_BYTES) as draft:
        draft.write(text.encode())
        corpus.files.add_all(store_id, "user_data", [NewFile(draft, filename, {})])


async def held(answerer: Answerer, store_id: str, turns: list[str]) -> tuple[str, str]:
    """The file found first for the last turn, and the answer to it."""
    messages: list[ChatMessage] = []
    first = answer = ""
    for turn in turns:
        messages.append(ChatMessage.from_user(turn))
        answer = ""
        async for event in answerer.answer(Question(list(messages), [store_id])):
            if isinstance(event, Retrieved):
                first = event.passages[0].meta["filename"] if event.passages else ""
            elif isinstance(event, Delta):
                answer += event.text
        messages.append(ChatMessage.from_assistant(answer))
    return first, answer


if __name__ == "__main__":
    main(show="--show" in sys.argv)
