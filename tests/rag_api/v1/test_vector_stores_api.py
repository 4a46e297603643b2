"""`/v1/vector_stores` and the files in them, through the official client."""

import asyncio
from typing import Any

import openai
import pytest
from openai import BadRequestError, OpenAI
from openai.types import StaticFileChunkingStrategyParam

from tests.ingest.convert.pdf_files import Body, drawn, lines, picture
from tests.official_client import asynchronous, corpus_of, put


def file_of(client: OpenAI, text: str = "Herons eat frogs.", name: str = "a.txt") -> str:
    return client.files.create(file=(name, text.encode()), purpose="vision").id  # vision: in no store by itself


def test_upload_and_poll_ends_with_a_file_that_is_found(client: OpenAI) -> None:
    store = client.vector_stores.create(name="birds", metadata={"of": "Europe"})
    assert (store.name, store.metadata, store.status, store.file_counts.total) == (
        "birds",
        {"of": "Europe"},
        "completed",
        0,
    )

    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("heron.txt", b"The heron stands still for an hour.")
    )

    assert (file.status, file.last_error) == ("completed", None)
    assert file.usage_bytes == 35
    store = client.vector_stores.retrieve(store.id)
    assert (store.status, store.file_counts.completed, store.usage_bytes) == ("completed", 1, 35)
    [found] = client.vector_stores.search(store.id, query="Who stands still?").data
    assert (found.file_id, found.filename) == (file.id, "heron.txt")
    assert found.content[0].text == "The heron stands still for an hour."
    assert 0 < found.score <= 1


def test_stores_do_not_see_each_others_files(client: OpenAI) -> None:
    first, second = client.vector_stores.create(), client.vector_stores.create()
    put(client, "a.txt", "Herons eat frogs.", first.id)
    put(client, "b.txt", "Herons eat fish.", second.id)
    [found] = client.vector_stores.search(second.id, query="herons").data
    assert found.filename == "b.txt"


def test_attributes_and_chunking_are_kept(client: OpenAI) -> None:
    file = client.files.create(
        file=("a.txt", "".join(f"Heron {n} is a bird. " for n in range(200)).encode()), purpose="assistants"
    )
    store = client.vector_stores.create()
    static: StaticFileChunkingStrategyParam = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}
    attached = client.vector_stores.files.create_and_poll(
        file_id=file.id,
        vector_store_id=store.id,
        attributes={"year": 1999, "kind": "bird", "rare": False},
        chunking_strategy={"type": "static", "static": static},
    )
    assert attached.attributes == {"year": 1999, "kind": "bird", "rare": False}
    assert attached.chunking_strategy
    assert attached.chunking_strategy.model_dump() == {"type": "static", "static": static}
    found = client.vector_stores.search(store.id, query="heron", max_num_results=50).data
    assert len(found) > 5
    assert found[0].attributes == {"year": 1999, "kind": "bird", "rare": False}


