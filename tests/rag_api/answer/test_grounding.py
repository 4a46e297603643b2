"""What a language model cites is checked against what the passages say, from the setting to the reply."""

from typing import Any

import pytest

from official_client import MakeClient, put
from scripted_upstream import ScriptedUpstream, Text

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
