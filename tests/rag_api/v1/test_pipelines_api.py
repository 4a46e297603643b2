"""Pipelines of one's own, as models: those of `examples/pipelines/`, and some that should not be written so."""

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from haystack import Document
from openai import OpenAI

from ingest.search.passages import Passage
from rag_api.access.database import Access
from rag_api.access.scopes import Scope
from rag_api.answer import retrieval
from rag_api.answer.as_found import as_found
from tests.anthropic_server import anthropic_server
from tests.embeddings_server import MODEL, embeddings_server, needs_vectors
from tests.official_client import MakeClient, http_of, put
from tests.pipelines import EXAMPLES, haystacks_own
from tests.scripted_upstream import Fail, Hang, ScriptedUpstream, Text

QUESTION: Any = [{"role": "user", "content": "What do herons eat?"}]
CITED = (Text("Herons eat "), Text("frogs and fish ["), Text("1"), Text("]"), Text(", and not [9]."))
SAID = "Herons eat frogs and fish [1], and not [9]."
WAYS = ["whole", "stream", "response", "response stream"]
HERONS = "Herons eat frogs and fish."


@pytest.fixture
def upstream(scripted_upstream: ScriptedUpstream) -> ScriptedUpstream:
    scripted_upstream.script = CITED
    return scripted_upstream


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pipelines"
    folder.mkdir()
    return folder


@pytest.fixture
def serve(new_client: MakeClient, upstream: ScriptedUpstream, folder: Path) -> MakeClient:
    """A client of a server with the pipelines of the folder, and a document about herons."""

    def serve(**settings: object) -> OpenAI:
        own = {"openai_base_url": upstream.base_url, "model": "default-model", "query_pipelines": folder}
        client = new_client(**{**own, **settings})
        put(client, "herons.txt", HERONS)
        return client

    return serve


def own(folder: Path, name: str, source: str, *, text: str | None = None) -> None:
    """A pipeline with a component of that source between its retriever and its prompt."""
    module = f"{name}_{folder.parent.name}".replace("-", "_")  # each is imported once in this process
    (folder / f"{module}.py").write_text(source)
    text = text or (EXAMPLES / "own_component.yml").read_text()
    text = text.replace("few_per_file.FewPerFile", f"{module}.Own").replace("      most: 2\n", "      {}\n")
    (folder / f"{name}.yml").write_text(text.replace("few_per_file", "own"))


COMPONENT = """
from dataclasses import replace
from haystack import Document, component

@component
class Own:
    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document], top_k: int) -> dict[str, list[Document]]:
        {}
"""


def asked(client: OpenAI, model: str, way: str) -> tuple[str, list[Any], str]:
    """What a model says to the question, its citations, and who it says that it is."""
    if way in ("response", "response stream"):
        if way == "response":
            response = client.responses.create(model=model, input="What do herons eat?")
        else:
            with client.responses.stream(model=model, input="What do herons eat?") as events:
                response = events.get_final_response()
        [part] = [part for item in response.output if item.type == "message" for part in item.content]
        assert part.type == "output_text"
        return part.text, part.annotations, response.model
    if way == "stream":
        with client.chat.completions.stream(model=model, messages=QUESTION) as chunks:
            completion: Any = chunks.get_final_completion()
    else:
        completion = client.chat.completions.create(model=model, messages=QUESTION)
    message: Any = completion.choices[0].message
    assert completion.choices[0].finish_reason == "stop"
    return message.content, message.annotations or [], completion.model


