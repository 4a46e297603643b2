"""Pipelines in files: what is exported can be read again, and what is wrong is told with the component."""

import asyncio
import re
from pathlib import Path

import pytest

from ingest.errors import Invalid
from rag_api.answer import dry_run
from rag_api.answer.dry_run import made_up
from rag_api.answer.pipeline import VALUES, extractive_pipeline, upstream_pipeline
from rag_api.answer.pipeline_file import PREFIX, files, load, written
from rag_api.settings import Settings
from tests.pipelines import haystacks_own

ROOT = Path(__file__).parents[3]
SETTINGS = Settings(_env_file=None, openai_base_url="http://127.0.0.1:9/v1", openai_api_key="sk-secret")
DEFAULT = written(upstream_pipeline(made_up(SETTINGS)))
SEARCH = "- sender: query_builder.query\n  receiver: retriever.query\n"
PASSAGES = "- sender: retriever.documents\n  receiver: prompt_builder.documents\n"
JOINER = "  joiner:\n    type: haystack.components.joiners.document_joiner.DocumentJoiner\n    init_parameters: {}\n"

FAULTS = {
    "no YAML": ("components:", "components: [", "is no YAML: while parsing"),
    "a part that is misspelt": ("connections:", "conections:", "'conections' is no part of a pipeline: did you mean"),
    "a foreign module": (
        "rag_api.answer.query.QueryBuilder",
        "subprocess.Popen",
        "component 'query_builder': the module 'subprocess' is not allowed: if you trust it, name it in RAG_PIPELINE_M",
    ),
    "a class that is misspelt": (
        "query.QueryBuilder",
        "query.QueryBilder",
        "component 'query_builder': the module 'rag_api.answer.query' has no component 'QueryBilder': did you mean 'Q",
    ),
    "a package that is not there": (
        "rag_api.answer.query.QueryBuilder",
        "haystack_integrations.components.nothing.Nothing",
        "component 'query_builder': 'haystack_integrations.components.nothing' cannot be imported",
    ),
    "a parameter that is misspelt": (
        "merge: true",
        "merg: true",
        "component 'retriever': it has no parameter 'merg': did you mean 'merge'?",
    ),
    "a parameter like no other": (
        "merge: true",
        "self: true",
        "component 'retriever': it has no parameter 'self': there are searcher, store_files, max_tokens,",
    ),
    "a value of another type": (
        "max_tokens: 8000",
        "max_tokens: many",
        "component 'retriever': its parameter 'max_tokens' is 'many', and has to be int | None",
    ),
    "a template that cannot be read": ("{% if searched -%}", "{% if -%}", "component 'prompt_builder': Expected an"),
    "a component that is not there": (
        "receiver: retriever.query",
        "receiver: retriver.query",
        "connection query_builder.query -> retriver.query: there is no component 'retriver': did you mean 'retriever'?",
    ),
    "an input that is not there": (
        "receiver: retriever.query",
        "receiver: retriever.qery",
        "component 'retriever' has no input 'qery': did you mean 'query'?",
    ),
    "a connection of two types": (
        "receiver: retriever.query",
        "receiver: retriever.store_ids",
        "'query_builder.query' is Query, and 'retriever.store_ids' takes list[str]",
    ),
    "a connection that is missing": (
        SEARCH,
        "",
        "component 'retriever': nothing is sent to its input 'query': a connection is missing, or a line of `inputs`",
    ),
    "an input that is missing": (
        "  store_ids:\n  - retriever.store_ids\n",
        "",
        "component 'retriever': nothing is sent to its input 'store_ids'",
    ),
    "a value that no question has": ("  min_score:", "  minscore:", "inputs: minscore: a question has no such value"),
    "a value of another type than the input": (
        "- retriever.min_score",
        "- retriever.query",
        "inputs: min_score: it is float, and 'retriever.query' takes Query",
    ),
    "an output that is not there": (
        "replies: generator.replies",
        "replies: generator.reply",
        "outputs: replies: component 'generator' has no output 'reply': did you mean 'replies'?",
    ),
    "an output that is missing": ("  documents: retriever.documents\n", "", "outputs: 'documents' is missing"),
    "an output of another type": (
        "  documents: retriever.documents",
        "  documents: query_builder.query",
        "outputs: documents: 'query_builder.query' is Query, and has to be list[Document]",
    ),
    "passages that do not reach the answer": (PASSAGES, "", "component 'generator': it gets none of 'retriever.docum"),
    "passages that are changed after they were numbered": (
        PASSAGES,
        PASSAGES.replace("prompt_builder", "joiner") + PASSAGES.replace("retriever", "joiner"),
        "connection joiner.documents -> prompt_builder.documents: an answer would number others than 'retriever.docum",
    ),
    "another output of the search": (
        "- sender: prompt_builder.prompt",
        "- sender: query_builder.question\n  receiver: prompt_builder.near\n- sender: prompt_builder.prompt",
        "connection query_builder.question -> prompt_builder.near: of the search, only 'retriever.documents' goes on",
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.yml"


def test_what_is_exported_is_read_again_as_it_was_and_has_no_secret(file: Path) -> None:
    assert "sk-secret" not in DEFAULT and "http" not in DEFAULT
    assert "meaning" not in written(extractive_pipeline(made_up(SETTINGS)))  # which is filled in where it is made
    for whole in (upstream_pipeline(made_up(SETTINGS)), extractive_pipeline(made_up(SETTINGS))):
        file = file.with_stem(f"{file.stem}a")
        file.write_text(written(whole))
        assert written(load(file, made_up(SETTINGS))) == file.read_text()
        asyncio.run(dry_run.run(SETTINGS, file))


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_told_with_the_component_and_the_reason(file: Path, fault: str) -> None:
    right, wrong, told = FAULTS[fault]
    text = DEFAULT.replace("components:\n", f"components:\n{JOINER}" if "joiner" in wrong else "components:\n")
    assert right in text
    file.write_text(text.replace(right, wrong))
    with pytest.raises(Invalid) as refused:
        load(file, made_up(SETTINGS))
    assert told in refused.value.message
    assert all(line.startswith(str(file)) for line in refused.value.message.splitlines())


def test_all_that_is_wrong_is_told_at_once(file: Path) -> None:
    text = DEFAULT.replace("merge: true", "merg: true").replace("query.QueryBuilder", "query.QueryBilder")
    file.write_text(text.replace("  min_score:", "  minscore:"))
    with pytest.raises(Invalid) as refused:
        load(file, made_up(SETTINGS))
    assert [word in refused.value.message for word in ("'merg'", "QueryBilder", "minscore")] == [True] * 3


def test_what_only_a_question_shows_a_dry_run_finds(file: Path) -> None:
    file.write_text(DEFAULT.replace("{{ document.content | as_data }}", "{{ document.content.words.nothing }}"))
    with pytest.raises(Invalid, match=r"component 'prompt_builder': UndefinedError"):
        asyncio.run(dry_run.run(SETTINGS, file))


def test_a_language_model_that_is_not_set_is_missed_before_the_first_question(file: Path) -> None:
    file.write_text(DEFAULT)
    with pytest.raises(
        Invalid, match="component 'generator': it answers with the language model of OPENAI_BASE_URL or"
    ):
        load(file, made_up(Settings(_env_file=None)))


def test_a_key_is_looked_for_in_the_environment_and_in_the_file_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    haystacks_own(file.parent, "http://127.0.0.1:9/v1", monkeypatch)
    monkeypatch.delenv("THEIR_KEY")
    with pytest.raises(Invalid, match="component 'generator': its key is missing: set THEIR_KEY in the environment"):
        load(file.parent / "haystack.yml", made_up(SETTINGS))
    (file.parent / ".env").write_text("THEIR_KEY=sk-theirs\n")
    load(file.parent / "haystack.yml", made_up(SETTINGS))


def test_the_documentation_has_every_value_and_every_example() -> None:
    text = (ROOT / "docs" / "pipelines.md").read_text()
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    assert named == VALUES.keys() | {path.name for path in (ROOT / "examples" / "pipelines").glob("*.yml")}


def test_each_file_of_the_folder_is_a_model(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "notes.txt"):
        (tmp_path / name).write_text("")
    settings = Settings(_env_file=None, query_pipelines=tmp_path)
    assert files(settings) == {f"{PREFIX}a": tmp_path / "a.yaml", f"{PREFIX}b": tmp_path / "b.yml"}
    other = tmp_path / "other"
    other.mkdir()
    (other / "a b.yml").write_text("")
    with pytest.raises(Invalid, match="cannot be a model: its name has to be of letters"):
        files(Settings(_env_file=None, query_pipelines=other))
    with pytest.raises(Invalid, match=r"RAG_QUERY_PIPELINES is '.*', which is no folder"):
        files(Settings(_env_file=None, query_pipelines=tmp_path / "nowhere"))
