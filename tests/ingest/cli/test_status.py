"""`rag-ingest status`: of all stores or of one, in the data folder and through a server."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ingest.bulk.report import SHOWN_FAILURES
from tests.command import Command
from tests.corpora import OpenCorpus
from tests.server import Server


@pytest.fixture
def birds(command: Command, tmp_path: Path, open_corpus: OpenCorpus) -> str:
    """The id of a store with two files that can be found and one that failed; the default store has one, too."""
    folder = tmp_path / "birds"
    folder.mkdir()
    (folder / "heron.txt").write_text("Herons eat frogs.")
    (folder / "owl.txt").write_text("Owls eat mice.")
    (folder / "broken.pdf").write_text("no PDF \0\1")
    assert command.events("add", "birds", "--store", "birds").counts == {"added": 2, "failed": 1}
    assert command.events("add", "birds/owl.txt").counts == {"added": 1}
    with open_corpus(command.settings) as corpus:
        return corpus.stores.find("birds")


@pytest.fixture(params=["the data folder", "a server"])
def place(request: pytest.FixtureRequest, birds: str, tmp_path: Path) -> Iterator[list[str]]:
    """The arguments that lead to the stores: the same is said here as there."""
    with ExitStack() as running:
        url: list[str] = []
        if request.param == "a server":
            url = ["--url", running.enter_context(Server(tmp_path)).base_url]
        yield url


def rows(told: "subprocess.CompletedProcess[str]") -> list[list[str]]:
    assert (told.returncode, told.stderr) == (0, "")
    return [line.split() for line in told.stdout.splitlines()]


def test_all_stores_stand_in_a_table_when_none_is_named(command: Command, birds: str, place: list[str]) -> None:
    told = rows(command("status", *place))
    assert told[0] == ["id", "done", "pending", "failed", "cancelled", "bytes", "name"]
    assert [[row[0], *row[1:5], row[-1]] for row in told[1:]] == [
        ["vs_default", "1", "0", "0", "0", "default"],
        [birds, "2", "0", "1", "0", "birds"],
    ]
    assert all(int(row[5]) > 0 for row in told[1:])


def test_a_store_that_is_named_tells_what_failed_and_why(command: Command, birds: str, place: list[str]) -> None:
    told = command("status", "birds", *place)
    assert (told.returncode, told.stderr) == (0, "")
    first, *lines = told.stdout.splitlines()
    assert first.startswith(f"store {birds} (birds): 3 files, ")
    assert lines[:3] == ["       2 done", "       1 failed", "failed:"]
    assert len(lines) == 4
    assert lines[3].startswith(f"  {command.folder.resolve()}/birds/broken.pdf  ('broken.pdf' is not a PDF file")
    assert command("status", birds, *place).stdout == told.stdout
    assert command("status", "vs_default", *place).stdout.endswith("\n       1 done\n")


@pytest.mark.parametrize("unknown", ["herons", "vs_nope"])
def test_a_store_that_is_not_there_is_a_fault(command: Command, place: list[str], unknown: str) -> None:
    told = command("status", unknown, *place)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("rag-ingest: No ")
    assert repr(unknown) in told.stderr
    assert told.stderr.count("\n") == 1


def test_of_very_many_stores_all_are_told(command: Command, birds: str, place: list[str]) -> None:
    with closing(sqlite3.connect(command.settings.data_dir / "records.db")) as records, records:
        columns = "name, description, metadata, created_at, last_active_at, expires_days"
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        copies = f"SELECT 'vs_' || i, {columns} FROM n, stores WHERE id = 'vs_default' ORDER BY i"
        records.execute(f"INSERT INTO stores (id, {columns}) {numbers} {copies}")
    told = rows(command("status", *place))
    assert [row[0] for row in told[1:]] == ["vs_default", birds, *(f"vs_{n}" for n in range(1, 2501))]


def test_of_very_many_failures_the_first_are_told_and_none_moves_the_cursor(
    command: Command, place: list[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    for number in range(SHOWN_FAILURES + 2):
        (bad / f"{number}\x1b[2J\n.pdf").write_text("no PDF \0\1")
    assert command.events("add", "bad", "--store", "bad\n", *place).counts == {"failed": SHOWN_FAILURES + 2}
    told = command("status", "bad\n", *place).stdout
    assert told.count("\n") == SHOWN_FAILURES + 4
    assert told.count(r"\x1b[2J\n.pdf  (") == SHOWN_FAILURES
    assert told.endswith("\n  and 2 more\n")
    assert "\x1b" not in told + command("status", *place).stdout


def test_a_data_folder_in_use_is_told_with_the_way_through_its_server(
    command: Command, open_corpus: OpenCorpus
) -> None:
    with open_corpus(command.settings):
        refused = command("status")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "in use by the process" in refused.stderr
    assert "--url http://127.0.0.1:8001/v1" in refused.stderr


def test_a_server_wants_its_key_and_one_that_is_not_there_is_told(command: Command, tmp_path: Path) -> None:
    with Server(tmp_path, {"RAG_API_KEYS": "secret"}) as server:
        url = ["--url", server.base_url]
        refused = command("status", *url)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Set OPENAI_API_KEY" in refused.stderr
        assert command("status", *url, "--api-key", "secret").returncode == 0
        assert command("status", *url, OPENAI_API_KEY="secret").returncode == 0
    silent = command("status", *url, "--api-key", "secret")
    assert silent.returncode == 1
    assert "does not answer" in silent.stderr
    assert "Traceback" not in refused.stderr + silent.stderr


class Website(BaseHTTPRequestHandler):
    """Answers whatever is asked with one page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>Welcome")

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    "words", [["status"], ["status", "birds"], ["add", "a.txt"], ["add", "a.txt", "--store", "birds"]]
)
def test_a_web_server_of_another_kind_is_told_as_such(command: Command, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    with ThreadingHTTPServer(("127.0.0.1", 0), Website) as website:
        serving = Thread(target=website.serve_forever)
        serving.start()
        told = command(*words, "--url", f"http://127.0.0.1:{website.server_port}/v1")
        website.shutdown()
        serving.join()
    assert told.returncode == 1
    assert "is no server of vector stores" in told.stderr
    assert "Traceback" not in told.stderr
