"""A data folder that an older version left behind, killed amid its work, is opened, and goes on as if nothing was.

`old_folder.py` says what is in it. The clock stands where it stood then: what has expired since would be gone.
"""

import json
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests import old_folder
from tests.command import rag_ingest
from tests.corpora import settings_in
from tests.official_client import MakeClient
from tests.old_folder import BATCH, BEES, BROKEN, DELETED, HERONS, LIGHTHOUSE, METADATA, NOTES, PARTS, STORE, WAITING

Known = dict[str, Any]
PACKED = sorted((Path(__file__).parent / "data").glob("folder-*.tar.xz"))


@dataclass(frozen=True)
class Old:
    """An unpacked folder, and the ids of what is in it."""

    folder: Path
    known: Known


@pytest.fixture(params=PACKED, ids=lambda path: path.name.removesuffix(".tar.xz"))
def old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Old:
    with tarfile.open(request.param) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)  # since 3.11.4
        packed.extractall(tmp_path)
    known = json.loads((tmp_path / "known.json").read_text())
    age, now = time.time() - known["made_at"], time.time
    monkeypatch.setattr(time, "time", lambda: now() - age)
    return Old(tmp_path / "store", known)


@pytest.fixture
def known(old: Old) -> Known:
    return old.known


@pytest.fixture
def client(old: Old, new_client: MakeClient) -> OpenAI:
    """The official client in front of today's server on the old folder."""
    return new_client(data_dir=old.folder)


def file_ids(client: OpenAI) -> dict[str, str]:
    return {file.filename: file.id for file in client.files.list()}


def found(client: OpenAI, query: str, store_id: str = "vs_default", **options: Any) -> list[str]:
    """The names of the files whose passages a search finds, the best first."""
    return [each.filename for each in client.vector_stores.search(store_id, query=query, **options)]


def ended(client: OpenAI, file_id: str, store_id: str = "vs_default") -> str:
    poll = client.vector_stores.files.poll
    return poll(file_id=file_id, vector_store_id=store_id, poll_interval_ms=20).status


def test_there_is_a_folder_to_open() -> None:
    assert PACKED


def test_its_files_are_there_and_found_and_cited(client: OpenAI) -> None:
    ids = file_ids(client)
    assert set(ids) == {"herons.txt", "bees.md", "lighthouse.pdf", BROKEN[0], *NOTES, *BATCH, *WAITING}
    expected = {"herons.txt": HERONS, "bees.md": BEES, BROKEN[0]: BROKEN[1], **BATCH, **WAITING}
    expected |= {name: content for name, (content, _) in NOTES.items()}
    assert {name: client.files.content(ids[name]).read() for name in expected} == expected
    [text] = client.vector_stores.files.content(ids["herons.txt"], vector_store_id="vs_default")
    assert (text.text or "").split() == HERONS.decode().split()

    assert found(client, "What do herons eat?")[0] == "herons.txt"
    assert found(client, "where do bees spend the winter")[0] == "bees.md"
    question: Any = [{"role": "user", "content": "How high does the lantern stand above the sea?"}]
    message = client.chat.completions.create(model="extractive", messages=question).choices[0].message
    citation = (message.annotations or [])[0].model_extra or {}
    assert (citation["filename"], citation["page_start"], citation["quote"]) == ("lighthouse.pdf", 2, LIGHTHOUSE[1])
    question = [{"role": "user", "content": "What is lighthouse.pdf about?"}]
    message = client.chat.completions.create(model="extractive", messages=question).choices[0].message
    assert [note.model_dump()["quote"] for note in message.annotations or []] == list(LIGHTHOUSE)


