"""The context of a response: its input, and as much of what it continues as there is room for."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import chain
from typing import Any

from haystack.dataclasses import ChatMessage

from ingest.errors import NotFound
from rag_api.answer.tokens import count
from rag_api.history import History, Item
from rag_api.http import room
from rag_api.http.refused import Refused
from rag_api.v1.attached import MAX_FILES, FilePart, in_items
from rag_api.v1.limits import ALL_TEXT, MESSAGES
from rag_api.v1.messages import chat_message
from rag_api.v1.responses.compaction import SAID, unpacked
from rag_api.v1.responses.items import Message, followed, size_of
from rag_api.v1.responses.shapes import ResponseInput

EARLIER_BYTES = 20 << 20  # of what a request continues, pictures and files in it included
IMAGE_TOKENS = 765  # of one that was said before: as many as OpenAI counts for a square of 1,024
BUSY = 503

INSTRUCTING = ("system", "developer")


def sent(body: ResponseInput, history: History) -> list[Item]:
    """The items of the input. Raises `NotFound` for a reference to an unknown item."""
    if isinstance(body.input, str):
        return [Message(role="user", content=body.input).item()]
    return followed(body.input or [], history)


def check_continued(body: ResponseInput, history: History) -> None:
    """Raise `Refused` or `NotFound` if what the request continues does not exist or is not complete."""
    if body.conversation_id is not None:
        history.conversations.get(body.conversation_id)
    if body.previous_response_id is not None:
        try:
            previous = history.responses.get(body.previous_response_id)
        except NotFound as error:
            raise Refused(
                f"Previous response with id {body.previous_response_id!r} not found.",
                param="previous_response_id",
                code="previous_response_not_found",
            ) from error
        if not previous.state.ended:
            raise Refused(
                f"The response {previous.id!r} is still being made: wait for its end, then continue it.",
                param="previous_response_id",
            )


def _earlier(body: ResponseInput, history: History) -> Generator[Item, None, None]:
    """What it continues, the newest item first."""
    if body.conversation_id is not None:
        yield from history.conversations.so_far(body.conversation_id)
    if body.previous_response_id is not None:
        yield from history.responses.so_far(body.previous_response_id)


def remembered(body: ResponseInput, items: Sequence[Item], history: History, max_tokens: int) -> list[Item]:
    """The input, and as much of what it continues as there is room for. Raises `Refused`."""
    with closing(_earlier(body, history)) as earlier:
        return fitting(earlier, items, max_tokens, refuse=body.truncation == "disabled")


def said(body: ResponseInput, items: Sequence[Item], history: History, max_tokens: int) -> list[ChatMessage]:
    """All messages for the model, except the passages. Raises `Refused`."""
    return messages(body.instructions, remembered(body, items, history, max_tokens))


def said_with_files(
    body: ResponseInput, items: Sequence[Item], history: History, max_tokens: int
) -> tuple[list[ChatMessage], list[FilePart]]:
    """The same, and the files in these messages: those of the request first. Raises `Refused`."""
    told = remembered(body, items, history, max_tokens)
    now = list(in_items(items, "input"))
    sent = [part.sent for part in now]
    earlier = [part for part in in_items(told, None) if part.sent not in sent]
    return messages(body.instructions, told), now + earlier[-max(0, MAX_FILES - len(now)) :] if earlier else now


def last_turn(instructions: str | None, items: Sequence[Item]) -> list[ChatMessage]:
    """What tells the intent of a request: its instructions, the last question, and an answer before it, if there is
    one. Raises `Refused`."""
    roles = [item.get("role") for item in items]
    last = max((index for index, role in enumerate(roles) if role == "user"), default=None)
    if last is None:
        return []
    answer = next((item for item in items[:last] if item.get("role") == "assistant"), None)
    before = [item for item in items[:last] if item.get("role") in INSTRUCTING]
    return messages(instructions, [*before, *([answer] if answer else []), items[last]])


def in_full(items: Sequence[Item]) -> list[Item]:
    """These items, with those of compactions in their place. Raises `Refused` for a damaged one, and for too much."""
    found: list[Item] = []
    characters = 0
    for inner in unpacked(items):
        found += inner
        characters += sum(len(_text(item)) for item in inner)
        if len(found) > MESSAGES:
            raise Refused(f"Invalid 'input': it has at most {MESSAGES:,} items, compactions unpacked.", param="input")
        if characters > ALL_TEXT:
            raise Refused(f"Invalid 'input': its texts have at most {ALL_TEXT:,} characters together.", param="input")
    return found


def check_kept(items: Sequence[Item]) -> None:
    """Raise `Refused` for items of which one could not be continued. An output may come before its call."""
    for item in in_full(items):
        if item["type"] != "function_call_output":
            messages(None, [item])


def _readable(earlier: Iterator[Item]) -> Iterator[Item | None]:
    """What was said in items that are kept, the newest first: up to one that was kept by an older version and cannot be
    read, and then None if there is more than may be read. Raises `Refused` if others have all the room."""
    left = EARLIER_BYTES
    number = 0

    def counted() -> Iterator[Item]:
        nonlocal left, number
        for item in earlier:
            left -= size_of(item)
            number += 1
            yield item

    try:
        for inner in unpacked(counted()):
            if left < 0 or number > MESSAGES:
                yield None
                return
            room.take(sum(map(size_of, inner)))
            yield from (item for item in reversed(inner) if item["type"] in SAID)
    except Refused as refused:
        if refused.status == BUSY:
            raise


def fitting(earlier: Iterator[Item], sent: Sequence[Item], max_tokens: int, *, refuse: bool) -> list[Item]:
    """What was sent and, of `earlier` (the newest first), as much as fits into `max_tokens` in all.

    The oldest items are left out first, but never the instructions in what was sent, nor anything from its last
    question on. With `refuse`, raises `Refused` if not all fits.
    """
    items = in_full(sent)
    last = max((index for index, item in enumerate(items) if item.get("role") == "user"), default=0)
    instructions = [item for item in items[:last] if item.get("role") in INSTRUCTING]
    older = [item for item in items[:last] if item.get("role") not in INSTRUCTING]
    left = max_tokens - sum(map(tokens, (*instructions, *items[last:])))
    kept: list[Item] = []
    for item in chain(reversed(older), _readable(earlier)):
        left = left - tokens(item) - IMAGE_TOKENS * _images(item) if item else -1
        if left < 0 or item is None:
            break
        kept.append(item)
    if left < 0 and refuse:
        raise Refused(
            f"The input and what it continues are longer than the {max_tokens} tokens that this server gives them. Set "
            "'truncation' to 'auto' to leave out the oldest, or raise RAG_HISTORY_TOKENS.",
            param="input",
            code="context_length_exceeded",
        )
    kept = [*_answerable(kept[len(older) :][::-1]), *kept[: len(older)][::-1]]
    return [*instructions, *(_from_a_beginning(kept) if left < 0 else kept), *items[last:]]


def _answerable(items: Sequence[Item]) -> Iterator[Item]:
    """Without those that no model can be told, as an output without its call: what is kept must not make each request
    that continues it fail."""
    called: list[str] = []
    for item in items:
        with suppress(Refused):
            messages(None, [item], called)
            called += [item["call_id"]] if item["type"] == "function_call" else []
            yield item


def _from_a_beginning(items: list[Item]) -> list[Item]:
    """Without the first answers, if their questions were left out."""
    for index, item in enumerate(items):
        if item["type"] == "function_call" or item.get("role") not in (None, "assistant"):
            return items[index:]
    return []


def tokens(item: Item) -> int:
    return count(_text(item))


def _images(item: Item) -> int:
    content = item["content"] if item["type"] == "message" else ()
    return sum(part["type"] == "input_image" for part in content)


def _text(item: Item) -> str:
    match item["type"]:
        case "message":
            return "\n".join(part.get("text") or part.get("refusal") or "" for part in item["content"])
        case "function_call":
            return f"{item['name']} {item['arguments']}"
        case "function_call_output":
            return _output(item)
    return ""  # earlier searches and reasoning are left out


def _output(item: Item) -> str:
    output = item["output"]
    return output if isinstance(output, str) else "\n".join(part["text"] for part in output)


def messages(instructions: str | None, items: Sequence[Item], called: Iterable[str] = ()) -> list[ChatMessage]:
    """The items as chat messages; consecutive calls become one message, as chat models expect. `called` are the ids of
    calls before them. Raises `Refused`."""
    chat: list[dict[str, Any]] = [{"role": "system", "content": instructions}] if instructions else []
    called = set(called)
    for item in items:
        match item["type"]:
            case "message" if item["content"]:
                chat.append({"role": item["role"], "content": [_part(part) for part in item["content"]]})
            case "function_call" if item["status"] != "incomplete":  # else its arguments are cut short
                called.add(item["call_id"])
                function = {"name": item["name"], "arguments": item["arguments"]}
                if not chat or chat[-1]["role"] != "assistant":
                    chat.append({"role": "assistant", "content": None})
                calls = chat[-1].setdefault("tool_calls", [])
                calls.append({"id": item["call_id"], "type": "function", "function": function})
            case "function_call_output":
                if item["call_id"] not in called:
                    raise Refused(
                        f"No tool call found for function call output with call_id {item['call_id']!r}, neither in "
                        "this request nor in what it continues.",
                        param="input",
                    )
                chat.append({"role": "tool", "tool_call_id": item["call_id"], "content": _output(item)})
    return [chat_message(message, "input") for message in chat]


def _part(part: Item) -> dict[str, Any]:
    match part["type"]:
        case "refusal":
            return part
        case "input_image":
            return {"type": "image_url", "image_url": {"url": part["image_url"], "detail": part["detail"]}}
        case "input_file":
            return {"type": "file", "file": {key: part[key] for key in ("file_id", "filename") if key in part}}
    return {"type": "text", "text": part["text"]}
