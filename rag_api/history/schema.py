"""The tables of `answers.db` as they are now; `migrations/` has how they came about."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, false

from ingest.records.tables import BIG, NEVER_TWICE, NOT_COPIED

metadata = MetaData()

# `seq` gives every table a stable order of creation, finer than the seconds of `created_at`.

responses = Table(
    "responses",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("created_at", BIG, nullable=False),
    Column("completed_at", BIG),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("message", String),
    Column("model", String, nullable=False),
    Column("asked", JSON, nullable=False),
    Column("shows_results", Boolean, nullable=False),
    Column("background", Boolean, nullable=False),
    Column("previous_id", String),
    Column("conversation_id", String),
    Column("usage", JSON, nullable=False),
    Column("frames", LargeBinary),  # behind those that are often read, which are read without it
    Column("server", String),  # the lease of whoever makes it
    Column("cancelling", Boolean, nullable=False, server_default=false()),
    Index("responses_by_state", "state"),
    Index("responses_by_created_at", "created_at"),
    **NEVER_TWICE,
)

# Of responses that are being made, where several servers share the database: what was written so far, in groups of
# frames, each under the number of its first.
response_frames = Table(
    "response_frames",
    metadata,
    Column("response_id", String, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("frames", LargeBinary, nullable=False),
    **NOT_COPIED,
)

# What was said and done. An item that is in a response and in a conversation has a row for each, since one may be
# deleted while the other stays.
items = Table(
    "items",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False),
    Column("owner_id", String, nullable=False),  # of the response or the conversation
    Column("place", String, nullable=False),
    Column("body", JSON, nullable=False),
    Index("items_by_id", "id"),
    Index("items_by_owner", "owner_id", "place", "seq"),
    **NEVER_TWICE,
)

conversations = Table(
    "conversations",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("created_at", BIG, nullable=False),
    Column("metadata", JSON, nullable=False),
    **NEVER_TWICE,
)

# Where several servers share the database: the lease of the one that gives the answer in a conversation.
conversation_turns = Table(
    "conversation_turns",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("server", String, nullable=False),
    **NOT_COPIED,
)

completions = Table(
    "completions",
    metadata,
    Column("seq", BIG, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("created_at", BIG, nullable=False),
    Column("model", String, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("body", JSON, nullable=False),
    Column("messages", JSON, nullable=False),
    Index("completions_by_model", "model", "seq"),
    Index("completions_by_created_at", "created_at"),
    **NEVER_TWICE,
)
