"""The session of the README, from upload to citation, with the official client."""

from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.mark.databases("sqlite", "postgresql")
def test_a_person_uploads_documents_asks_and_reads_a_cited_answer(client: OpenAI) -> None:
    for path in sorted(SAMPLES.iterdir()):
        file = client.files.create(file=path, purpose="assistants")
        state = client.vector_stores.files.poll(file_id=file.id, vector_store_id="vs_default", poll_interval_ms=50)
        assert state.status == "completed", state.last_error

    answer = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Who was the command module pilot of Apollo 11?"}],
    )

    message = answer.choices[0].message
    assert "Collins" in (message.content or "")
    assert answer.model == "extractive"
    assert message.annotations
    citation: Any = message.annotations[0]
    assert (message.content or "")[citation.url_citation.start_index : citation.url_citation.end_index] == "[1]"
    assert citation.url_citation.title == "apollo-11.txt"
    assert "Collins" in citation.model_extra["quote"]
    uploaded = client.files.content(citation.model_extra["file_id"]).text
    assert " ".join(citation.model_extra["quote"].split()) in " ".join(uploaded.split())
