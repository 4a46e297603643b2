"""A conversation: the turns before an answer, as the pipelines pass them on."""

from collections.abc import Iterable, Sequence
from typing import overload

from haystack.dataclasses import ChatMessage

from ingest.no_copy import NoCopy


class Conversation(NoCopy, Sequence[ChatMessage]):
    """Messages that the pipelines do not copy: they would six times before the first word. Lists are copied, whatever
    their class."""

    def __init__(self, messages: Iterable[ChatMessage]) -> None:
        self._messages = list(messages)

    def __len__(self) -> int:
        return len(self._messages)

    @overload
    def __getitem__(self, index: int) -> ChatMessage: ...

    @overload
    def __getitem__(self, index: slice) -> list[ChatMessage]: ...

    def __getitem__(self, index: int | slice) -> ChatMessage | list[ChatMessage]:
        return self._messages[index]
