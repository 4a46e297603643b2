"""A conversation: the turns before an answer, and the parameters for it, as the pipelines pass them on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

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


class _Message(NoCopy, ChatMessage):
    pass


def as_list(messages: Iterable[ChatMessage]) -> list[ChatMessage]:
    """For components that are not ours, and may take nothing but a list. To copy it takes 20 µs for each message; with
    messages that are copied as well, it would be 40."""
    return [_Message(each._role, each._content, each._name, each._meta) for each in messages]


class Parameters(NoCopy, Mapping[str, Any]):
    """Parameters for a model, which are not copied either: with the tools of an agent they may have thousands of
    values."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
