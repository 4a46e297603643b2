"""An answer as it comes: what comes at once is passed on at once, in one piece for each choice."""

from typing import Any

from haystack.dataclasses import AsyncStreamingCallbackT, StreamingChunk

from rag_api.answer.errors import ModelFailed
from rag_api.answer.joined import Joined
from rag_api.answer.model.choices import Choices, model_of, usage_of
from rag_api.answer.model.values import Json, not_understood


class Stream:
    """Chunks are added, and passed on to `callback`: each choice up to its `finish_reason`."""

    def __init__(self, model: str, wanted: int, callback: AsyncStreamingCallbackT) -> None:
        self.meta: Json = {"model": model, "usage": None}
        self._callback = callback
        self._choices = Choices(wanted)
        self._texts: list[str] = []
        self._coming: dict[int, list[tuple[Json, Json | None]]] = {}
        self._reasons: dict[int, str | None] = {}
        """Why each choice ended, of those that have begun."""
        self._calling: set[int] = set()

    @property
    def text(self) -> str:
        return "".join(self._texts)

    def add(self, sent: Any, key: str = "delta") -> bool:
        """Add a chunk, or a whole completion (`key` is `message`); true if it says anything. Null is nothing. Raises
        `ModelFailed`."""
        if sent is None:
            return False
        said = False
        for choice in self._choices.of(sent, key):
            index, delta = choice["index"], choice[key]
            if self._reasons.get(index):
                continue  # filters may send more of it, without anything in it
            self._reasons[index] = choice["finish_reason"]
            self._calling.update([index] if delta.get("tool_calls") else [])
            self._coming.setdefault(index, []).append((delta, choice["logprobs"]))
            said |= bool(choice["finish_reason"]) or any(value for name, value in delta.items() if name != "role")
        self.meta = {"model": model_of(sent, self.meta["model"]), "usage": usage_of(sent) or self.meta["usage"]}
        return said

    async def pass_on(self) -> None:
        """Pass on what has been added since the last time."""
        coming, self._coming = self._coming, {}
        for index, pieces in coming.items():
            await self._tell(index, *(pieces[0] if len(pieces) == 1 else _joined(pieces)))

    async def finish(self) -> None:
        """The server says that this is all: what it left open is complete. Raises `ModelFailed` if it said nothing."""
        await self.pass_on()
        self._check_begun()
        for index in sorted(self._open):
            self._reasons[index] = "tool_calls" if index in self._calling else "stop"
            await self._tell(index, {}, None)

    def check_finished(self) -> None:
        """Raise `ModelFailed` unless all is complete, though the server did not say so."""
        self._check_begun()
        if self._open:
            raise broken_off()

    @property
    def _open(self) -> list[int]:
        return [index for index, reason in self._reasons.items() if reason is None]

    def _check_begun(self) -> None:
        if not self._reasons:
            raise not_understood()

    async def _tell(self, index: int, delta: Json, logprobs: Json | None) -> None:
        text = delta.get("content") or ""
        self._texts.append(text)
        choice = {"index": index, "finish_reason": self._reasons[index], "delta": delta, "logprobs": logprobs}
        await self._callback(StreamingChunk(text, meta={"model": self.meta["model"], "choice": choice}))


def _joined(pieces: list[tuple[Json, Json | None]]) -> tuple[Json, Json | None]:
    joined = Joined()
    for delta, logprobs in pieces:
        joined.add(delta, logprobs)
    return joined.said(), joined.logprobs()


def broken_off() -> ModelFailed:
    return ModelFailed("The language model's answer broke off before its end; try again.")
