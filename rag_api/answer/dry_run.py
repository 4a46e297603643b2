"""A dry run: a pipeline answers a question from two passages that are made up, with a model that says the same each
time. So whether its parts fit is found out without asking anybody's server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from haystack import Document
from haystack.core.component import Component
from haystack.dataclasses import ChatMessage

from ingest.errors import Invalid
from ingest.query import Query
from ingest.search.passages import PassageRetriever
from rag_api.answer.answerer import Answerer
from rag_api.answer.errors import ModelFailed
from rag_api.answer.extractive.generator import ExtractiveChatGenerator
from rag_api.answer.live import Live
from rag_api.answer.question import Question
from rag_api.settings import Settings

QUESTION = "What do herons eat?"
TEXTS = ("Herons eat frogs and small fish.", "Herons sleep on one leg.")
ANSWER = "Herons eat frogs and small fish [1]."


class MadeUp:
    """A searcher that finds these texts whatever is asked, and the records of their file."""

    def __init__(self) -> None:
        self.last_use = self

    def search(self, query: Query) -> list[Document]:
        return [
            Document(id=str(number), content=text, meta=_meta(number), score=0.9 - 0.1 * number)
            for number, text in enumerate(TEXTS)
        ]

    def note(self, store_ids: Sequence[str]) -> None:
        pass

    def present(self, store_file_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {each: {} for each in store_file_ids}

    def searchable(self, store_ids: Sequence[str]) -> bool:
        return True


def _meta(number: int) -> dict[str, Any]:
    named = {"store_id": "vs_default", "file_id": "file-1", "store_file_id": "vsf_1", "filename": "herons.txt"}
    # Not side by side, so that they are not merged.
    return {**named, "position": 2 * number, "start": 0, "end": 0, "tokens": 10, "language": "en"}


def made_up(settings: Settings) -> Live:
    """What a pipeline is made with where there are no documents."""
    nothing_kept = MadeUp()
    return Live(settings, nothing_kept, cast(Any, nothing_kept), cast(Any, nothing_kept))


def silence(component: Component) -> None:
    """Have a generator, and those that a component has, say the same each time, and ask nobody."""
    for each in (component, *vars(component).values()):
        if _generates(each):
            for name in ("run", "run_async"):
                if hasattr(each, name):
                    setattr(each, name, _said_async if name.endswith("async") else _said)


def _generates(each: object) -> bool:
    inputs, outputs = getattr(each, "__haystack_input__", None), getattr(each, "__haystack_output__", None)
    if inputs is None or outputs is None or isinstance(each, ExtractiveChatGenerator):
        return False
    return "messages" in inputs._sockets_dict and "replies" in outputs._sockets_dict


def _said(*_: Any, **inputs: Any) -> dict[str, list[ChatMessage]]:
    return {"replies": [ChatMessage.from_assistant(ANSWER, meta={"model": "scripted", "finish_reason": "stop"})]}


async def _said_async(*_: Any, **inputs: Any) -> dict[str, list[ChatMessage]]:
    return _said()


async def run(settings: Settings, path: Path) -> None:
    """Raises `Invalid`, with a line for each fault that is found without a question, or the one that this shows."""
    alone = settings.model_copy(update={"query_pipeline": path, "query_pipelines": None})
    nothing_kept = MadeUp()
    answerer = Answerer(alone, PassageRetriever(nothing_kept, cast(Any, nothing_kept)))
    try:
        pipeline = answerer.default
        for half in (pipeline.retrieval, pipeline.generation):
            for _, component in half.walk():
                silence(component)
        question = Question([ChatMessage.from_user(QUESTION)], ["vs_default"], stream=pipeline.streams)
        async for _ in answerer.answer(question):
            pass
    except ModelFailed as error:
        failed = error.__cause__
        if failed is None:
            raise Invalid(f"{path}: {error.message}") from error
        cause = failed.__cause__ or failed
        name = getattr(failed, "component_name", None)
        where = f"component {name!r}: " if name else ""
        raise Invalid(f"{path}: {where}{type(cause).__name__}: {cause}") from error
    finally:
        await answerer.close()