@pytest.mark.parametrize("example", ["own_prompt", "own_component", "ollama", "haystack"])
def test_an_example_answers_with_true_citations(
    serve: MakeClient,
    upstream: ScriptedUpstream,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    example: str,
) -> None:
    if example == "haystack":
        haystacks_own(folder, upstream.base_url, monkeypatch)
    else:
        text = (EXAMPLES / f"{example}.yml").read_text()
        (folder / f"{example}.yml").write_text(text.replace("http://127.0.0.1:11434/v1", upstream.base_url))
    shutil.copy(EXAMPLES / "few_per_file.py", folder)
    client = serve(pipeline_modules=("few_per_file",), openai_api_key="sk-ours", model_fallback=True)

    elsewhere = example in ("ollama", "haystack")
    for way in WAYS:
        said, citations, model = asked(client, f"pipeline:{example}", way)

        assert (said, [citation.filename for citation in citations]) == (SAID, ["herons.txt"])
        assert model == upstream.requests[-1].body["model"] == ("llama3.2" if elsewhere else "default-model")
        assert ("sk-ours" in str(upstream.requests[-1].headers)) == (not elsewhere)
        prompt = upstream.requests[-1].body["messages"][0]["content"]
        assert HERONS in prompt and ("in one short sentence" in prompt) == (example == "own_prompt")


@pytest.mark.parametrize("way", ["whole", "stream"])
def test_a_reranker_numbers_the_passages_anew(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path, way: str
) -> None:
    shutil.copy(EXAMPLES / "reranker.yml", folder)
    client = serve()
    put(client, "storks.txt", "What do herons eat, asked the stork. What do storks eat, asked the heron.")

    def script(body: dict[str, Any]) -> Any:
        if "response_format" not in body:
            return CITED
        before = body["messages"][-1]["content"].partition(HERONS)[0]
        return [Text(f'{{"documents": [{{"index": {before.count("Document ")}}}]}}')]

    upstream.script = script
    said, [citation], _ = asked(client, "pipeline:reranker", way)

    assert (said, citation.filename, citation.quote) == (SAID, "herons.txt", HERONS)
    assert "stork" not in str(upstream.requests[-1].body["messages"])


@needs_vectors
def test_hybrid_retrieval_finds_by_words_and_by_meaning(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path
) -> None:
    shutil.copy(EXAMPLES / "hybrid.yml", folder)
    with embeddings_server() as server:
        client = serve(embeddings=MODEL, embeddings_base_url=server.base_url)
        put(client, "a.txt", "An automobile.")
        put(client, "b.txt", "The red doctor.")
        client.chat.completions.create(
            model="pipeline:hybrid", messages=[{"role": "user", "content": "Which red cars?"}]
        )
    prompt = upstream.requests[-1].body["messages"][0]["content"]
    assert "An automobile." in prompt and "The red doctor." in prompt


