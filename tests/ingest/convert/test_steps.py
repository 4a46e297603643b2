"""Steps of one's own: they run where files are read, and what is wrong with one is said of the file, with its name."""

import importlib
import linecache
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from haystack import Document

import ingest.corpus
from ingest.convert.file_converter import FileConverter, Source
from ingest.convert.sandbox import Sandbox
from ingest.convert.steps import NONE, OwnSteps, load, version
from ingest.corpus import Corpus, Parts
from ingest.errors import ConversionFailed, Invalid
from ingest.settings import Settings
from ingest.work.converters import files_by_converter, outdated
from ingest.work.pipeline import steps
from tests.corpora import found, put, state

ROOT = Path(__file__).parents[3]

MODULE = '''
import os, socket
from dataclasses import replace
from haystack import Document, component

@component
class Before:
    """Does what the text says."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        text = documents[0].content
        if "to write" in text:
            open("written", "w")
        if "to connect" in text:
            socket.create_connection(("127.0.0.1", 9))
        if "to look around" in text:
            assert not [name for name in os.environ if "SECRET" in name], "there is a secret"
        if "to end" in text:
            os._exit(1)
        if "to fail" in text:
            raise ValueError("no such word")
        if "to lose" in text:
            return {"documents": []}
        if "to empty" in text:
            return {"documents": [replace(documents[0], content=" ")]}
        if "to tell" in text:
            documents[0].meta["mood"] = "good"
        if "to steal" in text:
            documents[0].meta["store_id"] = "vs_of_another"
        documents[0].content = text.replace("07700 900123", "[number]")
        documents[0].meta["title"] = "Redacted"
        return {"documents": documents}

@component
class After:
    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        if "to drop" not in documents[0].content:
            return {"documents": documents}
        return {"documents": [Document(content=each.content.upper()) for each in documents[1:]]}
'''

FILE = "before_splitting:\n- type: {0}.Before\nafter_splitting:\n- type: {0}.After\n"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("steps")
    (folder / "steps_of_the_tests.py").write_text(MODULE)
    file = folder / "steps.yml"
    file.write_text(FILE.format("steps_of_the_tests"))
    return file


@pytest.fixture(scope="module")
def own(file: Path) -> OwnSteps:
    return load(file, ["steps_of_the_tests"])


@pytest.fixture(scope="module")
def converter(own: OwnSteps) -> Iterator[FileConverter]:
    converter = FileConverter(workers=1, steps=steps("en", own))
    yield converter
    converter.close()


WHOSE = {"store_id": "vs_1", "file_id": "file-1", "store_file_id": "vsf_1", "attributes": {}}


def chunks(converter: FileConverter, folder: Path, text: str) -> list[Document]:
    """Of a text. Raises `ConversionFailed`."""
    path = folder / "a.txt"
    path.write_text(text)
    run = converter.run([Source(path, {**WHOSE, "chunk_tokens": 100, "overlap_tokens": 0})])
    for failure in run["failures"]:
        raise failure.error
    return run["documents"]


def test_a_step_changes_the_text_and_what_is_known_of_it(converter: FileConverter, tmp_path: Path) -> None:
    [chunk] = chunks(converter, tmp_path, "Ann is at 07700 900123.")
    assert (chunk.content, chunk.meta["title"]) == ("Ann is at [number].", "Redacted")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A step is to fail here.", "the step Before failed (ValueError: no such word)."),
        ("A step is to write here.", "the step Before failed (PermissionError: "),
        ("A step is to connect here.", "the step Before failed (PermissionError: "),
        ("A step is to lose this.", "the step Before made 0 documents of 1; before it is cut, a file is one."),
        ("A step is to empty this.", "the step Before left no text of it."),
        ("A step is to tell more.", "the step Before gave the meta 'mood', which is not kept: title, language"),
        ("A step is to drop all of this.", "the step After left no chunk of it."),
        ("A step is to end its process.", "Or a step of RAG_INGEST_STEPS does this."),
    ],
)
def test_what_goes_wrong_in_a_step_is_said_of_the_file(
    converter: FileConverter, tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ConversionFailed) as failed:
        chunks(converter, tmp_path, text)
    assert failed.value.message.startswith("'a.txt' ") and told in failed.value.message


