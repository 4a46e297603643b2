"""Items as clients send them: messages in several forms, and earlier output of models and tools."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from ingest.ids import new_id
from rag_api.history import History, Item
from rag_api.http import room
from rag_api.http.refused import Refused
from rag_api.v1.limits import ANNOTATIONS, COMPACTION, FILE, FOUND, IMAGE, LOGPROBS, PARTS, Id, Json, Name
from rag_api.v1.limits import Text as Said
from rag_api.v1.paging import ListOf

REFERRED_BYTES = 20 << 20
_EACH = 100  # bytes of an object or a number

Status = Literal["in_progress", "completed", "incomplete"]
CallId = Annotated[str, Field(min_length=1, max_length=64)]


class Sent(BaseModel):
    """A part of an item. Unknown keys are ignored, since clients send back what they were given."""

    model_config = ConfigDict(extra="ignore")


class Text(Sent):
    type: Literal["input_text", "output_text", "text"]
    text: Said
    annotations: Annotated[list[Json], Field(max_length=ANNOTATIONS, fail_fast=True)] | None = None
    logprobs: Annotated[list[Json], Field(max_length=LOGPROBS, fail_fast=True)] | None = None


class Refusal(Sent):
    type: Literal["refusal"]
    refusal: Said


class Image(Sent):
    type: Literal["input_image"]
    image_url: Annotated[str, Field(max_length=IMAGE)]
    detail: Literal["auto", "low", "high", "original"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_in_the_request(cls, value: Any) -> Any:
        if isinstance(value, dict) and not str(value.get("image_url") or "").startswith("data:"):
            raise ValueError("send an image as a base64 data URL in 'image_url'; no address or file id is followed")
        return value


class File(Sent):
    type: Literal["input_file"]
    file_data: Annotated[str, Field(max_length=FILE)] | None = None
    file_id: Id | None = None
    filename: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_here(cls, value: Any) -> Any:
        if isinstance(value, dict) and not value.get("file_data") and not value.get("file_id"):
            raise ValueError("it needs the 'file_id' of an upload, or the bytes in 'file_data'; no address is followed")
        return value


def _tagged(tags: dict[str, str], otherwise: Callable[[Any], str | None] = lambda value: None) -> Callable[[Any], Any]:
    """Chooses a member of a union by `type`. Tags contain a hyphen, so that errors can leave them out."""

    def tag(value: Any) -> str | None:
        kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
        return tags.get(str(kind)) or otherwise(value)

    return tag


_PARTS = dict.fromkeys(("input_text", "output_text", "text"), "text-part") | {
    "refusal": "refusal-part",
    "input_image": "image-part",
    "input_file": "file-part",
}
Part = Annotated[
    Annotated[Text, Tag("text-part")]
    | Annotated[Refusal, Tag("refusal-part")]
    | Annotated[Image, Tag("image-part")]
    | Annotated[File, Tag("file-part")],
    Discriminator(
        _tagged(_PARTS),
        custom_error_type="unknown_part",
        custom_error_message="the type of a part is one of " + ", ".join(_PARTS),
    ),
]


def either(text: Any, parts: Any) -> Any:
    """A string, or something else; as a tagged union, so that an error names only the place."""
    return Annotated[
        Annotated[text, Tag("plain-text")] | Annotated[parts, Tag("in-parts")],
        Discriminator(lambda value: "plain-text" if isinstance(value, str) else "in-parts"),
    ]


class Message(Sent):
    type: Literal["message"] = "message"
    id: Id | None = None
    role: Literal["user", "assistant", "system", "developer"]
    content: either(Said, Annotated[list[Part], Field(max_length=PARTS, fail_fast=True)])  # type: ignore[valid-type]
    status: Status | None = None
    phase: Literal["commentary", "final_answer"] | None = None

    @model_validator(mode="after")
    def _parts_go_with_the_role(self) -> "Message":
        refused = (Image, File) if self.role == "assistant" else (Refusal,)
        if any(isinstance(part, refused) for part in self.parts):
            raise ValueError(f"a message of the role {self.role!r} cannot have parts of this type")
        return self

    @property
    def parts(self) -> list[Text | Refusal | Image | File]:
        content: Any = self.content
        return [Text(type="input_text", text=content)] if isinstance(content, str) else content

    def item(self) -> Item:
        item: Item = {"id": self.id or new_id("msg_"), "type": "message", "status": self.status or "completed"}
        item |= {"role": self.role, "content": [_part(part, self.role) for part in self.parts]}
        return item | ({"phase": self.phase} if self.phase else {})


def _part(part: Text | Refusal | Image | File, role: str) -> Item:
    match part:
        case Text() if role == "assistant":
            return output_text(part.text, part.annotations or [], part.logprobs or [])
        case Text():
            return {"type": "input_text", "text": part.text}
        case Image():
            return {"type": "input_image", "image_url": part.image_url, "detail": part.detail or "auto"}
        case _:
            return part.model_dump(exclude_none=True)


def output_text(text: str, annotations: list[Item], logprobs: list[Item]) -> Item:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": logprobs}


class FunctionCall(Sent):
    type: Literal["function_call"]
    id: Id | None = None
    call_id: CallId
    name: Name
    arguments: Said
    status: Status | None = None

    def item(self) -> Item:
        return _replayed(self, "fc_") | {"status": self.status or "completed"}


class FunctionCallOutput(Sent):
    type: Literal["function_call_output"]
    id: Id | None = None
    call_id: CallId
    output: either(Said, Annotated[list[Text], Field(max_length=PARTS, fail_fast=True)])  # type: ignore[valid-type]
    status: Status | None = None

    def item(self) -> Item:
        output: Any = self.output
        if not isinstance(output, str):
            output = [{"type": "input_text", "text": part.text} for part in output]
        return _replayed(self, "fco_") | {"output": output, "status": self.status or "completed"}


class FileSearchCall(Sent):
    type: Literal["file_search_call"]
    id: Id | None = None
    queries: Annotated[list[Said], Field(max_length=FOUND, fail_fast=True)] = []
    results: Annotated[list[Json], Field(max_length=FOUND, fail_fast=True)] | None = None
    status: Literal["in_progress", "searching", "completed", "incomplete", "failed"] = "completed"

    def item(self) -> Item:
        return _replayed(self, "fs_") | {"results": self.results}


class Reasoning(Sent):
    type: Literal["reasoning"]
    id: Id | None = None
    summary: Annotated[list[Json], Field(max_length=PARTS, fail_fast=True)] = []
    content: Annotated[list[Json], Field(max_length=PARTS, fail_fast=True)] | None = None
    encrypted_content: Annotated[str, Field(max_length=COMPACTION)] | None = None
    status: Status | None = None

    def item(self) -> Item:
        return _replayed(self, "rs_")


class Compaction(Sent):
    type: Literal["compaction"]
    id: Id | None = None
    encrypted_content: Annotated[str, Field(max_length=COMPACTION)]

    def item(self) -> Item:
        return _replayed(self, "cmp_")


class Reference(Sent):
    """Stands for an item that is already kept."""

    type: Literal["item_reference"] | None = None
    id: Id


def _replayed(sent: Any, prefix: str) -> Item:
    item: Item = sent.model_dump(exclude_none=True)
    return item | {"id": item.get("id") or new_id(prefix)}


_ITEMS = {
    "message": "message-item",
    "item_reference": "reference-item",
    "function_call": "call-item",
    "function_call_output": "call-output-item",
    "file_search_call": "search-item",
    "reasoning": "reasoning-item",
    "compaction": "compaction-item",
}


def _untyped(value: Any) -> str | None:
    if not isinstance(value, dict) or value.get("type") is not None:
        return None
    return "message-item" if "role" in value else "reference-item"


InputItem = Annotated[
    Annotated[Message, Tag("message-item")]
    | Annotated[Reference, Tag("reference-item")]
    | Annotated[FunctionCall, Tag("call-item")]
    | Annotated[FunctionCallOutput, Tag("call-output-item")]
    | Annotated[FileSearchCall, Tag("search-item")]
    | Annotated[Reasoning, Tag("reasoning-item")]
    | Annotated[Compaction, Tag("compaction-item")],
    Discriminator(
        _tagged(_ITEMS, _untyped),
        custom_error_type="unknown_item",
        custom_error_message="the type of an item is one of " + ", ".join(_ITEMS),
    ),
]


def followed(sent: Sequence[Any], history: History) -> list[Item]:
    """The items of a request, with references replaced by what they refer to. Raises `NotFound`, and `Refused` if that
    is too much."""
    kept: dict[str, Item] = {}
    left = REFERRED_BYTES
    for item in sent:
        if isinstance(item, Reference) and item.id not in kept:
            kept[item.id] = history.items.get(item.id)
            size = size_of(kept[item.id])
            left -= size
            if left < 0:
                message = f"Invalid 'input': the items that it refers to have more than {REFERRED_BYTES >> 20} MB."
                raise Refused(message, param="input")
            room.take(size)
    return [kept[item.id] if isinstance(item, Reference) else item.item() for item in sent]


def size_of(value: Any) -> int:
    """About how many bytes a JSON value takes."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return _EACH + sum(map(size_of, value.values()))
    return _EACH + sum(map(size_of, value)) if isinstance(value, list) else _EACH


