"""What a language model cites is checked against what the passages say, from the setting to the reply."""

from typing import Any

import pytest

from tests.official_client import MakeClient, put
from tests.scripted_upstream import ScriptedUpstream, Text

SAID = "Herons eat frogs and fish [1]. Owls have been seen in Peru [1]."


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("settings", "cited"), [({}, [26]), ({"citation_overlap": 0}, [26, 59])])
def test_what_no_passage_supports_is_said_but_not_cited(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream, settings: Any, cited: list[int], stream: bool
) -> None:
    scripted_upstream.script = (Text(SAID),)
    client = new_client(openai_base_url=scripted_upstream.base_url, openai_api_key="sk-model", **settings)
    put(client, "herons.txt", "Grey herons nest in colonies.\n\nHerons eat frogs and fish.")
    question: Any = [{"role": "user", "content": "What do herons eat?"}]
    if stream:
        with client.chat.completions.stream(model="scripted", messages=question) as chunks:
            message: Any = chunks.get_final_completion().choices[0].message
    else:
        message = client.chat.completions.create(model="scripted", messages=question).choices[0].message
    assert message.content == SAID
    found = [annotation.model_dump()["url_citation"]["start_index"] for annotation in message.annotations]
    assert found == cited


SECTIONS = ("Food", "Nests", "Flight")
BOOK = "\n\n".join(
    f"## {name}\n\n" + " ".join(f"The heron has opinion {n} of {name.lower()} and no other." for n in range(12))
    for name in SECTIONS
)


def test_neighbouring_chunks_are_one_source_with_one_number(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    said = "The heron has opinion 3 of food [1]. It has opinion 7 of flight [1]."
    scripted_upstream.script = (Text(said),)
    client = new_client(openai_base_url=scripted_upstream.base_url, openai_api_key="sk-model")
    put(client, "herons.md", BOOK)
    assert len(client.vector_stores.search("vs_default", query="heron opinion").data) == len(SECTIONS)

    question: Any = [{"role": "user", "content": "What is the opinion of the heron?"}]
    message = client.chat.completions.create(model="scripted", messages=question).choices[0].message
    prompt = scripted_upstream.requests[-1].body["messages"][0]["content"]
    assert prompt.count("<source id=") == 1 and BOOK in prompt
    quotes = [annotation.model_dump()["quote"] for annotation in message.annotations or []]
    assert quotes == [
        "The heron has opinion 3 of food and no other.",
        "The heron has opinion 7 of flight and no other.",
    ]
