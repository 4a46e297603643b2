"""Requests made from OpenAI's document, sense and nonsense: each is answered as the document says or refused in the
envelope, and none shows a fault of the server."""

import json
from pathlib import Path

import pytest
from openai import OpenAI

from tests import client_scripts
from tests.openai_schema import DOCUMENT
from tests.server import Server

CHECKS = ["not_a_server_error", "response_schema_conformance", "errors_in_the_envelope", "request_ids"]
SECONDS = 120


def test_no_generated_request_breaks_the_server(tmp_path: Path) -> None:
    if not DOCUMENT.exists():
        pytest.skip(f"OpenAI's document is not beside the repository, in {DOCUMENT.name}")
    program = client_scripts.python("st")
    with Server(tmp_path) as server:
        client_scripts.run(
            server.base_url,
            *(program, "--config-file", str(client_scripts.FOLDER / "schemathesis.toml")),
            *("run", str(DOCUMENT), "--url", server.base_url, "--checks", ",".join(CHECKS)),
            folder=tmp_path,  # where it leaves notes of its own
            seconds=SECONDS,
            SCHEMATHESIS_HOOKS="fuzzing",
            PYTHONPATH=str(client_scripts.FOLDER),
            FUZZED_IDS=json.dumps(things_that_exist(server.client())),
        )
        assert "Traceback" not in server.said()


def things_that_exist(client: OpenAI) -> dict[str, str]:
    """An id for each path parameter of the document."""
    file = client.files.create(file=("herons.txt", b"Herons nest in tall trees."), purpose="assistants")
    upload = client.uploads.create(filename="a.txt", purpose="assistants", bytes=1, mime_type="text/plain")
    batch = client.vector_stores.file_batches.create("vs_default", file_ids=[file.id])
    client.vector_stores.file_batches.poll(batch.id, vector_store_id="vs_default", poll_interval_ms=50)
    question = "Where do herons nest?"
    completion = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}], store=True)
    response = client.responses.create(model="m", input=question)
    conversation = client.conversations.create(items=[{"role": "user", "content": question}])
    [item] = client.conversations.items.list(conversation.id)
    return {
        "file_id": file.id,
        "upload_id": upload.id,
        "vector_store_id": "vs_default",
        "batch_id": batch.id,
        "model": "extractive",
        "completion_id": completion.id,
        "response_id": response.id,
        "conversation_id": conversation.id,
        "item_id": str(item.id),
    }
