"""Runs the scripts of `clients/` to their end, each in an environment of its own; `make clients` installs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "clients"
ENVIRONMENT = Path(sys.prefix) / "clients"  # beside ours, since its packages need others than ours
NOT_INSTALLED = "not installed; 'make clients' does it"


def python(program: str = "python") -> str:
    """A program among those of other people's Python clients; skips the test when they are not installed."""
    found = ENVIRONMENT / "bin" / program
    if not found.exists():
        pytest.skip(f"other people's Python clients are {NOT_INSTALLED}")
    return str(found)


def node() -> str:
    """Node.js; skips the test when it or the JavaScript clients are not installed."""
    found = shutil.which("node")
    if not found or not (FOLDER / "node_modules").is_dir():
        pytest.skip(f"the JavaScript clients are {NOT_INSTALLED}")
    return found


def java() -> str:
    """Java; skips the test when it or the client in it is not installed."""
    found = shutil.which("java")
    if not found or not (FOLDER / "java" / "target").is_dir():
        pytest.skip("the client in Java is not installed; 'make .venv/ready-java' does it")
    return found


def run(base_url: str, *command: str, folder: Path = FOLDER, seconds: float = 60, **variables: str) -> None:
    """Run a script of `clients/` against the server; the test fails with what it said, unless it ends well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    environment |= {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "any", "NO_PROXY": "127.0.0.1", **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}", pytrace=False)
