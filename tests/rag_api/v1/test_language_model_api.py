"""Chat through a real language model on a real server; what it says is poor, how it is said is not."""

import json
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from tests.language_model import LanguageModel
from tests.official_client import MakeClient, put
from tests.pipelines import EXAMPLES

QUESTION: Any = [{"role": "user", "content": "What do herons eat?"}]


@pytest.fixture
def client(new_client: MakeClient, language_model: LanguageModel) -> OpenAI:
    client = new_client(openai_base_url=language_model.base_url, model=language_model.name)
    put(client, "herons.txt", "Grey herons nest in colonies.\n\nHerons eat frogs and fish.")
    return client


def test_it_answers_and_says_what_it_took(client: OpenAI, language_model: LanguageModel) -> None:
    answer = client.chat.completions.create(model=language_model.name, messages=QUESTION, max_tokens=40, seed=1)

    assert answer.model == language_model.name
    assert answer.choices[0].message.content
    assert answer.usage is not None
    assert answer.usage.prompt_tokens > 30  # the sources are in the prompt
    assert 0 < answer.usage.completion_tokens <= 40


def test_its_stream_says_the_same_as_its_whole_answer(client: OpenAI, language_model: LanguageModel) -> None:
    asked: Any = {"model": language_model.name, "messages": QUESTION, "max_tokens": 40, "temperature": 0}
    whole = client.chat.completions.create(**asked)
    *chunks, last = client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == whole.choices[0].finish_reason
    assert last.usage is not None
    assert whole.usage is not None
    assert last.usage.completion_tokens == whole.usage.completion_tokens


def test_it_answers_by_a_pipeline_from_a_file(
    new_client: MakeClient, language_model: LanguageModel, tmp_path: Path
) -> None:
    text = (EXAMPLES / "ollama.yml").read_text().replace("http://127.0.0.1:11434/v1", language_model.base_url)
    (tmp_path / "own.yml").write_text(text.replace("llama3.2", language_model.name))
    client = new_client(query_pipelines=tmp_path)
    put(client, "herons.txt", "Grey herons nest in colonies.\n\nHerons eat frogs and fish.")
    answer = client.chat.completions.create(model="pipeline:own", messages=QUESTION, max_tokens=40)
    assert answer.model == language_model.name and answer.choices[0].message.content
    assert answer.usage is not None and answer.usage.prompt_tokens > 30


def test_it_stops_where_it_is_told_to(client: OpenAI, language_model: LanguageModel) -> None:
    cut = client.chat.completions.create(model=language_model.name, messages=QUESTION, max_tokens=3)
    assert cut.choices[0].finish_reason == "length"
    assert cut.usage is not None
    assert cut.usage.completion_tokens == 3


@pytest.mark.parametrize("stream", [False, True])
def test_it_answers_in_the_json_that_was_asked_for(client: OpenAI, language_model: LanguageModel, stream: bool) -> None:
    schema = {
        "type": "object",
        "properties": {"prey": {"type": "string", "enum": ["frogs", "cars"]}, "many": {"type": "boolean"}},
        "required": ["prey", "many"],
        "additionalProperties": False,
    }
    asked: Any = {
        "model": language_model.name,
        "messages": QUESTION,
        "response_format": {"type": "json_schema", "json_schema": {"name": "meal", "schema": schema, "strict": True}},
    }
    if stream:
        chunks = client.chat.completions.create(**asked, stream=True)
        content = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    else:
        content = client.chat.completions.create(**asked).choices[0].message.content or ""

    meal = json.loads(content)
    assert meal["prey"] in ("frogs", "cars")
    assert isinstance(meal["many"], bool)


def test_log_probabilities_arrive(client: OpenAI, language_model: LanguageModel) -> None:
    answer = client.chat.completions.create(
        model=language_model.name, messages=QUESTION, max_tokens=4, logprobs=True, top_logprobs=2
    )

    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert [len(token.top_logprobs) for token in logprobs.content] == [2, 2, 2, 2]


def test_it_is_listed_among_the_models(client: OpenAI, language_model: LanguageModel) -> None:
    assert {language_model.name, "extractive"} <= {model.id for model in client.models.list()}
