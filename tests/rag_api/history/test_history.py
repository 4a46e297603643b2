"""The records of answers: their tables, and how they are read when there are many."""

import gc
import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Select, select

from ingest.data_folder import ANSWERS
from ingest.records.database import Database, open_database
from ingest.settings import Settings
from rag_api.history import History, open_history, responses, schema
from rag_api.history.completions import Completion
from rag_api.history.items import Place, within
from rag_api.history.responses import Response, ResponseState
from rag_api.history.retention import DAY_S, remove_old


@pytest.fixture
def history(settings: Settings) -> Iterator[History]:
    settings.data_dir.mkdir()
    with open_history(settings) as history:
        yield history


@pytest.fixture
def database(history: History, settings: Settings) -> Iterator[Database]:
    """Another one of the same answers."""
    with closing(open_database(settings, ANSWERS)) as database:
        yield database


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.read() as connection:
        yield connection


def response(number: int, state: ResponseState = ResponseState.DONE, previous: int | None = None) -> Response:
    asked = {"number": number}
    previous_id = None if previous is None else f"resp_{previous}"
    output = [{"id": f"msg_{number}", "type": "message"}]
    return Response(f"resp_{number}", number, state, "m", asked, {}, previous_id=previous_id, output=output)


def test_the_migrations_make_the_tables_of_the_schema(connection: Connection) -> None:
    assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []


def test_a_response_comes_back_as_it_was_kept(history: History) -> None:
    kept = response(1)
    history.responses.finish(kept, [{"id": "in_1"}], [b"one\n\n", b"two\n\n"])
    assert history.responses.get("resp_1") == kept
    assert list(history.responses.frames("resp_1")) == [b"one\n\n", b"two\n\n"]
    assert history.responses.input("resp_1", limit=5).items == [{"id": "in_1"}]


@pytest.mark.parametrize("size", [1, responses.AT_ONCE - 2, responses.AT_ONCE - 1, responses.AT_ONCE, 1_000_000])
def test_a_stream_is_unpacked_as_it_is_read(history: History, size: int) -> None:
    frames = [b"a" * size + b"\n\n", random.Random(0).randbytes(size).replace(b"\n", b"") + b"\n\n", b"c\n\n"]
    history.responses.finish(response(1), [], frames * 10)
    unpacked = history.responses.frames("resp_1")
    assert next(unpacked) == frames[0]
    assert list(unpacked) == (frames * 10)[1:]


def test_a_chain_is_read_from_its_end_and_no_further_than_needed(history: History) -> None:
    for number in range(5):
        history.responses.finish(
            response(number, previous=number - 1 if number else None), [{"id": f"in_{number}"}], []
        )
    chain = history.responses.so_far("resp_4")
    assert [next(chain)["id"] for _ in range(3)] == ["msg_4", "in_4", "msg_3"]
    assert [item["id"] for item in chain][-2:] == ["msg_0", "in_0"]


def test_what_is_deleted_while_it_is_made_does_not_come_back(history: History) -> None:
    conversation = history.conversations.create({}, [])
    begun = Response("resp_1", 1, ResponseState.QUEUED, "m", {}, {}, background=True, conversation_id=conversation.id)
    history.responses.add(begun, [{"id": "in_1"}])
    history.responses.delete("resp_1")
    history.conversations.delete(conversation.id)
    history.responses.finish(begun, [{"id": "in_1"}], [])
    for item in ("in_1", "msg_1"):
        with pytest.raises(Exception, match="not found"):
            history.items.get(item)


def test_who_reads_a_conversation_from_its_end_may_stop_early(history: History) -> None:
    conversation = history.conversations.create({}, [{"id": f"item_{n}"} for n in range(9)])
    items = history.conversations.so_far(conversation.id)
    assert [next(items)["id"], next(items)["id"]] == ["item_8", "item_7"]
    del items
    gc.collect()  # what is left open would be told now
    assert len(list(history.conversations.so_far(conversation.id))) == 9


def test_what_was_being_made_has_failed_after_a_restart(settings: Settings) -> None:
    settings.data_dir.mkdir()
    with open_history(settings) as history:
        for number, state in enumerate((ResponseState.QUEUED, ResponseState.RUNNING, ResponseState.DONE)):
            history.responses.add(response(number, state), [])
    with open_history(settings) as history:
        states = [history.responses.get(f"resp_{number}").state for number in range(3)]
    assert states == [ResponseState.FAILED, ResponseState.FAILED, ResponseState.DONE]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (select(schema.items.c.body).where(within("conv_1", Place.CONVERSATION)), "items_by_owner"),
        (select(schema.items.c.body).where(schema.items.c.owner_id == "resp_1"), "items_by_owner"),
        (select(schema.items.c.body).where(schema.items.c.id == "msg_1"), "items_by_id"),
        (select(schema.responses.c.id).where(schema.responses.c.state == "queued"), "responses_by_state"),
        (select(schema.completions.c.id).where(schema.completions.c.model == "m"), "completions_by_model"),
    ],
)
def test_no_list_is_read_by_looking_through_all(connection: Connection, query: Select[tuple[str]], index: str) -> None:
    table = query.get_final_froms()[0]
    ordered = query.order_by(table.c.seq.desc())
    statement = str(ordered.compile(connection, compile_kwargs={"literal_binds": True}))
    plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    assert index in plan[0]
    assert "SCAN" not in plan[0]


def test_what_is_old_is_forgotten_and_no_more(history: History, database: Database) -> None:
    now = int(time.time())
    conversation = history.conversations.create({}, [{"id": "said"}])
    for number, age_days in enumerate([40, 31, 29, 0]):
        made = replace(response(number), created_at=now - age_days * DAY_S)
        history.responses.finish(made, [{"id": f"in_{number}"}], [])
        history.completions.add(Completion(f"chatcmpl_{number}", made.created_at, "m", {}, {}, []))
    remove_old(database, 30)
    with database.read() as connection:
        for table, prefix in ((schema.responses, "resp"), (schema.completions, "chatcmpl")):
            assert connection.scalars(select(table.c.id).order_by(table.c.seq)).all() == [f"{prefix}_2", f"{prefix}_3"]
        kept = connection.scalars(select(schema.items.c.id).order_by(schema.items.c.seq)).all()
    assert kept == ["said", "in_2", "msg_2", "in_3", "msg_3"]
    assert history.conversations.get(conversation.id)
