"""`rag-api pipelines`, and what the start says of pipelines that cannot be used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag_api.__main__ import parser
from tests.processes import free_port

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "pipelines"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-any")
    monkeypatch.setenv("RAG_PIPELINE_MODULES", "few_per_file")


def typed(*arguments: str) -> None:
    chosen = parser().parse_args(arguments)
    chosen.run(chosen)


def test_an_export_passes_the_check_and_so_does_each_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("pipelines", "export")
    (tmp_path / "own.yml").write_text(capsys.readouterr().out)
    names = ["hayhooks", "hybrid", "ollama", "own_component", "own_prompt", "reranker"]
    examples = [str(EXAMPLES / f"{name}.yml") for name in names]
    with pytest.raises(SystemExit) as end:
        typed("pipelines", "check", "own.yml", *examples)
    assert not end.value.code
    assert capsys.readouterr().out.count(": answers a question\n") == 7


def test_a_start_with_a_pipeline_that_cannot_be_used_ends_with_what_is_wrong(tmp_path: Path) -> None:
    text = (EXAMPLES / "own_prompt.yml").read_text()
    (tmp_path / "a.yml").write_text(
        text.replace("- sender: prompt_builder.prompt\n  receiver: generator.messages\n", "")
    )
    (tmp_path / "b.yml").write_text(text.replace("template:", "templat:"))
    given = {"RAG_QUERY_PIPELINES": ".", "API_PORT": str(free_port()), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "rag_api"]
    ended = subprocess.run(command, env=os.environ | given, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "a.yml: component 'generator': nothing is sent to its input 'messages': a connection is mi" in ended.stderr
    assert "b.yml: component 'prompt_builder': it has no parameter 'templat': did you mean 'template'?" in ended.stderr
    assert "Traceback" not in ended.stderr
