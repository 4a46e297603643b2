"""What a wheel has: all that the program reads beside its modules."""

import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEVELOPMENT = {"script.py.mako"}  # for whoever writes a migration


def test_every_file_of_the_packages_is_in_the_wheel() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "ingest", "rag_api"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    beside = {name for name in listed.stdout.splitlines() if not name.endswith(".py") and (ROOT / name).is_file()}
    beside |= {f"rag_api/console/samples/{sample.name}" for sample in (ROOT / "data" / "samples").iterdir()}
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packaged = {
        str(path.relative_to(ROOT))
        for package, patterns in setuptools["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    assert "ingest/languages.toml" in packaged
    assert sorted(name for name in beside - packaged if Path(name).name not in DEVELOPMENT) == []