@pytest.mark.skipif(not importlib.util.find_spec("haystack_integrations"), reason="rag-api[anthropic] is not installed")
def test_another_protocol_is_answered_by_as_well(
    serve: MakeClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(EXAMPLES / "anthropic.yml", folder)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant")
    with anthropic_server("Herons eat frogs ", "and fish [1]", ", and not [9].") as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        client = serve()
        for way in WAYS:
            said, citations, model = asked(client, "pipeline:anthropic", way)
            assert (said, [citation.filename for citation in citations]) == (SAID, ["herons.txt"])
            assert model == "claude-sonnet-5-5"
    assert HERONS in server.requests[-1]["system"][0]["text"] and "default-model" not in str(server.requests[-1])


def test_a_file_of_hayhooks_needs_little(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-theirs")
    monkeypatch.setenv("OPENAI_BASE_URL", upstream.base_url)  # which Haystack's generator reads itself
    shutil.copy(EXAMPLES / "hayhooks.yml", folder)
    client = serve()
    for way in ("whole", "stream", "response"):
        said, citations, model = asked(client, "pipeline:hayhooks", way)
        assert (said, [citation.filename for citation in citations]) == (SAID, ["herons.txt"])
        assert model == "gpt-5-mini"
    assert f"[1] herons.txt: {HERONS}" in upstream.requests[-1].body["messages"][0]["content"]
    search: Any = {"type": "file_search", "vector_store_ids": ["vs_default"], "max_num_results": 1}
    other: Any = {"type": "eq", "key": "author", "value": "Ann"}
    filtered: Any = [{**search, "filters": other}]
    client.responses.create(model="pipeline:hayhooks", input="What do herons eat?", tools=filtered)
    assert HERONS not in str(upstream.requests[-1].body["messages"])
    limited: Any = [{**search, "ranking_options": {"score_threshold": 0.9}}]
    with pytest.raises(openai.BadRequestError, match="'pipeline:hayhooks' has no place for a threshold of scores"):
        client.responses.create(model="pipeline:hayhooks", input="What do herons eat?", tools=limited)


def test_a_pipeline_takes_the_place_of_the_built_in_one(new_client: MakeClient, upstream: ScriptedUpstream) -> None:
    client = new_client(openai_base_url=upstream.base_url, query_pipeline=EXAMPLES / "own_prompt.yml")
    put(client, "herons.txt", HERONS)
    assert asked(client, "another-model", "whole")[::2] == (SAID, "another-model")
    assert "in one short sentence" in upstream.requests[-1].body["messages"][0]["content"]
    assert asked(client, "extractive", "whole")[2] == "extractive"
    client.chat.completions.create(model="another-model", messages=[{"role": "user", "content": "Hello!"}])
    assert [message["content"] for message in upstream.requests[-1].body["messages"]] == ["Hello!"]


def test_pipelines_are_listed_and_no_others_can_be_asked_for(serve: MakeClient, folder: Path) -> None:
    shutil.copy(EXAMPLES / "own_prompt.yml", folder / "brief.yml")
    client = serve()
    assert [model.id for model in client.models.list() if model.id.startswith("pipeline:")] == ["pipeline:brief"]
    assert client.models.retrieve("pipeline:brief").id == "pipeline:brief"
    for call in (
        lambda: client.chat.completions.create(model="pipeline:long", messages=QUESTION),
        lambda: client.responses.create(model="pipeline:long", input="What do herons eat?"),
    ):
        with pytest.raises(openai.NotFoundError, match="no pipeline for the model 'pipeline:long': there are p"):
            call()


def test_a_key_of_another_project_asks_its_own_documents(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path
) -> None:
    shutil.copy(EXAMPLES / "own_prompt.yml", folder / "brief.yml")
    client = serve()
    access: Access = http_of(client).app_state["access"]
    client = client.with_options(api_key=access.keys.create("default", Scope.READ)[1])
    assert asked(client, "pipeline:brief", "whole")[1]

    other = access.projects.make("other")
    theirs = client.with_options(api_key=access.keys.create(other, Scope.WRITE)[1])
    put(theirs, "cranes.txt", "Cranes eat herons, some say, and not the other way round.")
    asked(theirs, "pipeline:brief", "whole")
    prompt = upstream.requests[-1].body["messages"][0]["content"]
    assert "Cranes eat" in prompt and HERONS not in prompt


@pytest.mark.parametrize(
    "change",
    [
        "return {'documents': [replace(each, content='Toads eat worms. ' + each.content) for each in documents]}",
        "documents[0].content = 'Toads eat worms. ' + documents[0].content; return {'documents': documents}",
    ],
)
@pytest.mark.filterwarnings("ignore:Mutating attribute")
def test_what_a_component_makes_of_a_passage_is_not_cited(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path, change: str
) -> None:
    name = "copying" if "replace" in change else "changing"
    own(folder, name, COMPONENT.format(change))
    module = next(path.stem for path in folder.glob("*.py"))
    upstream.script = (Text("Herons eat frogs [1]. Toads swallow pebbles [1]."),)
    client = serve(pipeline_modules=(module,))
    _, citations, _ = asked(client, f"pipeline:{name}", "whole")
    assert "Toads eat worms." in upstream.requests[-1].body["messages"][0]["content"]
    assert [citation.quote for citation in citations] == [HERONS]


def test_a_generator_of_ones_own_that_does_not_stream_is_heard_at_its_end(serve: MakeClient, folder: Path) -> None:
    source = """
from haystack import component
from haystack.dataclasses import ChatMessage

@component
class Own:
    @component.output_types(replies=list[ChatMessage])
    def run(self, messages: list[ChatMessage]) -> dict[str, list[ChatMessage]]:
        assert "Herons eat frogs" in messages[0].text and messages[-1].text == "What do herons eat?"
        return {"replies": [ChatMessage.from_assistant("Herons eat frogs and fish [1], and not [9].")]}
"""
    text = (EXAMPLES / "own_prompt.yml").read_text().replace("  model: generator.model\n", "")
    text = text.replace("  generation_kwargs: generator.generation_kwargs\n", "")
    text = text.replace("rag_api.answer.model.generator.UpstreamChatGenerator", "few_per_file.FewPerFile")
    own(folder, "speaking", source, text=text)
    client = serve(pipeline_modules=(next(folder.glob("*.py")).stem,))
    for way in WAYS:
        said, citations, model = asked(client, "pipeline:speaking", way)
        assert (said, [citation.filename for citation in citations]) == (SAID, ["herons.txt"])
        assert model == "pipeline:speaking"


def test_files_that_a_request_brings_and_whole_documents_are_answered_from(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path
) -> None:
    shutil.copy(EXAMPLES / "own_prompt.yml", folder / "brief.yml")
    client = serve()
    file = client.files.create(file=("cranes.txt", b"Cranes eat grain."), purpose="assistants")
    parts: Any = [{"type": "text", "text": "What do cranes eat?"}, {"type": "file", "file": {"file_id": file.id}}]
    client.chat.completions.create(model="pipeline:brief", messages=[{"role": "user", "content": parts}])
    assert "Cranes eat grain." in upstream.requests[-1].body["messages"][0]["content"]
    summed: Any = [{"role": "user", "content": "What is herons.txt about?"}]
    client.chat.completions.create(model="pipeline:brief", messages=summed)
    assert "The question is about a whole document." in upstream.requests[-1].body["messages"][0]["content"]


def test_a_passage_that_does_not_fit_takes_no_number(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path
) -> None:
    order = "['cranes.txt', 'long.txt', 'herons.txt'].index(each.meta['filename'])"
    change = f"return {{'documents': sorted(documents, key=lambda each: {order})}}"
    retriever = "type: ingest.search.passages.PassageRetriever\n"
    text = (EXAMPLES / "own_component.yml").read_text()
    text = text.replace(retriever, f"{retriever}    init_parameters: {{max_tokens: null, merge: false}}\n")
    own(folder, "unfitting", COMPONENT.format(change), text=text)
    upstream.script = (Text("Cranes eat grain [1]. Herons eat frogs and fish [2]."),)
    client = serve(pipeline_modules=(next(folder.glob("*.py")).stem,), context_tokens=200)
    put(client, "cranes.txt", "Cranes eat grain, and no herons.")
    put(client, "long.txt", "What herons eat is told here at length. " * 40)
    _, citations, _ = asked(client, "pipeline:unfitting", "whole")
    assert [citation.filename for citation in citations] == ["cranes.txt", "herons.txt"]
    assert "at length" not in upstream.requests[-1].body["messages"][0]["content"]


def test_a_passage_from_elsewhere_is_refused(serve: MakeClient, folder: Path) -> None:
    own(folder, "elsewhere", COMPONENT.format("return {'documents': [Document(content='Toads eat worms.')]}"))
    client = serve(pipeline_modules=(next(folder.glob("*.py")).stem,))
    with pytest.raises(openai.InternalServerError, match="which no retriever of this server has found"):
        asked(client, "pipeline:elsewhere", "whole")


def test_a_component_that_fails_is_named_and_the_reason_is_for_the_log(
    serve: MakeClient, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own(folder, "failing", COMPONENT.format("raise RuntimeError('the disk of 10.0.0.7 is full')"))
    client = serve(pipeline_modules=(next(folder.glob("*.py")).stem,))
    with pytest.raises(openai.InternalServerError, match="'pipeline:failing' failed in its component 'own'") as error:
        asked(client, "pipeline:failing", "whole")
    assert error.value.status_code == 502 and "10.0.0.7" not in str(error.value) and "10.0.0.7" in caplog.text


@pytest.mark.parametrize("stream", [False, True])
def test_a_generator_that_says_nothing_in_time_is_a_504(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    haystacks_own(folder, upstream.base_url, monkeypatch)
    upstream.script = (Hang(),)
    client = serve(model_timeout_s=2)  # in which a busy machine comes to ask, too
    with pytest.raises(openai.InternalServerError, match="in time") as error:
        client.chat.completions.create(model="pipeline:haystack", messages=QUESTION, stream=stream)
    assert error.value.status_code == 504
    assert upstream.requests[-1].left.wait(5)


def test_what_another_server_refuses_keeps_its_status_and_not_its_words(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    haystacks_own(folder, upstream.base_url, monkeypatch)
    upstream.script = (Fail(429, "the queue of 10.0.0.7 is full"),)
    with pytest.raises(openai.RateLimitError, match=r"failed in its component 'generator' \(status 429\)") as error:
        asked(serve(), "pipeline:haystack", "whole")
    assert "10.0.0.7" not in str(error.value)


def test_a_parameter_that_would_be_dropped_is_refused(serve: MakeClient, folder: Path) -> None:
    text = (EXAMPLES / "own_prompt.yml").read_text()
    (folder / "fixed.yml").write_text(text.replace("  generation_kwargs: generator.generation_kwargs\n", ""))
    client = serve()
    assert asked(client, "pipeline:fixed", "whole")[0] == SAID
    with pytest.raises(openai.BadRequestError, match="takes no parameters for its model: leave 'temperature' out"):
        client.chat.completions.create(model="pipeline:fixed", messages=QUESTION, temperature=0)


def test_function_tools_reach_a_generator_that_is_not_ours(
    serve: MakeClient, upstream: ScriptedUpstream, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.scripted_upstream import Delta, Finish

    haystacks_own(folder, upstream.base_url, monkeypatch)
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    upstream.script = (Delta({"tool_calls": [call]}), Finish("tool_calls"))
    tools: Any = [{"type": "function", "function": {"name": "now", "parameters": {"type": "object"}}}]
    with serve().chat.completions.stream(model="pipeline:haystack", messages=QUESTION, tools=tools) as chunks:
        [choice] = chunks.get_final_completion().choices
    assert choice.finish_reason == "tool_calls" and choice.message.tool_calls
    assert choice.message.tool_calls[0].function.name == "now"


ODD = {
    "a number": "return 7",
    "no documents": "return {}",
    "null": "return {'documents': None}",
    "a text": "return {'documents': 'herons'}",
    "numbers": "return {'documents': [1, 2]}",
    "the end of the process": "raise SystemExit(3)",
    "an interruption": "raise KeyboardInterrupt",
    "what is no error": "raise BaseException('odd')",
    "a cancellation": "import asyncio; raise asyncio.CancelledError",
    "the end of a loop": "raise StopIteration",
}


def test_whatever_a_component_does_is_its_failure(serve: MakeClient, folder: Path) -> None:
    for number, odd in enumerate(ODD.values()):
        source = COMPONENT.format(odd)
        own(folder, f"odd{number}", source)
        awaited = source[source.index("    @component") :].replace("def run(", "async def run_async(")
        own(folder, f"awaited{number}", source + awaited)
    client = serve(pipeline_modules=tuple(path.stem for path in folder.glob("*.py")))
    for name in ("odd", "awaited"):
        for number, odd in enumerate(ODD):
            for stream in (False, True):
                with pytest.raises(openai.APIError, match=f"{name}{number}' failed"):
                    list(
                        client.chat.completions.create(
                            model=f"pipeline:{name}{number}", messages=QUESTION, stream=stream
                        )
                    )
                    raise AssertionError(odd)
    assert asked(client, "extractive", "whole")[0].startswith("Herons eat")


def test_more_than_anybody_asked_for_is_not_looked_at(
    serve: MakeClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def counted(name: str, documents: Sequence[Document], found: list[Passage]) -> list[Passage]:
        looked_at.append(len(documents))
        return as_found(name, documents, found)

    monkeypatch.setattr(retrieval, "as_found", counted)
    own(folder, "million", COMPONENT.format("return {'documents': documents * 1_000_000}"))
    client = serve(pipeline_modules=(next(folder.glob("*.py")).stem,))
    assert asked(client, "pipeline:million", "whole")[0] == SAID
    assert looked_at == [retrieval.MOST_DOCUMENTS]


def test_a_passage_that_is_changed_where_it_is_is_cited_as_it_was(serve: MakeClient, folder: Path) -> None:
    lie = "documents[0].meta['attributes']['url'] = 'http://elsewhere.example'; documents[0].content = 'Toads.'; "
    own(folder, "lying", COMPONENT.format(lie + "return {'documents': documents}"))
    client = serve(pipeline_modules=(next(folder.glob("*.py")).stem,))
    _, [citation], _ = asked(client, "pipeline:lying", "whole")
    assert citation.quote == HERONS
    assert "elsewhere" not in citation.url_citation.url


HANGS = """
import threading
FREE = threading.Event()
"""


def test_components_that_hang_take_no_threads_of_others(serve: MakeClient, folder: Path) -> None:
    own(folder, "hanging", COMPONENT.format("FREE.wait(600); return {'documents': documents}") + HANGS)
    module = next(folder.glob("*.py")).stem
    client = serve(pipeline_modules=(module,), model_timeout_s=1)

    def ask(_: int) -> int:
        with pytest.raises(openai.InternalServerError) as error:
            asked(client, "pipeline:hanging", "whole")
        return error.value.status_code

    with ThreadPoolExecutor(20) as threads:  # more than the server has for all else
        assert set(threads.map(ask, range(20))) == {504}
    assert asked(client, "extractive", "whole")[0].startswith("Herons eat")
    sys.modules[module].FREE.set()


GENERATOR = """
from haystack import component
from haystack.dataclasses import ChatMessage

@component
class Own:
    @component.output_types(replies=list[ChatMessage])
    def run(self, messages: list[ChatMessage]) -> dict[str, list[ChatMessage]]:
        {}
"""


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ("'text'", "failed"),
        ("['text']", "failed"),
        ("[]", "gave no answer"),
        ("[ChatMessage.from_assistant('x')] * 100_000", "gave 100,000 answers"),
        ("[ChatMessage.from_assistant('x' * 5_000_000)]", "longer than 4,194,304 characters"),
    ],
)
def test_an_answer_that_is_none_is_refused(serve: MakeClient, folder: Path, replies: str, told: str) -> None:
    text = (EXAMPLES / "ollama.yml").read_text()
    start = text.index("  generator:\n")
    text = text[:start] + "  generator:\n    type: few_per_file.FewPerFile\n" + text[text.index("connections:") :]
    text = "".join(line for line in text.splitlines(True) if "generator.generation_kwargs" not in line)
    text = "".join(line for line in text.splitlines(True) if "generator.model" not in line)
    own(folder, "answering", GENERATOR.format(f"return {{'replies': {replies}}}"), text=text)
    client = serve(pipeline_modules=(next(folder.glob("*.py")).stem,))
    with pytest.raises(openai.InternalServerError, match=told):
        asked(client, "pipeline:answering", "whole")
