"""`rag-ingest worker`: a process that ingests what others have taken in."""

import signal
from pathlib import Path

from sqlalchemy import func, select

from ingest import projects
from ingest.data_folder import RECORDS
from ingest.projects import Folders
from ingest.records import schema, sqlite
from ingest.records.database import Database
from ingest.records.store_files import State
from tests.command import Command
from tests.corpora import OpenCorpus, put, wait_until
from tests.server import Server

rows = schema.store_files.c


def states(folder: Path) -> dict[State, int]:
    """How many files are in each state, seen from beside whoever has the folder."""
    database = Database.open(sqlite.url(folder / RECORDS))
    try:
        with database.read() as connection:
            counted = connection.execute(select(rows.state, func.count()).group_by(rows.state))
            return {State(state): number for state, number in counted}
    finally:
        database.close()


def test_it_ingests_what_is_there_in_all_projects_until_it_is_told_to_stop(
    command: Command, open_corpus: OpenCorpus
) -> None:
    folder = command.settings.data_dir
    with open_corpus(command.settings) as corpus:
        put(corpus, "a.txt", "Herons eat frogs.")
    other = Folders(folder).make("other")
    with open_corpus(command.settings.of_project(other)) as corpus:
        put(corpus, "b.txt", "Storks eat frogs.")
    with command.running("worker") as process:
        wait_until(lambda: states(folder) == {State.DONE: 1})
        wait_until(lambda: states(projects.folder_of(folder, other)) == {State.DONE: 1})
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said


def test_what_it_has_not_ended_when_it_is_told_to_stop_is_no_suspect(command: Command, open_corpus: OpenCorpus) -> None:
    folder = command.settings.data_dir
    with open_corpus(command.settings) as corpus:
        for n in range(60):  # each takes a while
            put(corpus, f"{n}.txt", f"Heron {n} flies. " * 40_000)
    with command.running("worker") as process:
        wait_until(lambda: states(folder).get(State.RUNNING, 0) > 0)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said
    left = states(folder)
    assert State.RUNNING not in left and State.FAILED not in left and left[State.PENDING] > 0
    with open_corpus(command.settings) as corpus, corpus.database.read() as connection:
        assert connection.scalar(select(func.max(rows.crashes))) == 0


def test_a_server_that_only_answers_leaves_files_to_a_worker(tmp_path: Path, command: Command) -> None:
    with Server(tmp_path, {"RAG_WORKER": "off"}) as server:
        server.client().files.create(file=("a.txt", b"Herons eat frogs."), purpose="assistants")
        refused = command("worker")
        assert refused.returncode == 1
        assert "in use by the process" in refused.stderr and "RAG_DATABASE_URL" in refused.stderr
        assert states(tmp_path / "store") == {State.PENDING: 1}
        assert server.stop() == 0
    with command.running("worker") as process:
        wait_until(lambda: states(tmp_path / "store") == {State.DONE: 1})
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
