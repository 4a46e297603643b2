"""Stores and store files as OpenAI's clients see them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from ingest.chunk.meta import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS, on_one_page
from ingest.errors import Reason
from ingest.records.store_files import Chunking, NewStoreFile, State, StoreFile
from ingest.records.stores import Store, StoreChanges
from rag_api.v1.body import Body, Float, Integer, in_one_sentence
from rag_api.v1.limits import NEW_FILES, PAIRS, VALUE, Description, Id, Key, Metadata, Name

Status = Literal["in_progress", "completed", "failed", "cancelled"]

# Our states in OpenAI's words.
STATUS: dict[State, Status] = {
    State.PENDING: "in_progress",
    State.RUNNING: "in_progress",
    State.DONE: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}
ERROR_CODE: dict[Reason, str] = {
    Reason.UNSUPPORTED: "unsupported_file",
    Reason.INVALID: "invalid_file",
    Reason.INTERNAL: "server_error",
}

AttributeValue = Annotated[
    Annotated[str, Field(max_length=VALUE)] | bool | Integer | Float,
    in_one_sentence(f"a text of at most {VALUE} characters, a number, true or false"),
]
Attributes = Annotated[dict[Key, AttributeValue], Field(max_length=PAIRS)]


class StaticChunking(Body):
    max_chunk_size_tokens: int = Field(ge=MIN_CHUNK_TOKENS, le=MAX_CHUNK_TOKENS)
    chunk_overlap_tokens: int = Field(ge=0)

    @model_validator(mode="after")
    def _overlap_is_at_most_half(self) -> "StaticChunking":
        if self.chunk_overlap_tokens > self.max_chunk_size_tokens // 2:
            raise ValueError("chunk_overlap_tokens may be at most half of max_chunk_size_tokens")
        return self


class ChunkingStrategy(Body):
    type: Literal["auto", "static"]
    static: StaticChunking | None = None

    @model_validator(mode="after")
    def _static_has_its_figures(self) -> "ChunkingStrategy":
        if (self.type == "static") != (self.static is not None):
            raise ValueError("'static' goes with the type 'static', and only with it")
        return self

    def chunking(self) -> Chunking | None:
        """None leaves it to the server."""
        if self.static is None:
            return None
        return Chunking(self.static.max_chunk_size_tokens, self.static.chunk_overlap_tokens)


class ExpiresAfter(Body):
    anchor: Literal["last_active_at"]
    days: int = Field(ge=1, le=365)


class NewStore(Body):
    name: Name | None = None
    description: Description | None = None
    metadata: Metadata | None = None
    file_ids: Annotated[list[Id], Field(max_length=NEW_FILES, fail_fast=True)] | None = None
    chunking_strategy: ChunkingStrategy | None = None
    expires_after: ExpiresAfter | None = None

    def files(self) -> list[NewStoreFile]:
        chunking = self.chunking_strategy.chunking() if self.chunking_strategy else None
        return [NewStoreFile(file_id, chunking=chunking) for file_id in self.file_ids or []]


class StoreUpdate(Body):
    """What is left out stays; null clears."""

    name: Name | None = None
    description: Description | None = None
    metadata: Metadata | None = None
    expires_after: ExpiresAfter | None = None

    def changes(self) -> StoreChanges:
        changes: StoreChanges = {}
        if "name" in self.model_fields_set:
            changes["name"] = self.name or ""
        if "description" in self.model_fields_set:
            changes["description"] = self.description
        if "metadata" in self.model_fields_set:
            changes["metadata"] = self.metadata or {}
        if "expires_after" in self.model_fields_set:
            changes["expires_days"] = self.expires_after.days if self.expires_after else None
        return changes


class FileToAttach(Body):
    file_id: Id
    attributes: Attributes | None = None
    chunking_strategy: ChunkingStrategy | None = None

    def new(self) -> NewStoreFile:
        chunking = self.chunking_strategy.chunking() if self.chunking_strategy else None
        return NewStoreFile(self.file_id, self.attributes or {}, chunking)


class FileCounts(BaseModel):
    in_progress: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    total: int = 0

    @classmethod
    def of(cls, counts: dict[State, int]) -> "FileCounts":
        theirs: dict[str, int] = {}
        for state, number in counts.items():
            theirs[STATUS[state]] = theirs.get(STATUS[state], 0) + number
        return cls(**theirs, total=sum(theirs.values()))


def absent(value: object) -> bool:
    return value is None  # OpenAI's schema does not allow null


class VectorStore(BaseModel):
    id: str
    object: Literal["vector_store"] = "vector_store"
    created_at: int
    name: str
    description: str | None = Field(exclude_if=absent)
    usage_bytes: int
    file_counts: FileCounts
    status: Literal["in_progress", "completed", "expired"]
    expires_after: ExpiresAfter | None = Field(exclude_if=absent)
    expires_at: int | None = Field(exclude_if=absent)
    last_active_at: int
    metadata: dict[str, str]

    @classmethod
    def of(cls, store: Store) -> "VectorStore":
        counts = FileCounts.of(store.counts)
        days = store.expires_days
        return cls(
            id=store.id,
            created_at=store.created_at,
            name=store.name,
            description=store.description,
            usage_bytes=store.usage_bytes,
            file_counts=counts,
            status="expired" if store.expired else "in_progress" if counts.in_progress else "completed",
            expires_after=None if days is None else ExpiresAfter(anchor="last_active_at", days=days),
            expires_at=store.expires_at,
            last_active_at=store.last_active_at,
            metadata=store.metadata,
        )


class TextContent(BaseModel):
    type: Literal["text"] = "text"
    text: str

    @classmethod
    def of(cls, text: str) -> "TextContent":
        return cls(text=on_one_page(text))


class LastError(BaseModel):
    code: str
    message: str


class VectorStoreFile(BaseModel):
    id: str  # that of the file: clients poll with it
    object: Literal["vector_store.file"] = "vector_store.file"
    created_at: int
    vector_store_id: str
    status: Status
    usage_bytes: int
    last_error: LastError | None
    note: str | None = Field(exclude_if=absent)  # ours: what of the file was not read
    attributes: dict[str, Any]
    chunking_strategy: dict[str, Any]
    filename: str  # ours, as the next: else who shows a list has to ask for each file
    bytes: int

    @classmethod
    def of(cls, file: StoreFile) -> "VectorStoreFile":
        static = {"max_chunk_size_tokens": file.chunk_tokens, "chunk_overlap_tokens": file.overlap_tokens}
        error = None
        if file.state is State.FAILED and file.reason is not None:
            error = LastError(code=ERROR_CODE[file.reason], message=file.message or "")
        return cls(
            id=file.file_id,
            created_at=file.created_at,
            vector_store_id=file.store_id,
            status=STATUS[file.state],
            usage_bytes=file.usage_bytes,
            last_error=error,
            note=file.message if file.state is State.DONE else None,
            attributes=file.attributes,
            chunking_strategy={"type": "static", "static": static},
            filename=file.filename,
            bytes=file.bytes,
        )
