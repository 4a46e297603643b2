"""`rag-ingest` as it is typed: in a process of its own, or in this one, which is quicker."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from ingest import cli
from ingest.settings import Settings
from tests.corpora import settings_in

ROOT = Path(__file__).parents[1]
SECONDS = 120  # after which a command is given up


def rag_ingest(settings: Settings, *words: str) -> int:
    """Run it in this process; its exit code."""
    arguments = cli.parser().parse_args(words)
    code: int = arguments.run(settings, arguments)
    return code


class Command:
    """Runs in `folder`, on the data folder `store` in it, without the settings and keys of whoever runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = settings_in(folder / "store")
        self._inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "RAG_", "API_"))}

    def events(self, *arguments: str) -> "Events":
        """Run it in this process; what it says with --json."""
        with redirect_stdout(io.StringIO()) as said:
            code = rag_ingest(self.settings, *arguments, "--json")
        return Events(code, said.getvalue())

    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run it in a process, to its end."""
        return subprocess.run(
            self.line(*arguments),
            env=self.environment(**environment),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            input=stdin,
        )

    @contextmanager
    def running(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """The process at work, in a session of its own so that a Ctrl-C reaches it alone; killed in the end."""
        process = subprocess.Popen(
            self.line(*arguments),
            env=self.environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        given_up = threading.Timer(SECONDS, process.kill)
        given_up.start()
        try:
            with process:
                try:
                    yield process
                finally:
                    process.kill()
        finally:
            given_up.cancel()

    def environment(self, **more: str) -> dict[str, str]:
        return self._inherited | {"RAG_DATA_DIR": str(self.settings.data_dir), "PYTHONPATH": str(ROOT)} | more

    def line(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ingest.cli", *arguments]


class Events:
    def __init__(self, exit_code: int, said: str) -> None:
        *self.events, last = [json.loads(line) for line in said.splitlines()]
        self.exit_code = exit_code
        self.summary: dict[str, Any] = last["summary"]
        self.counts = {what: number for what, number in self.summary.items() if what not in ("bytes", "seconds")}

    def __getitem__(self, what: str) -> list[str]:
        """The names of the files with which this was done, sorted."""
        return sorted(event["path"].rpartition("/")[2] for event in self.events if event["event"] == what)


def interrupt(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Press Ctrl-C; the exit code, and what it said to standard error."""
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=SECONDS)
    return process.returncode, errors


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    monkeypatch.chdir(tmp_path)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # even where it is ignored, as under nohup
    yield Command(tmp_path)
    signal.signal(signal.SIGINT, before)
