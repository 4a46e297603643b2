"""Files in a message, by their id or with their bytes: they are read here, and cited."""

import base64
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.ingest.convert.pdf_files import pdf
from tests.official_client import MakeClient, corpus_of, http_of, put
from tests.scripted_upstream import ScriptedUpstream, Text

LEASE = "The depot was opened by the mayor in 1931.\n\nThe rent is 420 crowns a month."
QUESTION = "What is the rent?"


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def in_chat(client: OpenAI, *files: dict[str, Any], question: str = QUESTION, **more: Any) -> Any:
    parts = [{"type": "text", "text": question}, *({"type": "file", "file": file} for file in files)]
    messages: Any = [{"role": "user", "content": parts}]
    return client.chat.completions.create(model="extractive", messages=messages, **more).choices[0].message


def in_response(client: OpenAI, *files: dict[str, Any], question: str = QUESTION, **more: Any) -> Any:
    parts = [{"type": "input_text", "text": question}, *({"type": "input_file", **file} for file in files)]
    asked: Any = [{"role": "user", "content": parts}]
    return client.responses.create(**{"model": "extractive", "input": asked, **more})


@pytest.mark.parametrize("data", [encoded(LEASE), f"data:text/plain;base64,{encoded(LEASE)}"])
def test_the_bytes_of_a_file_are_read_and_cited(client: OpenAI, data: str) -> None:
    put(client, "other.txt", "The rent is 7 dollars a year.")
    message = in_chat(client, {"filename": "lease.txt", "file_data": data})
    assert message.content == "The rent is 420 crowns a month. [1]"
    [citation] = [annotation.model_dump() for annotation in message.annotations]
    assert (citation["filename"], citation["quote"]) == ("lease.txt", "The rent is 420 crowns a month.")
    response = in_response(client, {"filename": "lease.txt", "file_data": data})
    assert response.output_text == message.content
    assert response.output[-1].content[0].annotations[0].filename == "lease.txt"
    assert [file.filename for file in client.files.list()] == ["other.txt"]  # nothing of it is kept


def test_a_page_of_a_pdf_is_cited(client: OpenAI) -> None:
    data = encoded(pdf("The depot was opened in 1931.", "The rent is 420 crowns a month."))
    [citation] = in_chat(client, {"file_data": data}).annotations
    assert (citation.page_start, citation.filename) == (2, "file.pdf")


@pytest.mark.parametrize("purpose", ["assistants", "vision"])
def test_a_file_is_read_by_its_id_whether_it_is_in_a_store_or_not(client: OpenAI, purpose: Any) -> None:
    file = client.files.create(file=("lease.txt", LEASE.encode()), purpose=purpose)
    corpus_of(client).worker.run_until_idle()
    message = in_chat(client, {"file_id": file.id})
    assert message.content == "The rent is 420 crowns a month. [1]"
    assert message.annotations[0].file_id == file.id
    assert in_response(client, {"file_id": file.id}).output_text == message.content


def test_of_a_long_file_the_best_places_are_read(new_client: MakeClient) -> None:
    client = new_client(context_tokens=2000)
    filler = "\n\n".join(f"Clause {n}: the tenant waters plant number {n} on Sundays." for n in range(600))
    text = f"{filler}\n\n{LEASE}\n\n{filler}"
    message = in_chat(client, {"filename": "lease.txt", "file_data": encoded(text)})
    assert message.content.startswith("The rent is 420 crowns a month. [")
    kept = put(client, "lease.txt", text)
    assert in_chat(client, {"file_id": kept.id}).content.startswith("The rent is 420 crowns a month. [")
    short = {"filename": "short.txt", "file_data": encoded("The deposit is 99 crowns.")}
    assert "99" in in_chat(client, {"file_id": kept.id}, short, question="What is the deposit?").content


def test_a_file_can_be_summarized(client: OpenAI) -> None:
    message = in_chat(
        client, {"filename": "lease.txt", "file_data": encoded(LEASE)}, question="Summarize this document."
    )
    assert "The depot was opened" in message.content
    assert message.annotations


def test_stores_that_are_named_are_searched_beside_the_file(client: OpenAI) -> None:
    put(client, "other.txt", "The depot has a roof of slate.")
    file = {"filename": "lease.txt", "file_data": encoded(LEASE)}
    more: Any = {"extra_body": {"vector_store_ids": ["vs_default"]}}
    assert "slate" in in_chat(client, file, question="What is the roof of the depot made of?", **more).content
    assert "420" in in_chat(client, file, **more).content
    assert "slate" not in in_chat(client, file, question="What is the roof of the depot made of?").content


def test_a_conversation_goes_on_about_its_file(client: OpenAI) -> None:
    first = in_response(client, {"filename": "lease.txt", "file_data": encoded(LEASE)})
    second = client.responses.create(model="extractive", input="Who opened the depot?", previous_response_id=first.id)
    assert second.output_text.startswith("The depot was opened by the mayor in 1931.")

    file = client.files.create(file=("lease.txt", LEASE.encode()), purpose="vision")
    first = in_response(client, {"file_id": file.id})
    client.files.delete(file.id)
    again = client.responses.create(model="extractive", input="Who opened the depot?", previous_response_id=first.id)
    assert again.status == "completed"


def test_a_language_model_gets_the_text_as_a_source(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    scripted_upstream.script = (Text("The rent is 420 crowns a month [1]."),)
    client = new_client(openai_base_url=scripted_upstream.base_url, model="m")
    file = {"filename": "lease.txt", "file_data": encoded(LEASE)}
    parts: Any = [{"type": "text", "text": QUESTION}, {"type": "file", "file": file}]
    message = (
        client.chat.completions.create(model="m", messages=[{"role": "user", "content": parts}]).choices[0].message
    )
    assert message.annotations
    system, asked = scripted_upstream.requests[-1].body["messages"]
    assert '<source id="1" file="lease.txt"' in system["content"]
    assert asked["content"] == QUESTION
    response = in_response(client, file, model="m", stream=True)
    assert list(response)[-1].response.output[-1].content[0].annotations


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ({"file_url": "http://127.0.0.1/a.pdf"}, "no address is followed"),
        ({}, "file_id"),
        ({"file_data": "%%%"}, "base64"),
        ({"file_data": encoded(b"\x00\x01"), "filename": "a.xyz"}, "a.xyz"),
        ({"file_data": encoded(b"%PDF-1.4 nonsense"), "filename": "a.pdf"}, "a.pdf"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_its_place_named(
    client: OpenAI, file: dict[str, Any], says: str
) -> None:
    http = http_of(client)
    parts = [{"type": "text", "text": QUESTION}, {"type": "file", "file": file}]
    refused = http.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": parts}]})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "messages[0].content[1]")
    assert says in refused.json()["error"]["message"]
    parts = [{"type": "input_text", "text": QUESTION}, {"type": "input_file", **file}]
    refused = http.post("/v1/responses", json={"input": [{"role": "user", "content": parts}], "stream": True})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "input[0].content[1]")


def test_an_unknown_file_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="file-unknown"):
        in_chat(client, {"file_id": "file-unknown"})
    with pytest.raises(openai.NotFoundError, match="file-unknown"):
        in_response(client, {"file_id": "file-unknown"})


def test_there_is_a_limit_to_the_files_of_a_request(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="10 files"):
        in_chat(client, *[{"filename": f"{n}.txt", "file_data": encoded(str(n))} for n in range(11)])