def checked_id(conversation_id: str) -> str:
    """Raises `ValueError` for what cannot be the id of a conversation."""
    if not conversation_id.startswith("conv_"):
        raise ValueError("expected an id that begins with 'conv_'")
    return conversation_id


RESULTS = "file_search_call.results"
DETAILS = "file_search_call.results.details"  # ours
Include = Literal[
    "file_search_call.results",
    "file_search_call.results.details",
    "message.output_text.logprobs",
    # There are no such things here, so all of them are included.
    "reasoning.encrypted_content",
    "message.input_image.image_url",
    "web_search_call.results",
    "web_search_call.action.sources",
    "code_interpreter_call.outputs",
    "computer_call_output.output.image_url",
]


async def _included(
    listed: Annotated[list[Include], Query(alias="include[]", default_factory=list)],
    include: Annotated[list[Include], Query(default_factory=list)],
) -> list[str]:
    """The values of `include`, in either form in which clients write lists."""
    return [*listed, *include]


Included = Annotated[list[str], Depends(_included)]


def presented(item: Item, *, results: bool) -> Item:
    """An item as clients see it; results of a search only with `results`."""
    return item if results or item["type"] != "file_search_call" else {**item, "results": None}


def item_list(items: Sequence[Item], has_more: bool, include: Sequence[str]) -> ListOf[Any]:
    told = [presented(item, results=RESULTS in include) for item in items]
    first, last = (items[0]["id"], items[-1]["id"]) if items else ("", "")
    return ListOf(data=told, first_id=first, last_id=last, has_more=has_more)
