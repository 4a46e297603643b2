"""The package: it has all that the program reads beside its modules, and from its wheel the commands start.

Nothing is fetched: what the wheel needs is what the locks have put beside the tests.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DEVELOPMENT = {"script.py.mako"}  # for whoever writes a migration


def checkout() -> list[str]:
    """The paths of all files that are, or may be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_file_of_the_packages_is_in_the_wheel() -> None:
    beside = {name for name in checkout() if name.startswith(("ingest/", "rag_api/")) and not name.endswith(".py")}
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


def test_the_commands_start_from_a_wheel_that_pipx_installs(tmp_path: Path) -> None:
    pytest.importorskip("build", reason="not installed; 'make .venv/ready-dev' does it")
    source, made, home, empty = (tmp_path / name for name in ("source", "made", "home", "empty"))
    for name in checkout():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    empty.mkdir()
    # No index is asked. What the wheel needs is found among a user's own packages, which here are those of the tests.
    packages = home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "of_the_tests.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "UV_OFFLINE": "1", "PYTHONUSERBASE": str(home)}
    environment |= {"PIPX_HOME": str(home / "pipx"), "PIPX_BIN_DIR": str(home / "bin")}
    environment |= {"HAYSTACK_TELEMETRY_ENABLED": "false"}

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", made, source)
    [wheel] = made.glob("*.whl")
    install = (sys.executable, "-m", "pipx", "install", "--backend", "uv", "--system-site-packages")
    run(*install, "--python", sys.executable, "--pip-args=--no-deps", wheel)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for program in ("rag-api", "rag-ingest", "rag-eval"):
        assert version in run(home / "bin" / program, "--version")
    (empty / "herons.txt").write_text("Herons nest in tall trees near water.")
    assert "herons.txt" in run(home / "bin" / "rag-ingest", "add", "herons.txt")
