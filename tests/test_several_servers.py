"""Two servers, of which one ingests, and a worker, over the same engines: each request may be answered by another."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from tests.official_client import put
from tests.server import Server

OTTER = "The otter sleeps in the river bed on Tuesdays, says the warden. The heron has never been seen there."
QUESTION = "Where does the otter sleep on Tuesdays?"


@pytest.fixture
def servers(tmp_path: Path, shared_settings: dict[str, str]) -> Iterator[tuple[OpenAI, OpenAI]]:
    with ExitStack() as opened:
        clients = []
        for name, worker in (("one", "on"), ("two", "off")):
            (tmp_path / name).mkdir()
            server = opened.enter_context(Server(tmp_path / name, shared_settings | {"RAG_WORKER": worker}))
            clients.append(server.client())
        yield clients[0], clients[1]


def test_what_one_is_told_the_other_knows(servers: tuple[OpenAI, OpenAI]) -> None:
    one, two = servers
    otter = put(two, "otter.txt", OTTER)  # which the other reads
    assert otter.status == "completed"
    for client in servers:
        [found] = client.vector_stores.search("vs_default", query=QUESTION).data
        assert found.filename == "otter.txt"
        assert client.files.content(otter.id).text == OTTER
        answer = client.chat.completions.create(model="extractive", messages=[{"role": "user", "content": QUESTION}])
        assert "river bed" in (answer.choices[0].message.content or "")

    one.vector_stores.files.update(otter.id, vector_store_id="vs_default", attributes={"year": 1974})
    of_the_year = two.vector_stores.search(
        "vs_default", query=QUESTION, filters={"type": "eq", "key": "year", "value": 1974}
    )
    assert len(of_the_year.data) == 1

    upload = one.uploads.create(filename="owl.txt", purpose="assistants", bytes=22, mime_type="text/plain")
    parts = [
        client.uploads.parts.create(upload.id, data=data)
        for client, data in ((one, b"The owl eats "), (two, b"mice now."))
    ]
    owl = two.uploads.complete(upload.id, part_ids=[part.id for part in parts]).file
    assert owl
    assert one.files.content(owl.id).text == "The owl eats mice now."

    store = one.vector_stores.create(name="birds")
    batch = two.vector_stores.file_batches.create(store.id, file_ids=[owl.id, otter.id])
    assert one.vector_stores.file_batches.poll(batch.id, vector_store_id=store.id).file_counts.completed == 2

    two.files.delete(otter.id)
    assert [each.filename for each in one.vector_stores.search("vs_default", query=QUESTION).data] == []
    with pytest.raises(openai.NotFoundError):
        one.files.content(otter.id)


def test_a_conversation_goes_on_at_the_other(servers: tuple[OpenAI, OpenAI]) -> None:
    one, two = servers
    put(one, "otter.txt", OTTER)
    conversation = two.conversations.create().id
    for client in servers:
        said = client.responses.create(model="extractive", conversation=conversation, input=QUESTION)
        assert "river bed" in said.output_text
    for client in servers:
        texts = [item.type for item in client.conversations.items.list(conversation)]
        assert texts.count("message") == 4

    made = one.responses.create(model="extractive", input=QUESTION, background=True)
    events = list(two.responses.retrieve(made.id, stream=True))
    assert events[-1].type == "response.completed"
    assert "river bed" in two.responses.retrieve(made.id).output_text
    continued = two.responses.create(model="extractive", previous_response_id=made.id, input="And on Tuesdays?")
    assert one.responses.retrieve(continued.id).previous_response_id == made.id
    one.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        two.responses.retrieve(made.id)
