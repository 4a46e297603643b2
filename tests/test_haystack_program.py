"""The program of one's own in `docs/haystack.md` runs as it stands there."""

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAM = "\n".join(BLOCK.findall((ROOT / "docs/haystack.md").read_text()))


def test_the_program_of_the_documentation_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "data" / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    exec(compile(PROGRAM, "docs/haystack.md", "exec"), {})
    said = capsys.readouterr().out
    assert re.match(r"\d+ chunks\n", said) and "5.1 seconds slow" in said
    assert re.search(r"^\[1\] longitude.pdf 3 When she came into Port Royal", said, re.MULTILINE)