def test_attaching_twice_is_attaching_once(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    again = client.vector_stores.files.create(file_id=file.id, vector_store_id="vs_default")
    assert again == file
    assert client.vector_stores.retrieve("vs_default").file_counts.total == 1


def test_attaching_with_other_attributes_replaces(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    client.vector_stores.files.create_and_poll(
        file_id=file.id, vector_store_id="vs_default", attributes={"year": 2000}, poll_interval_ms=20
    )
    [found] = client.vector_stores.search("vs_default", query="herons").data
    assert found.attributes == {"year": 2000}


def test_a_file_taken_out_of_a_store_stays_a_file(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")
    assert client.vector_stores.files.delete(file.id, vector_store_id="vs_default").deleted
    assert client.vector_stores.search("vs_default", query="herons").data == []
    assert client.files.retrieve(file.id).id == file.id
    with pytest.raises(openai.NotFoundError, match=file.id):
        client.vector_stores.files.retrieve(file.id, vector_store_id="vs_default")


def test_a_broken_file_fails_with_words(client: OpenAI) -> None:
    state = put(client, "broken.pdf", b"%PDF-1.7 and then nothing of use")
    assert (state.status, state.usage_bytes) == ("failed", 0)
    assert state.last_error
    assert state.last_error.code == "invalid_file"
    assert "broken.pdf" in state.last_error.message
    assert client.vector_stores.retrieve("vs_default").file_counts.failed == 1


def test_a_file_that_was_not_read_whole_is_done_with_a_note(client: OpenAI) -> None:
    state = put(client, "scans.pdf", drawn(Body(lines((72, 720, 12, "Cover sheet."))), picture()))
    assert (state.status, state.last_error) == ("completed", None)
    assert state.model_extra and state.model_extra.keys() == {"note", "filename", "bytes"}
    assert state.model_extra["note"].startswith("1 of 2 pages (2) has no text")
    [listed] = client.vector_stores.files.list("vs_default").data
    assert listed.model_extra == state.model_extra
    whole = put(client, "whole.pdf", drawn(Body(lines((72, 720, 12, "All of it.")))))
    assert "note" not in (whole.model_extra or {})
    assert len(client.vector_stores.files.list("vs_default").data) == 2
    assert client.vector_stores.files.list("vs_default", extra_query={"noted": True}).data == [listed]


def test_files_of_a_store_are_listed_by_a_part_of_their_names(client: OpenAI) -> None:
    for name in ("Übersicht 2024.txt", "übersicht_2025.txt", "100%.txt"):
        put(client, name, name.encode())

    def named(part: str) -> list[str]:
        listed = client.vector_stores.files.list("vs_default", order="asc", limit=1, extra_query={"name": part})
        return [file.filename for file in listed]  # type: ignore[attr-defined]

    assert named("ÜBERSICHT") == ["Übersicht 2024.txt", "übersicht_2025.txt"]
    assert named("_") == ["übersicht_2025.txt"]
    assert named("%") == ["100%.txt"]
    assert named("none of them") == []
    with pytest.raises(BadRequestError, match="name"):
        named("x" * 513)


def test_stores_are_listed_by_a_file_that_is_in_them(client: OpenAI) -> None:
    file = put(client, "otter.txt", b"The otter sleeps in the river bed on Tuesdays.")
    for name in ("first", "second", "without it"):
        client.vector_stores.create(name=name, file_ids=[file.id] if "without" not in name else [])
    stores = client.vector_stores.list(order="asc", limit=1, extra_query={"file_id": file.id})
    assert [store.name for store in stores] == ["default", "first", "second"]
    assert client.vector_stores.list(extra_query={"file_id": "file-none"}).data == []


def test_an_unsupported_file_fails_with_the_kinds_that_are(client: OpenAI) -> None:
    state = put(client, "a.xyz", b"\x00\x01")
    assert state.last_error
    assert state.last_error.code == "unsupported_file"
    assert ".pdf" in state.last_error.message


def test_an_archive_fails_with_what_to_do_instead(client: OpenAI) -> None:
    state = put(client, "papers.zip", b"PK\x03\x04")
    assert state.last_error
    assert state.last_error.code == "unsupported_file"
    assert state.last_error.message == (
        "'papers.zip' is not read. Archives ('.zip') are not supported: unpack them and upload the files, "
        "or give them to `rag-ingest add`, which reads what is in them."
    )


def test_what_does_not_exist_is_not_found(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons.")
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        client.vector_stores.retrieve("vs_nope")
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        client.vector_stores.files.create(file_id=file.id, vector_store_id="vs_nope")
    with pytest.raises(openai.NotFoundError, match="file-nope"):
        client.vector_stores.files.create(file_id="file-nope", vector_store_id="vs_default")
    with pytest.raises(openai.NotFoundError, match="vs_nope"):
        client.vector_stores.search("vs_nope", query="herons")
    with pytest.raises(openai.NotFoundError, match="file-nope"):
        client.vector_stores.create(file_ids=["file-nope"])


@pytest.mark.parametrize(
    ("static", "says"),
    [
        ({"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51}, "at most half"),
        ({"max_chunk_size_tokens": 99, "chunk_overlap_tokens": 0}, "100"),
        ({"max_chunk_size_tokens": 5000, "chunk_overlap_tokens": 0}, "4096"),
    ],
)
def test_impossible_chunking_is_refused(client: OpenAI, static: StaticFileChunkingStrategyParam, says: str) -> None:
    file = put(client, "a.txt", "Herons.")
    with pytest.raises(openai.BadRequestError, match=says):
        client.vector_stores.files.create(
            file_id=file.id,
            vector_store_id="vs_default",
            chunking_strategy={"type": "static", "static": static},
        )


# --- stores


def test_a_store_with_nothing_said_about_it(client: OpenAI) -> None:
    store = client.vector_stores.create()
    assert (store.name, store.metadata, store.expires_after, store.expires_at) == ("", {}, None, None)
    assert client.vector_stores.create(name=None, metadata=None, file_ids=None, expires_after=None).name == ""  # type: ignore[arg-type]


def test_a_store_made_with_files_searches_them(client: OpenAI) -> None:
    files = [file_of(client, f"Heron {n}.", f"{n}.txt") for n in range(3)]
    static: StaticFileChunkingStrategyParam = {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 100}
    store = client.vector_stores.create(
        name="birds",
        description="of Europe",
        file_ids=[*files, files[0]],
        chunking_strategy={"type": "static", "static": static},
    )
    assert (store.status, store.file_counts.in_progress, store.file_counts.total) == ("in_progress", 3, 3)
    for file in files:
        kept = client.vector_stores.files.poll(file, vector_store_id=store.id, poll_interval_ms=20)
        assert kept.chunking_strategy and kept.chunking_strategy.to_dict() == {"type": "static", "static": static}
    assert client.vector_stores.retrieve(store.id).status == "completed"
    assert len(client.vector_stores.search(store.id, query="heron").data) == 3


def test_more_than_500_files_at_once_are_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.vector_stores.create(file_ids=["file-1"] * 501)
    assert (refused.value.param, refused.value.code) == ("file_ids", "array_above_max_length")


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_all_stores_are_paged_through(client: OpenAI, order: Any) -> None:
    made = ["vs_default", *(client.vector_stores.create(name=f"{n}").id for n in range(6))]
    listed = [store.id for store in client.vector_stores.list(limit=3, order=order)]
    assert listed == (made if order == "asc" else made[::-1])
    page = client.vector_stores.list(limit=2, order=order, before=listed[4])
    assert [store.id for store in page.data] == listed[2:4]
    assert page.has_more


def test_a_wrong_page_is_refused(client: OpenAI) -> None:
    for wrong, param in (({"limit": 101}, "limit"), ({"limit": 0}, "limit"), ({"after": "vs_nope"}, "after")):
        with pytest.raises(openai.BadRequestError) as refused:
            client.vector_stores.list(**wrong)
        assert refused.value.param == param


def test_an_update_changes_what_is_given_and_null_clears(client: OpenAI) -> None:
    store = client.vector_stores.create(
        name="birds", metadata={"of": "Europe", "n": "1"}, expires_after={"anchor": "last_active_at", "days": 7}
    )
    assert store.last_active_at and store.expires_after and store.expires_after.days == 7
    assert store.expires_at == store.last_active_at + 7 * 86_400

    store = client.vector_stores.update(store.id, metadata={"of": "Asia"})
    assert (store.name, store.metadata) == ("birds", {"of": "Asia"})
    assert store.expires_after

    store = client.vector_stores.update(store.id, name=None, metadata=None, expires_after=None)
    assert (store.name, store.metadata, store.expires_after, store.expires_at) == ("", {}, None, None)
    assert client.vector_stores.retrieve(store.id) == store


def test_a_deleted_store_is_gone_and_its_files_are_not(client: OpenAI) -> None:
    store = client.vector_stores.create(file_ids=[file := file_of(client)])
    client.vector_stores.files.poll(file, vector_store_id=store.id, poll_interval_ms=20)
    assert client.vector_stores.delete(store.id).deleted
    assert client.files.retrieve(file).id == file
    for use in (
        client.vector_stores.retrieve,
        client.vector_stores.delete,
        client.vector_stores.update,
        client.vector_stores.files.list,
        lambda gone: client.vector_stores.search(gone, query="herons"),
    ):
        with pytest.raises(openai.NotFoundError, match=store.id):
            use(store.id)


def test_a_loop_that_deletes_all_stores_ends_and_leaves_the_default_one_empty(client: OpenAI) -> None:
    file = put(client, "herons.txt", "Herons eat frogs.").id
    client.vector_stores.create()
    for order in ("asc", "desc"):
        client.vector_stores.create()
        for store in client.vector_stores.list(limit=1, order=order):
            assert client.vector_stores.delete(store.id).deleted
    [left] = client.vector_stores.list().data
    assert (left.id, left.file_counts.total) == ("vs_default", 0)
    assert client.vector_stores.search("vs_default", query="herons").data == []
    assert client.files.retrieve(file).id == file


def test_an_expired_store_says_so_and_is_not_searched(client: OpenAI) -> None:
    store = client.vector_stores.create(expires_after={"anchor": "last_active_at", "days": 1}, metadata={"of": "Asia"})
    with corpus_of(client).database.write() as connection:
        connection.exec_driver_sql("UPDATE stores SET last_active_at = last_active_at - 86401")
    expired = client.vector_stores.retrieve(store.id)
    assert (expired.status, expired.metadata) == ("expired", {"of": "Asia"})
    with pytest.raises(openai.BadRequestError, match="has expired"):
        client.vector_stores.search(store.id, query="herons")
    assert client.vector_stores.delete(store.id).deleted


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"expires_after": {"anchor": "last_active_at", "days": 366}}, "expires_after.days"),
        ({"expires_after": {"anchor": "created_at", "days": 1}}, "expires_after.anchor"),
        ({"metadata": {f"{n}": "" for n in range(17)}}, "metadata"),
        ({"metadata": {"a": "b" * 513}}, "metadata.a"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_store_that_cannot_be_is_refused(client: OpenAI, body: dict[str, Any], param: str) -> None:
    store = client.vector_stores.create()
    for path in ("/vector_stores", f"/vector_stores/{store.id}"):
        with pytest.raises(openai.BadRequestError) as refused:
            client.post(path, body=body, cast_to=object)
        assert refused.value.param == param


def test_a_retry_does_not_leave_two_stores(client: OpenAI) -> None:
    again = {"x-stainless-retry-count": "1"}
    file = file_of(client)
    first = client.vector_stores.create(name="birds", metadata={"of": "Asia"}, file_ids=[file])

    def create(**values: Any) -> str:
        return client.vector_stores.create(
            **{"name": "birds", "metadata": {"of": "Asia"}, "file_ids": [file], "extra_headers": again, **values}
        ).id

    assert create() == first.id
    others = [create(extra_headers={}), create(metadata={}), create(file_ids=[]), create(name="fish")]
    assert len({first.id, *others}) == 5


# --- files in a store


def test_files_are_listed_in_order_and_by_status(client: OpenAI) -> None:
    store = client.vector_stores.create()
    good = [put(client, f"{n}.txt", f"Heron {n}.", store.id).id for n in range(5)]
    bad = put(client, "broken.pdf", b"%PDF-1.7 and then nothing", store.id).id
    files = client.vector_stores.files
    assert [file.id for file in files.list(store.id, limit=2)] == [bad, *good[::-1]]
    assert [file.id for file in files.list(store.id, limit=2, order="asc", filter="completed")] == good
    assert [file.id for file in files.list(store.id, filter="failed")] == [bad]
    assert files.list(store.id, filter="in_progress").data == []
    assert [file.id for file in files.list(store.id, limit=2, before=good[0]).data] == [good[2], good[1]]
    with pytest.raises(openai.BadRequestError) as refused:
        files.list(store.id, filter="done")  # type: ignore[arg-type]
    assert refused.value.param == "filter"


def test_attributes_are_replaced_and_the_next_search_goes_by_them(client: OpenAI) -> None:
    file = put(client, "a.txt", "Herons eat frogs.")

    def found(year: int) -> int:
        only: Any = {"type": "eq", "key": "year", "value": year}
        return len(client.vector_stores.search("vs_default", query="herons", filters=only).data)

    for attributes in ({"year": 1999, "kind": "bird"}, {"year": 2000}):
        changed = client.vector_stores.files.update(file.id, vector_store_id="vs_default", attributes=attributes)  # type: ignore[arg-type]
        assert changed.attributes == attributes
    assert (found(1999), found(2000)) == (0, 1)
    [passage] = client.vector_stores.search("vs_default", query="herons").data
    assert passage.attributes == {"year": 2000}

    cleared = client.vector_stores.files.update(file.id, vector_store_id="vs_default", attributes=None)
    assert (cleared.attributes, found(2000)) == ({}, 0)
    with pytest.raises(openai.NotFoundError, match="file-nope"):
        client.vector_stores.files.update("file-nope", vector_store_id="vs_default", attributes={})


@pytest.mark.parametrize("value", [None, ["a"], {}, "a" * 513])
def test_attributes_that_are_no_text_number_or_truth_are_refused(client: OpenAI, value: Any) -> None:
    file = file_of(client)
    with pytest.raises(openai.BadRequestError) as refused:
        client.vector_stores.files.create(file_id=file, vector_store_id="vs_default", attributes={"a": value})
    assert refused.value.param == "attributes.a"


def test_the_text_of_a_file_can_be_read(client: OpenAI) -> None:
    text = "\n\n".join(f'Heron {n} "stands" in the \\ water, 鷺 🐸.' for n in range(300))
    file = put(client, "a.txt", text)
    page = client.vector_stores.files.content(file.id, vector_store_id="vs_default")
    assert "".join(part.text or "" for part in page) == text
    broken = put(client, "broken.pdf", b"%PDF-1.7 and then nothing")
    with pytest.raises(openai.BadRequestError, match="failed"):
        client.vector_stores.files.content(broken.id, vector_store_id="vs_default")


def test_while_a_file_is_ingested_the_client_is_told_when_to_look_again(client: OpenAI) -> None:
    store = client.vector_stores.create(file_ids=[file := file_of(client, "Herons. " * 50_000)])
    look = client.vector_stores.files.with_raw_response.retrieve(file, vector_store_id=store.id)
    assert look.parse().status == "in_progress"
    assert int(look.headers["openai-poll-after-ms"]) < 1000
    client.vector_stores.files.poll(file, vector_store_id=store.id, poll_interval_ms=20)
    done = client.vector_stores.files.with_raw_response.retrieve(file, vector_store_id=store.id)
    assert "openai-poll-after-ms" not in done.headers


def test_the_async_client_pages_polls_and_reads(client: OpenAI) -> None:
    async def story() -> None:
        async with asynchronous(client) as other:
            store = await other.vector_stores.create(name="birds")
            for n in range(3):
                file = await other.vector_stores.files.upload_and_poll(
                    vector_store_id=store.id, file=(f"{n}.txt", b"Herons eat frogs."), poll_interval_ms=20
                )
                assert file.status == "completed"
            listed = [file.id async for file in other.vector_stores.files.list(store.id, limit=1)]
            assert (len(listed), listed[0]) == (3, file.id)
            [part] = [part async for part in other.vector_stores.files.content(file.id, vector_store_id=store.id)]
            assert part.text == "Herons eat frogs."
            assert store.id in [each.id async for each in other.vector_stores.list(limit=1)]

    asyncio.run(story())
