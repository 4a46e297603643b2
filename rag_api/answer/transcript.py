"""The transcript: turns what the model says into events, with the citations in it."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from haystack import Document
from haystack.dataclasses import ChatMessage, StreamingChunk

from rag_api.answer.citations import CitationReader
from rag_api.answer.events import Answered, Delta, Event, Finished
from rag_api.answer.generated import choice_of_chunk, choice_of_reply, reason_of, usage_of
from rag_api.answer.nearest import nearest

logger = logging.getLogger(__name__)


class Transcript:
    """What is said in answer to a question, for each choice.

    `passages` are those that `[n]` cites. A marker is a citation if its passage contains at least `overlap` of the
    words that it supports. An answer to what was `asked` that has none, or is not sure, comes with the nearest
    passages.
    """

    def __init__(self, passages: Sequence[Document], overlap: float, asked: str | None = None) -> None:
        self._passages = passages
        self._overlap = overlap
        self._asked = asked
        self._readers: dict[int, CitationReader] = {}
        self._halves: dict[tuple[int, str], str] = {}
        self._spoken: set[int] = set()
        self._finished: set[int] = set()
        self.length = 0
        """Characters so far, of all choices."""

    def add(self, chunk: StreamingChunk) -> Iterator[Event]:
        """Add a piece of an answer that is streamed."""
        return self._said(chunk.content, chunk.meta, chunk.meta.get("choice") or choice_of_chunk(chunk))

    def end(self, replies: Sequence[ChatMessage], *, streamed: bool) -> Iterator[Event]:
        """The last events; for answers that were not streamed, their whole text first."""
        if not streamed:
            for reply in replies:
                yield from self._said(reply.text or "", reply.meta, reply.meta.get("choice") or choice_of_reply(reply))
        for index in (self._readers.keys() or {0}) - self._finished:  # a generator may say at the end only that it is
            yield from self._said("", {}, {"index": index, "finish_reason": reason_of(replies[0])})
        yield Answered(str(replies[0].meta.get("model") or ""), usage_of(replies[0]))

    def _said(self, text: str, meta: dict[str, Any], choice: dict[str, Any]) -> Iterator[Event]:
        index = choice.get("index") or 0
        reader = self._readers.get(index)
        if reader is None:
            reader = self._readers[index] = CitationReader(self._passages, self._overlap)
        last = bool(choice.get("finish_reason"))
        text = self._whole(text, (index, "content"), last)
        message = choice.get("delta") or choice.get("message") or {}
        extras = {
            key: self._whole(value, (index, key), last) if isinstance(value, str) else value
            for key, value in message.items()
            if key not in ("role", "content") and value is not None
        }
        logprobs = choice.get("logprobs") and {"content": None, "refusal": None, **choice["logprobs"]}
        if text or extras or logprobs:
            reader.feed(text)
            self.length += len(text)
            self._spoken.update([index] if text else [])
            yield Delta(index, text, extras, logprobs)
        if last and index not in self._finished:
            self._finished.add(index)
            citations = reader.finish()
            if reader.unsupported:
                logger.debug("%d markers are not citations: their passages do not support them", reader.unsupported)
            answered = (
                (citations and not meta.get("unsure")) or choice["finish_reason"] != "stop" or index not in self._spoken
            )
            near = None if answered or self._asked is None else nearest(self._passages, self._asked)
            yield Finished(index, choice["finish_reason"], citations, reader.unsupported, near)

    def _whole(self, text: str, key: tuple[int, str], last: bool) -> str:
        """A piece after the half of a surrogate pair that the one before it ended with; its own waits for the next.

        A server that counts in UTF-16 may cut there, and no half can be sent on.
        """
        text = self._halves.pop(key, "") + text
        if text.isascii():
            return text
        if not last and "\ud800" <= text[-1] <= "\udbff":
            text, self._halves[key] = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
