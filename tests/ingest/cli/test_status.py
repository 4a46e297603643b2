"""`rag-ingest status`: of all stores or of one, in the data folder and through a server."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Protocol

import pytest

from ingest.cli.status import SHOWN_FAILURES, SHOWN_NOTES
from ingest.convert.sandbox import Sandbox
from ingest.corpus import Parts, open_corpus
from ingest.settings import Settings
from tests.command import Command, rag_ingest
from tests.corpora import OpenCorpus, put, settings_in
from tests.ingest.convert.pdf_files import with_scans
from tests.server import Server

FAILURES = SHOWN_FAILURES + 2
STORES = 1100  # more than come in a page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """Its data folder has a store with three files that can be found, one of them without a page, and one that failed;
    the default store has one. Then come a store of failures only, and very many that are empty. The tests only look."""
    folder = tmp_path_factory.mktemp("status")
    files = {"heron.txt": b"Herons eat frogs.", "owl.txt": b"Owls eat mice.", "scans.pdf": with_scans()}
    with open_corpus(settings_in(folder / "store"), Parts(sandbox=sandbox)) as corpus:
        birds = corpus.stores.add("birds", {})
        for name, content in (files | {"broken.pdf": b"no PDF \0\1"}).items():
            put(corpus, name, content, birds.id)
        put(corpus, "owl.txt", "Owls eat mice.")
        bad = corpus.stores.add("bad\n", {})
        corpus.worker.run_until_idle()
    with closing(sqlite3.connect(folder / "store" / "records.db")) as records, records:
        for number in range(FAILURES):
            copy(records, "files", {"id": f"file-{number}", "filename": f"{number}\x1b[2J\n.pdf"}, "broken.pdf")
            its = {"id": f"sf_{number}", "file_id": f"file-{number}", "store_id": bad.id}
            copy(records, "store_files", its, "failed")
        for number in range(STORES):
            copy(records, "stores", {"id": f"vs_{number}"}, "default")
    return folder


def copy(records: sqlite3.Connection, table: str, changes: dict[str, str], of: str) -> None:
    """Insert a row like the one with this name or state."""
    records.row_factory = sqlite3.Row
    key = {"files": "filename", "store_files": "state", "stores": "name"}[table]
    row = dict(records.execute(f"SELECT * FROM {table} WHERE {key} = ?", [of]).fetchone()) | changes
    del row["seq"]
    marks = ", ".join("?" * len(row))
    records.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


@pytest.fixture(scope="module")
def birds(folder: Path) -> str:
    """The id of that store."""
    with closing(sqlite3.connect(folder / "store" / "records.db")) as records:
        return str(records.execute("SELECT id FROM stores WHERE name = 'birds'").fetchone()[0])


@pytest.fixture(scope="module", params=["the data folder", "a server"])
def place(request: pytest.FixtureRequest, folder: Path) -> Iterator[list[str]]:
    """The arguments that lead to the stores: the same is said here as there."""
    with ExitStack() as running:
        url: list[str] = []
        if request.param == "a server":
            url = ["--url", running.enter_context(Server(folder)).base_url]
        yield url


@pytest.fixture
def command(folder: Path) -> Command:
    return Command(folder)


class Say(Protocol):
    def __call__(self, *words: str) -> str: ...


@pytest.fixture
def say(folder: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """What the command prints, run in this process; it has to end well."""

    def say(*words: str) -> str:
        assert rag_ingest(settings_in(folder / "store"), *words) == 0
        said = capsys.readouterr()
        assert said.err == ""
        return said.out

    return say


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.splitlines()]


def test_all_stores_stand_in_a_table_when_none_is_named(say: Say, birds: str, place: list[str]) -> None:
    told = rows(say("status", *place))
    assert told[0] == ["id", "done", "pending", "failed", "cancelled", "bytes", "name"]
    assert [[row[0], *row[1:5], row[-1]] for row in told[1:3]] == [
        ["vs_default", "1", "0", "0", "0", "default"],
        [birds, "3", "0", "1", "0", "birds"],
    ]
    assert all(int(row[5]) > 0 for row in told[1:3])


def test_a_store_that_is_named_tells_what_failed_and_what_was_not_read_and_why(
    say: Say, birds: str, place: list[str]
) -> None:
    told = say("status", "birds", *place)
    first, *lines = told.splitlines()
    assert first.startswith(f"store {birds} (birds): 4 files, ")
    assert lines[:3] == ["       3 done", "       1 failed", "failed:"]
    assert lines[3].startswith("  broken.pdf  ('broken.pdf' is not a PDF file")
    assert lines[4] == "not read in full:"
    [noted] = lines[5:]
    assert noted.startswith("  scans.pdf  (1 of 2 pages (2) has no text")
    assert say("status", birds, *place) == told
    assert say("status", "vs_default", *place).endswith("\n       1 done\n")


@pytest.mark.parametrize("unknown", ["herons", "vs_nope"])
def test_a_store_that_is_not_there_is_a_fault(command: Command, place: list[str], unknown: str) -> None:
    told = command("status", unknown, *place)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("rag-ingest: No ")
    assert repr(unknown) in told.stderr
    assert told.stderr.count("\n") == 1


def test_of_very_many_stores_all_are_told(say: Say, place: list[str]) -> None:
    told = rows(say("status", *place))
    assert [row[0] for row in told[4:]] == [f"vs_{number}" for number in range(STORES)]


def test_of_very_many_failures_the_first_are_told_and_none_moves_the_cursor(say: Say, place: list[str]) -> None:
    told = say("status", "bad\n", *place)
    assert told.count("\n") == SHOWN_FAILURES + 4
    assert told.count(r"\x1b[2J\n.pdf  (") == SHOWN_FAILURES
    assert told.endswith("\n  and 2 more\n")
    assert "\x1b" not in told + say("status", *place)


def test_of_very_many_notes_a_few_are_told_and_the_rest_counted(
    settings: Settings, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        for number in range(SHOWN_NOTES + 3):
            put(corpus, f"{number}.txt", "Owls eat mice.")
        corpus.worker.run_until_idle()
        with corpus.database.write() as connection:
            connection.exec_driver_sql("UPDATE store_files SET message = 'a page was not read' WHERE seq > 1")
    assert rag_ingest(settings, "status", "default") == 0
    *_, told = capsys.readouterr().out.partition("not read in full:\n")
    names = [f"  {number}.txt  (a page was not read)" for number in range(1, SHOWN_NOTES + 1)]
    assert told.splitlines() == [*names, "  and 2 more"]


def test_what_older_converters_read_is_told_below_the_table(
    settings: Settings, capsys: pytest.CaptureFixture[str], open_corpus: OpenCorpus
) -> None:
    with open_corpus(settings) as corpus:
        put(corpus, "owl.txt", "Owls eat mice.")
        corpus.worker.run_until_idle()
        with corpus.database.write() as connection:
            connection.exec_driver_sql("UPDATE store_files SET converter = 'text 0'")
    assert rag_ingest(settings, "status") == 0
    table, last = capsys.readouterr().out.rstrip().rsplit("\n", 1)
    assert table.endswith("  default")
    assert last.startswith("1 file was read by an older converter (text 0: 1 file): rag-ingest reindex --outdated ")


def test_a_data_folder_in_use_is_told_with_the_way_through_its_server(tmp_path: Path, open_corpus: OpenCorpus) -> None:
    command = Command(tmp_path)
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