def test_its_store_is_as_it_was_and_searched_by_every_kind_of_attribute(client: OpenAI, known: Known) -> None:
    [store] = [store for store in client.vector_stores.list() if store.id == known["store"]]
    assert {key: value for key, value in store.model_dump().items() if key in STORE} == STORE
    assert store.expires_at == (store.last_active_at or 0) + 365 * 86_400
    assert (store.file_counts.completed, store.file_counts.total) == (5, 5)
    batch = client.vector_stores.file_batches.retrieve(known["batch"], vector_store_id=store.id)
    assert (batch.status, batch.file_counts.completed) == ("completed", len(BATCH))
    ids = file_ids(client)
    attributes = {file.id: file.attributes for file in client.vector_stores.files.list(store.id)}
    assert attributes == {ids[name]: kept for name, (_, kept) in NOTES.items()} | {ids[name]: {} for name in BATCH}

    def filtered(type: str, key: str, value: str | float | bool) -> list[str]:
        filter: Any = {"type": type, "key": key, "value": value}
        return found(client, "the owl and the kite", store.id, filters=filter)

    assert filtered("eq", "place", "wood") == ["owl.txt"]
    assert filtered("gt", "count", 2) == ["kite.txt"]
    assert filtered("eq", "heard", True) == ["owl.txt"]
    assert filtered("lt", "day", "2025-01-01") == ["owl.txt"]
    assert filtered("gte", "day", "2025-06-01T00:00:00Z") == ["kite.txt"]
    client.vector_stores.files.update(ids["owl.txt"], vector_store_id=store.id, attributes={"place": "barn"})
    assert filtered("eq", "place", "barn") == ["owl.txt"]


def test_what_failed_waited_or_was_deleted_has_the_end_that_it_should(client: OpenAI, old: Old, known: Known) -> None:
    with pytest.raises(openai.NotFoundError, match=known["deleted"]):
        client.files.retrieve(known["deleted"])
    assert old_folder.left_to_remove(old.folder.parent) == []
    assert DELETED[1] not in [path.read_bytes() for path in (old.folder / "blobs").rglob("*") if path.is_file()]

    ids = file_ids(client)
    failed = client.vector_stores.files.retrieve(ids[BROKEN[0]], vector_store_id="vs_default")
    assert (failed.status, failed.last_error and failed.last_error.code) == ("failed", "invalid_file")
    assert "'broken.docx' is not a DOCX file" in (failed.last_error.message if failed.last_error else "")

    second = client.uploads.parts.create(known["upload"], data=PARTS[1])
    done = client.uploads.complete(known["upload"], part_ids=[known["part"], second.id])
    assert done.file is not None
    assert client.files.content(done.file.id).read() == b"".join(PARTS)
    for name, id in {"marsh.txt": done.file.id, **{name: ids[name] for name in WAITING}}.items():
        assert ended(client, id) == "completed"
        assert found(client, Path(name).stem)[0] == name
    batch = client.vector_stores.file_batches.retrieve(known["killed_batch"], vector_store_id="vs_default")
    assert (batch.status, batch.file_counts.completed) == ("completed", len(WAITING))
    assert found(client, "obsidian") == []

    client.files.delete(ids["herons.txt"])
    assert "herons.txt" not in found(client, "What do herons eat?")


def test_its_answers_are_kept_and_conversations_go_on(client: OpenAI, known: Known) -> None:
    for id, text in known["responses"]:
        assert client.responses.retrieve(id).output_text == text
    third = client.responses.create(model="extractive", input="And what do they eat?", previous_response_id=id)
    assert third.previous_response_id == id
    assert "frogs" in third.output_text and "wait for hours" in third.output_text  # it knows what was asked before

    conversation = client.conversations.retrieve(known["conversation"])
    assert conversation.metadata == {"about": "bees"}
    client.responses.create(model="extractive", input="How much honey do bees eat?", conversation=conversation.id)
    items: Any = list(client.conversations.items.list(conversation.id, order="asc"))
    texts = [item.content[0].text for item in items if item.type == "message"]
    assert texts[:3] == ["Hello, my name is Ada.", "Hello.", "How do bees spend the winter?"]
    assert "twenty kilograms of honey" in texts[-1]

    [completion] = client.chat.completions.list(metadata=METADATA)
    assert (completion.id, completion.choices[0].message.content) == (known["completion"], known["answer"])


def test_the_check_finds_it_sound(old: Old, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in ("as it was left", "and once it was brought up to date"):
        assert rag_ingest(settings_in(old.folder), "check") == 0, capsys.readouterr().out
        assert "all is well" in capsys.readouterr().out
