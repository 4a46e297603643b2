"""`/v1/conversations`: what was said, kept until it is deleted; responses that name one continue it."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, Field

from rag_api.deps import TheHistory
from rag_api.history import Item
from rag_api.history.conversations import Conversation
from rag_api.http import room
from rag_api.http.json_body import LargeJsonRoute
from rag_api.v1.body import Body
from rag_api.v1.limits import NEW_ITEMS, Metadata
from rag_api.v1.paging import ListOf, ThePaging, listed
from rag_api.v1.responses.context import check_kept
from rag_api.v1.responses.items import RESULTS, Included, InputItem, checked_id, followed, item_list, presented

router = APIRouter(tags=["conversations"], route_class=LargeJsonRoute)

TheId = Annotated[str, AfterValidator(checked_id)]


class NewConversation(Body):
    items: Annotated[list[InputItem], Field(max_length=NEW_ITEMS, fail_fast=True)] | None = None
    metadata: Metadata | None = None


class ConversationUpdate(Body):
    metadata: Metadata | None


class NewItems(Body):
    items: Annotated[list[InputItem], Field(min_length=1, max_length=NEW_ITEMS, fail_fast=True)]


class ConversationObject(BaseModel):
    id: str
    object: Literal["conversation"] = "conversation"
    created_at: int
    metadata: dict[str, str]

    @classmethod
    def of(cls, conversation: Conversation) -> "ConversationObject":
        return cls(**vars(conversation))


class ConversationDeleted(BaseModel):
    id: str
    object: Literal["conversation.deleted"] = "conversation.deleted"
    deleted: Literal[True] = True


@router.post("/v1/conversations", response_model=ConversationObject)
async def create(history: TheHistory, body: NewConversation | None = None) -> Response:
    begun = body or NewConversation()

    def created() -> str:
        items = followed(begun.items or [], history)
        check_kept(items)
        conversation = history.conversations.create(begun.metadata or {}, items)
        return ConversationObject.of(conversation).model_dump_json()

    return await room.answer(created)


@router.get("/v1/conversations", response_model=ListOf[ConversationObject])
async def list_conversations(history: TheHistory, paging: ThePaging) -> Response:
    """All that are kept, which is ours: OpenAI leaves it to clients to remember their ids."""

    def made() -> ListOf[ConversationObject]:
        page = history.conversations.list(**paging)
        return ListOf.of([ConversationObject.of(conversation) for conversation in page.items], page.has_more)

    return await listed(made)


@router.get("/v1/conversations/{conversation_id}")
def retrieve(history: TheHistory, conversation_id: TheId) -> ConversationObject:
    return ConversationObject.of(history.conversations.get(conversation_id))


@router.post("/v1/conversations/{conversation_id}")
def update(history: TheHistory, conversation_id: TheId, body: ConversationUpdate) -> ConversationObject:
    """Replace all metadata."""
    return ConversationObject.of(history.conversations.update(conversation_id, body.metadata or {}))


@router.delete("/v1/conversations/{conversation_id}")
def delete(history: TheHistory, conversation_id: TheId) -> ConversationDeleted:
    """Delete a conversation; its responses stay."""
    history.conversations.delete(conversation_id)
    return ConversationDeleted(id=conversation_id)


@router.post("/v1/conversations/{conversation_id}/items", response_model=ListOf[Any])
async def create_items(history: TheHistory, conversation_id: TheId, include: Included, body: NewItems) -> Response:
    def create() -> str:
        items = followed(body.items, history)
        check_kept(items)
        return item_list(history.conversations.add_items(conversation_id, items), False, include).model_dump_json()

    return await room.answer(create)


@router.get("/v1/conversations/{conversation_id}/items", response_model=ListOf[Any])
async def list_items(history: TheHistory, conversation_id: TheId, include: Included, paging: ThePaging) -> Response:
    def listed() -> str:
        page = history.conversations.items(conversation_id, **paging)
        return item_list(page.items, page.has_more, include).model_dump_json()

    return await room.answer(listed)


@router.get("/v1/conversations/{conversation_id}/items/{item_id}", response_model=Item)
async def retrieve_item(history: TheHistory, conversation_id: TheId, item_id: str, include: Included) -> Response:
    def retrieved() -> bytes:
        return orjson.dumps(presented(history.conversations.item(conversation_id, item_id), results=RESULTS in include))

    return await room.answer(retrieved)


@router.delete("/v1/conversations/{conversation_id}/items/{item_id}")
def delete_item(history: TheHistory, conversation_id: TheId, item_id: str) -> ConversationObject:
    return ConversationObject.of(history.conversations.delete_item(conversation_id, item_id))
