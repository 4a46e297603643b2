"""Stores and store files as OpenAI's clients see them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingest.errors import Reason
from ingest.stores import Chunking, State, Store, StoreFile

Status = Literal["in_progress", "completed", "failed", "cancelled"]

# Where our words and theirs meet.
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

Metadata = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]], Field(max_length=16)
]
AttributeValue = Annotated[str, Field(max_length=512)] | bool | int | float
Attributes = Annotated[dict[Annotated[str, Field(max_length=64)], AttributeValue], Field(max_length=16)]


class Body(BaseModel):
    """A request's body: what is not foreseen is refused, so that nothing is dropped in silence."""

    model_config = ConfigDict(extra="forbid")


class StaticChunking(Body):
    max_chunk_size_tokens: int = Field(ge=100, le=4096)
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


class NewStore(Body):
    name: str | None = None
    metadata: Metadata | None = None
    file_ids: Annotated[list[str], Field(max_length=500)] | None = None
    chunking_strategy: ChunkingStrategy | None = None


class NewStoreFile(Body):
    file_id: str
    attributes: Attributes | None = None
    chunking_strategy: ChunkingStrategy | None = None


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


class VectorStore(BaseModel):
    id: str
    object: Literal["vector_store"] = "vector_store"
    created_at: int
    name: str
    usage_bytes: int
    file_counts: FileCounts
    status: Literal["in_progress", "completed"]
    last_active_at: int
    metadata: dict[str, str]

    @classmethod
    def of(cls, store: Store) -> "VectorStore":
        counts = FileCounts.of(store.counts)
        return cls(
            id=store.id,
            created_at=store.created_at,
            name=store.name,
            usage_bytes=store.usage_bytes,
            file_counts=counts,
            status="in_progress" if counts.in_progress else "completed",
            last_active_at=store.last_active_at,
            metadata=store.metadata,
        )


class LastError(BaseModel):
    code: str
    message: str


class VectorStoreFile(BaseModel):
    id: str  # the file's own: clients poll with it
    object: Literal["vector_store.file"] = "vector_store.file"
    created_at: int
    vector_store_id: str
    status: Status
    usage_bytes: int
    last_error: LastError | None
    attributes: dict[str, Any]
    chunking_strategy: dict[str, Any]

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
            attributes=file.attributes,
            chunking_strategy={"type": "static", "static": static},
        )