def test_a_step_has_no_secrets_and_no_file_becomes_anothers(
    converter: FileConverter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_SECRET", "x")
    for text in ("A step is to look around here.", "A step is to steal this."):
        [chunk] = chunks(converter, tmp_path, text)
        assert chunk.content == text and WHOSE.items() <= chunk.meta.items()


def test_chunks_that_a_step_made_anew_are_a_text_again(converter: FileConverter, tmp_path: Path) -> None:
    text = "A step is to drop this. " + "\n\n".join(f"Paragraph {n} has some words. " * 8 for n in range(6))
    without = FileConverter(steps=steps("en"), sandbox=converter.sandbox)
    before = chunks(without, tmp_path, text)
    after = chunks(converter, tmp_path, text)
    assert len(before) > 2
    assert [chunk.content for chunk in after] == [(chunk.content or "").upper() for chunk in before[1:]]
    assert [chunk.meta["position"] for chunk in after] == list(range(len(after)))
    starts = [chunk.meta["start"] for chunk in after]
    assert starts == [0, *(chunk.meta["end"] + 2 for chunk in after)][: len(after)]
    assert all(chunk.meta["tokens"] > 20 and chunk.meta["language"] == "en" for chunk in after)


def test_files_read_with_other_steps_are_outdated(
    converter: FileConverter, file: Path, tmp_path: Path, own: OwnSteps
) -> None:
    sandbox: Sandbox = converter.sandbox
    given: dict[str, Any] = {"data_dir": tmp_path / "store", "language": "en", "conversion_processes": 1}
    with_steps = Settings(_env_file=None, ingest_steps=file, pipeline_modules=("steps_of_the_tests",), **given)

    def open_corpus(settings: Settings) -> AbstractContextManager[Corpus]:
        return ingest.corpus.open_corpus(settings, Parts(sandbox=sandbox))

    name = f"text 3/{version([*own.before, *own.after])}"
    with open_corpus(with_steps) as corpus:
        stored = put(corpus, "ann.txt", "Ann is at 07700 900123.")
        corpus.worker.run_until_idle()
        assert state(corpus, stored).value == "done"
        assert found(corpus, "number") == ["ann.txt"] and found(corpus, "900123") == []
        assert list(files_by_converter(corpus.database)) == [name]
        assert not outdated(corpus.database, corpus.steps_version)
        assert outdated(corpus.database, "another") == {name: 1}
    with open_corpus(Settings(_env_file=None, **given)) as corpus:
        assert outdated(corpus.database, corpus.steps_version) == {name: 1}


def test_steps_of_a_module_that_was_changed_are_others(tmp_path: Path) -> None:
    module, file = tmp_path / "steps_that_change.py", tmp_path / "steps.yml"
    module.write_text(MODULE)
    file.write_text(FILE.format("steps_that_change"))

    def current() -> str:
        before, after = load(file, ["steps_that_change"])
        return version([*before, *after])

    first = current()
    assert current() == first
    module.write_text(MODULE.replace("no such word", "no such words"))
    linecache.checkcache()
    importlib.reload(sys.modules["steps_that_change"])
    assert current() != first


def test_the_example_redacts_and_leaves_out() -> None:
    before, after = load(ROOT / "examples" / "pipelines" / "steps.yml", ["redact"])
    text = Document(content="Ann is at 07700 900123.", meta=WHOSE)
    [redacted] = before[0].run(documents=[text])["documents"]
    assert redacted.content == "Ann is at [number]."
    ends = [Document(content=content, meta=WHOSE) for content in ("Dear Ann", "This letter is confidential. Do not")]
    assert [chunk.content for chunk in after[0].run(documents=ends)["documents"]] == ["Dear Ann"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("before_spliting: []", "'before_spliting' is no part of steps: did you mean 'before_splitting'?"),
        ("before_splitting: {}\nafter_splitting: text", "'after_splitting' has to be a list"),
        (FILE.format("subprocess"), "before_splitting, step 1: the module 'subprocess' is not allowed"),
        (
            "after_splitting:\n- type: haystack.components.builders.prompt_builder.PromptBuilder\n"
            "  init_parameters: {template: x}",
            "after_splitting, step 1: it does not take and give `documents`",
        ),
        (
            "after_splitting:\n- type: rag_api.answer.model.reranking.LanguageModelRanker\n"
            "  init_parameters: {generator: null}",
            "after_splitting, step 1: it needs the input 'question', which no step gets",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_step(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "steps.yml"
    file.write_text(text)
    with pytest.raises(Invalid) as refused:
        load(file, [])
    assert f"{file}: {told}" in refused.value.message


@pytest.mark.parametrize("open_to_all", ["steps.yml", "."])
def test_a_file_that_anybody_may_write_is_not_run(tmp_path: Path, open_to_all: str) -> None:
    file = tmp_path / "steps.yml"
    file.write_text("after_splitting: []\n")
    assert load(file, []) == NONE._replace(before=[], after=[])
    (tmp_path / open_to_all).chmod(0o777)
    with pytest.raises(Invalid, match="anybody may write to"):
        load(file, [])
