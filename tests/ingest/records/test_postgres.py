"""PostgreSQL's own ways: its errors in words, connections that are lost, and one database for many processes."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text

from ingest import projects
from ingest.data_folder import ACCESS, ANSWERS, RECORDS
from ingest.errors import Invalid, NotFound, StorageFailed
from ingest.projects import Projects
from ingest.records import postgres, schema
from ingest.records.database import Database, open_database
from ingest.records.projects import open_projects
from ingest.settings import Settings
from tests.corpora import settings_in
from tests.databases import run, url_of
from tests.processes import free_port

pytestmark = pytest.mark.databases("postgresql")

ROW = {"id": "file-1", "filename": "a", "purpose": "p", "bytes": 1, "sha256": "x", "created_at": 1}
PASSWORD = "correct-horse"


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    with closing(open_database(settings)) as database:
        yield database


@pytest.fixture
def known(settings: Settings) -> Iterator[Projects]:
    with open_projects(settings) as known:
        yield known


def url(settings: Settings) -> str:
    assert settings.database_url
    return settings.database_url.get_secret_value()


def at(settings: Settings, changed: str) -> Settings:
    """The settings, with another address."""
    return settings_in(settings.data_dir, changed)


def as_user(settings: Settings, user: str) -> Settings:
    return at(settings, url(settings).replace("//rag@", f"//{user}:{PASSWORD}@"))


def refused(settings: Settings) -> str:
    with pytest.raises(StorageFailed) as told:
        open_database(settings)
    assert PASSWORD not in told.value.message
    return told.value.message


def test_where_nothing_listens_is_told(settings: Settings) -> None:
    port = free_port()
    told = refused(at(settings, f"postgresql://rag:{PASSWORD}@127.0.0.1:{port}/rag"))
    assert "PostgreSQL cannot be reached" in told
    assert f'"127.0.0.1", port {port} failed: Connection refused' in told


def test_a_database_that_is_not_there_is_told(settings: Settings) -> None:
    assert 'database "nowhere" does not exist: make that database' in refused(
        at(settings, url(settings).rpartition("/")[0] + "/nowhere")
    )


def test_the_tables_of_an_empty_database_may_be_made_by_two_at_once(settings: Settings) -> None:
    with (
        ThreadPoolExecutor() as threads,
        closing(Database.open(postgres.url(url(settings), "first"))),  # its connection, used again, has made a schema
        postgres.new_connection(postgres.server(url(settings))) as other,
    ):
        with other.transaction():
            other.execute(postgres.take_turn("second"))
            second = threads.submit(Database.open, postgres.url(url(settings), "second"))
            wait_until_one_waits(other)
            other.execute("CREATE SCHEMA second")
        second.result().close()


def wait_until_one_waits(connection: Any) -> None:
    until = time.monotonic() + 60
    while not connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_user_who_may_not_come_in_is_told(settings: Settings) -> None:
    assert "does not let us in" in refused(as_user(settings, "nobody"))


@pytest.fixture
def user(postgres_server: Engine, settings: Settings) -> Iterator[Callable[[str], Settings]]:
    """Settings with a new user, who has these options."""
    name = f"user_{settings.data_dir.parent.name[-12:]}_{url(settings)[-12:]}".replace("-", "_")

    def make(options: str) -> Settings:
        run(postgres_server, f'CREATE ROLE "{name}" LOGIN {options}')
        return as_user(settings, name)

    yield make
    run(postgres_server, f'DROP ROLE "{name}"')


def test_a_user_without_rights_is_told_which(user: Callable[[str], Settings]) -> None:
    assert "permission denied" in refused(user("").of_project("herons.0123"))


def test_too_many_connections_are_told_with_what_to_do(user: Callable[[str], Settings]) -> None:
    assert "max_connections" in refused(user("CONNECTION LIMIT 0"))


def test_a_database_that_lacks_letters_is_refused(postgres_server: Engine, settings: Settings) -> None:
    name = f"ascii_{url(settings)[-12:]}"
    run(postgres_server, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    assert "the encoding SQL_ASCII" in refused(at(settings, url_of(postgres_server, name)))
    run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def test_a_standby_is_told_and_can_be_read(postgres_server: Engine, settings: Settings) -> None:
    name = url(settings).rpartition("/")[2]
    run(postgres_server, f"ALTER DATABASE {name} SET default_transaction_read_only TO on")
    with closing(open_database(settings)) as database:
        with database.read() as connection:
            assert connection.scalar(select(schema.files.c.id)) is None
        with pytest.raises(StorageFailed, match="lead to the primary"), database.write() as connection:
            connection.execute(insert(schema.files).values(ROW))


def test_a_name_that_cannot_be_kept_is_refused_in_words(database: Database) -> None:
    with pytest.raises(Invalid, match="NUL"), database.read() as connection:
        connection.execute(select(schema.files.c.id).where(schema.files.c.id == "file-\0"))


def test_metadata_is_found_by_its_pairs_whatever_is_in_them(settings: Settings) -> None:
    from rag_api.history import open_history
    from rag_api.history.completions import Completion

    pairs = {"it's": 'a "b" \\ c', "größe": "Ü 🦢"}
    with open_history(settings) as history:
        history.completions.add(Completion("chatcmpl_1", 1, "m", pairs, {}, []))
        for asked, found in ((pairs, 1), ({"größe": "Ü 🦢"}, 1), ({"größe": "U"}, 0), ({"a": "b"}, 0)):
            assert len(history.completions.list(model=None, metadata=asked, limit=9).items) == found


def end_connections(postgres_server: Engine, settings: Settings) -> None:
    """As a restart of the server does."""
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url(settings)[-17:]}'"
    run(postgres_server, ended)


def test_connections_that_were_lost_meanwhile_are_made_anew(
    database: Database, settings: Settings, postgres_server: Engine
) -> None:
    end_connections(postgres_server, settings)
    with database.write() as connection:
        connection.execute(insert(schema.files).values(ROW))
    end_connections(postgres_server, settings)
    with database.read() as connection:
        assert connection.scalar(select(schema.files.c.id)) == "file-1"


def test_a_connection_that_is_lost_within_a_transaction_is_told_and_nothing_is_written(
    database: Database, settings: Settings, postgres_server: Engine
) -> None:
    with pytest.raises(StorageFailed, match="cannot be reached"), database.write() as connection:
        connection.execute(insert(schema.files).values(ROW))
        end_connections(postgres_server, settings)
    with database.read() as connection:
        assert connection.scalar(select(schema.files.c.id)) is None


def test_who_waits_too_long_for_another_process_is_told(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_database(settings)) as other, other.write():
        monkeypatch.setattr("ingest.records.postgres.BUSY_TIMEOUT_S", 0.05)
        with pytest.raises(StorageFailed, match="busy"), database.write():
            pass


def test_what_need_not_wait_for_others_does_not(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.records.postgres.BUSY_TIMEOUT_S", 0.05)
    with closing(open_database(settings)) as other, other.write(), database.write(waits=False) as connection:
        connection.execute(insert(schema.files).values(ROW))
    with database.read() as connection:
        assert connection.scalar(select(schema.files.c.id)) == "file-1"


def test_the_tables_may_be_one_version_newer_and_not_two(database: Database, settings: Settings) -> None:
    newest = int(database.version() or 0)
    for ahead in (1, 2):
        with database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": f"{newest + ahead:04}"})
        if ahead == 1:
            open_database(settings).close()
        else:
            assert "newer version of this program" in refused(settings)


def test_two_processes_may_make_the_tables_at_the_same_time(settings: Settings) -> None:
    program = (
        "import sys; from ingest.settings import Settings; from ingest.records.database import open_database; "
        "settings = Settings(_env_file=None, data_dir='nowhere', database_url=sys.argv[1]).of_project('herons.0123'); "
        "print('ready', flush=True); input(); print(open_database(settings).version())"
    )
    line = [sys.executable, "-c", program, url(settings)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "ready\n"
        threading.Thread(target=other.communicate, args=("\n",)).start()
        with closing(open_database(settings.of_project("herons.0123"))) as database:
            version = database.version()
        assert other.wait(60) == 0
    with closing(open_database(settings)) as database:
        assert database.version() == version


def test_all_databases_of_a_process_share_a_few_connections(settings: Settings, postgres_server: Engine) -> None:
    with ExitStack() as opened:
        databases = [
            opened.enter_context(closing(open_database(settings, name))) for name in (RECORDS, ANSWERS, ACCESS)
        ]
        for database in databases * 5:
            with database.read():
                pass
        there = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{url(settings)[-17:]}'"
        with closing(postgres_server.connect()) as connection:
            assert connection.exec_driver_sql(there).scalar() == 1


def test_a_project_is_a_schema_that_is_made_once_and_deleted_whole(settings: Settings, known: Projects) -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(known.make("h" * 63))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and len(set(made)) == 1
    other = known.make("herons")
    assert known.ids() == ["default", *sorted([made[0], other])]
    assert projects.find(known, "herons") == other
    for project in (made[0], other):
        with closing(open_database(settings.of_project(project))) as database, database.write() as connection:
            connection.execute(insert(schema.files).values(ROW | {"filename": project}))
    known.delete(made[0])
    with pytest.raises(NotFound):
        known.check(made[0])
    assert known.ids() == ["default", other]
    with closing(open_database(settings.of_project(other))) as database, database.read() as connection:
        assert connection.scalar(select(schema.files.c.filename)) == other
        schemas = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rag\\_h%'")).all()
    assert sorted(schemas) == sorted(postgres.schemas_of(other))
    with pytest.raises(Invalid):
        known.delete("default")


def test_who_has_a_project_open_that_another_server_deleted_is_told(settings: Settings, known: Projects) -> None:
    project = known.make("herons")
    with closing(open_database(settings.of_project(project))) as database:
        known.delete(project)
        with pytest.raises(StorageFailed, match="it was deleted"), database.read() as connection:
            connection.execute(select(schema.files.c.id))


def test_records_of_a_folder_are_not_left_out_by_mistake(settings: Settings) -> None:
    settings.data_dir.mkdir()
    Path(settings.data_dir, RECORDS).touch()
    assert "unset it" in refused(settings)


def test_each_error_has_one_sentence(database: Database) -> None:
    for code, told in (
        ("53100", "disk of PostgreSQL is full"),
        ("XX001", "found damage"),
        ("40P01", "Another process"),
    ):
        raised = f"DO $$ BEGIN RAISE EXCEPTION 'odd' USING ERRCODE = '{code}'; END $$"
        with pytest.raises(StorageFailed, match=told), database.read() as connection:
            connection.exec_driver_sql(raised)
