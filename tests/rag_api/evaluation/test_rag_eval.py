"""`rag-eval` as it is typed, on a collection of a few lines."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import Invalid
from rag_api.answer.citations import Citation
from rag_api.evaluation.collection import Collection, JudgedQuestion
from rag_api.evaluation.evaluate import Answer, judge

ROOT = Path(__file__).parents[3]

Run = Callable[..., "subprocess.CompletedProcess[str]"]

DOCUMENTS = {
    "birds/heron": ("Herons", "Grey herons nest in tall trees near water. Herons eat fish and frogs."),
    "owl": ("Owls", "Owls hunt at night. Owls nest in hollow trees."),
    "apollo": ("Apollo 11", "Michael Collins was the command module pilot of Apollo 11."),
}
QUESTIONS = [
    {
        "_id": "q1",
        "text": "What do herons eat?",
        "answers": ["fish and frogs"],
        "support": [["Herons eat fish and frogs."]],
    },
    {"_id": "q2", "text": "Who was the command module pilot?", "answers": ["Neil Armstrong"]},
    {"_id": "q3", "text": "Which volcano erupted in Iceland in 2010?", "kind": "unanswerable"},
    {"_id": "q4", "text": "This one was not judged"},
]
JUDGED = "query-id\tcorpus-id\tscore\nq1\tbirds/heron\t1\nq2\towl\t1\nq1\towl\t0\n"


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "birds and moons"
    folder.mkdir()
    documents = [{"_id": id, "title": title, "text": text} for id, (title, text) in DOCUMENTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, QUESTIONS)) + "\n")
    (folder / "qrels.tsv").write_text(JUDGED)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
        return subprocess.run(
            [sys.executable, "-m", "rag_api.evaluation", *arguments],
            env=inherited | {"PYTHONPATH": str(ROOT)} | environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def values(printed: str) -> dict[str, str]:
    return {line[:32].strip(): line[32:].split()[0] for line in printed.splitlines() if line.strip()}


def test_a_collection_is_ingested_asked_measured_and_compared(run: Run, collection: Path, tmp_path: Path) -> None:
    first = run("run", collection, "--json", tmp_path / "before.json", "--data-dir", tmp_path / "kept")
    assert first.returncode == 0, first.stderr
    assert values(first.stdout) == {
        "birds and moons": "mean",
        "nDCG@10": "0.500",  # the document judged right for the second question is not the one that is
        "Recall@100": "0.500",
        "MRR@10": "0.500",
        "passages hold the answer @1": "0.500",
        "passages hold the answer @5": "0.500",
        "passages hold the answer @10": "0.500",
        "answers hold the answer": "0.500",
        "citation precision": "1.000",
        "citation recall": "1.000",
        "unsupported citations": "0.000",
        "false refusals": "0.000",
        "false answers": "0.000",
    }

    (collection / "qrels.tsv").write_text(JUDGED.replace("q2\towl", "q2\tapollo"))
    (collection / "corpus.jsonl").unlink()  # what was ingested is used again
    second = run("run", collection, "--json", tmp_path / "after.json", "--data-dir", tmp_path / "kept", "--no-answers")
    assert values(second.stdout)["nDCG@10"] == "1.000", second.stderr
    written = json.loads((tmp_path / "after.json").read_text())[0]
    assert written["questions"]["q2"]["MRR@10"] == 1
    assert written["settings"]["chunk_tokens"] > 0

    compared = run("compare", tmp_path / "before.json", tmp_path / "after.json").stdout
    assert "nDCG@10                            0.500   1.000   +0.500" in compared
    assert "false answers" not in compared


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus.jsonl", None, "corpus.jsonl' cannot be read"),
        ("corpus.jsonl", "[1]\n", "Line 1 of"),
        ("qrels.tsv", "a b c\n", "between tabs"),
    ],
)
def test_what_is_no_collection_is_named(collection: Path, name: str, content: str | None, said: str) -> None:
    if content is None:
        (collection / name).unlink()
    else:
        (collection / name).write_text(content)
    with pytest.raises(Invalid, match=said):
        [*Collection(collection).documents(), *Collection(collection).questions()]


def test_an_answer_that_is_not_sure_is_a_refusal_and_what_it_holds_is_told_apart() -> None:
    asked = JudgedQuestion("q", "What do herons eat?", {"heron": 1}, ["fish"], [["Herons eat fish."]], answerable=True)
    citation = Citation(0, 5, 8, "Herons eat fish.", 0, None, None)
    given = Answer("I am not sure: fish [1].", [], [citation], sure=False)
    assert judge(asked, given) == {
        "unsupported citations": 0.0,
        "false refusals": 1.0,
        "answers hold the answer": 0.0,
        "unsure answers hold the answer": 1.0,
    }
    assert judge(replace(asked, answerable=False), given)["false answers"] == 0.0


def test_markers_that_no_passage_supports_are_reported() -> None:
    asked = JudgedQuestion("q", "What do herons eat?", {"heron": 1}, [], [], answerable=True)
    citation = Citation(0, 5, 8, "Herons eat fish.", 0, None, None)
    assert judge(asked, Answer("Fish [1], frogs [1].", [], [citation], unsupported=1))["unsupported citations"] == 0.5
    assert judge(asked, Answer("Gold [1].", [], [], unsupported=1)) == {
        "unsupported citations": 1.0,
        "false refusals": 1.0,
    }
    assert "unsupported citations" not in judge(asked, Answer("I do not know.", [], []))
