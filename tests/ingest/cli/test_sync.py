"""`rag-ingest sync`: the store mirrors the folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from zipfile import ZipFile

import pytest

from ingest.errors import Invalid
from ingest.records import storage
from ingest.records.store_files import in_store
from tests.command import Command, interrupt, rag_ingest
from tests.corpora import OpenCorpus
from tests.server import Server


@pytest.fixture(params=["the data folder", "a server"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """The arguments that lead to the store: everything must work here as there."""
    with ExitStack() as running:
        url: list[str] = []
        if request.param == "a server":
            url = ["--url", running.enter_context(Server(tmp_path)).base_url]
        yield ["--store", "birds", *url]


def test_the_store_follows_what_is_new_changed_moved_and_deleted(
    command: Command, target: list[str], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.txt").write_text("A stork from elsewhere.")
    assert command.events("add", "elsewhere.txt", *target).counts == {"added": 1}
    birds = tmp_path / "birds"
    (birds / "inner").mkdir(parents=True)
    for name in ("heron", "owl", "kite", "crane", "wren"):
        (birds / f"{name}.txt").write_text(f"The {name} flies.")
    would = command.events("sync", "birds", *target, "--dry-run")
    assert would.counts == {"added": 5}
    first = command.events("sync", "birds", *target)
    assert first.counts == {"added": 5}
    ids = {event["path"]: event["file_id"] for event in first.events}

    (birds / "new.txt").write_text("The new one.")
    (birds / "owl.txt").write_text("The owl sits.")
    (birds / "kite.txt").rename(birds / "inner" / "kite.txt")
    (birds / "wren.txt").rename(birds / "renamed.txt")
    (birds / "crane.txt").unlink()
    would = command.events("sync", "birds", *target, "--dry-run")
    synced = command.events("sync", "birds", *target)

    expected = {
        "added": ["new.txt", "renamed.txt"],
        "changed": ["owl.txt"],
        "moved": ["kite.txt"],
        "deleted": ["crane.txt", "wren.txt"],
    }
    assert {what: synced[what] for what in expected} == {what: would[what] for what in expected} == expected
    assert synced.summary["unchanged"] == 1
    [moved] = [event for event in synced.events if event["event"] == "moved"]
    assert moved["file_id"] == ids[moved["before"]]
    assert command.events("sync", "birds", *target).counts == {"unchanged": 5}

    for path in birds.rglob("*.txt"):
        path.unlink()
    with pytest.raises(Invalid, match="--allow-empty"):
        command.events("sync", "birds", *target)
    birds.rename(tmp_path / "unmounted")
    with pytest.raises(Invalid, match="no folder"):
        command.events("sync", "birds", *target)
    (tmp_path / "unmounted").rename(birds)
    assert command.events("sync", "birds", *target, "--allow-empty").counts == {"deleted": 5}
    assert command.events("add", "elsewhere.txt", *target).counts == {"unchanged": 1}


def test_what_cannot_be_looked_at_is_not_taken_for_deleted(command: Command, tmp_path: Path) -> None:
    birds = tmp_path / "birds"
    birds.mkdir()
    (birds / "heron.txt").write_text("A heron.")
    (birds / "owl.txt").write_text("An owl.")
    assert command.events("sync", "birds", "--store", "birds").counts == {"added": 2}
    (birds / "owl.txt").unlink()
    (birds / "owl.txt").symlink_to("owl.txt")  # which cannot be opened
    synced = command.events("sync", "birds", "--store", "birds")
    assert (synced["failed"], synced["deleted"]) == (["owl.txt"], [])


def test_no_store_is_made_for_a_folder_that_is_missing(command: Command, open_corpus: OpenCorpus) -> None:
    with pytest.raises(Invalid, match="no folder"):
        command.events("sync", "birds", "--store", "birds")
    with open_corpus(command.settings) as corpus:
        assert [store.name for store in corpus.stores.list(limit=9).items] == ["default"]


def test_watching_follows_changes_and_outlives_faults(command: Command, target: list[str], tmp_path: Path) -> None:
    birds = tmp_path / "birds"
    birds.mkdir()
    (birds / "heron.txt").write_text("A heron.")
    with command.running("sync", "birds", *target, "--watch") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = iter(process.stdout.readline, "")
        assert next(line for line in said if line.startswith("added")) == "added    birds/heron.txt\n"
        (birds / "owl.txt").write_text("An owl.")
        assert next(line for line in said if line.startswith("added")) == "added    birds/owl.txt\n"
        os.replace(birds / "owl.txt", birds / "heron.txt")
        assert next(line for line in said if line.startswith("deleted")) == "deleted  birds/owl.txt\n"
        birds.rename(tmp_path / "away")
        while "no folder" not in process.stderr.readline():
            pass
        code, errors = interrupt(process)
    assert (code, "Traceback" in errors) == (130, False)


def test_a_quota_refuses_what_is_too_much_and_a_later_run_has_the_room_of_what_was_deleted(
    command: Command, target: list[str], tmp_path: Path
) -> None:
    birds = tmp_path / "birds"
    birds.mkdir()
    for name in ("heron", "owl"):
        (birds / f"{name}.txt").write_text(f"The {name} flies.")
    assert command.events("sync", "birds", *target).counts == {"added": 2}
    storage.limit(command.settings, max_files=2)
    (birds / "owl.txt").unlink()
    (birds / "kite.txt").write_text("The kite flies.")
    refused = command.events("sync", "birds", *target)
    assert refused.counts == {"unchanged": 1, "failed": 1, "deleted": 1}
    [reason] = [event["reason"] for event in refused.events if event["event"] == "failed"]
    assert "The quota of this project is 2 files, and with this upload it would keep 3" in reason
    assert command.events("sync", "birds", *target).counts == {"added": 1, "unchanged": 1}


def test_files_of_a_copied_site_have_their_addresses(command: Command, tmp_path: Path, open_corpus: OpenCorpus) -> None:
    site = tmp_path / "example.org"
    (site / "a b").mkdir(parents=True)
    (site / "index.html").write_text("<p>Herons.")
    (site / "a b" / "index.html").write_text("<p>Storks.")
    (site / "a b" / "größe#1.html").write_text("<p>Owls.")
    with ZipFile(site / "more.zip", "w") as archive:
        archive.writestr("page.html", "<p>Kites.")

    def synced(prefix: str, **counts: int) -> set[str | None]:
        run = command.events("sync", "example.org", "--store", "site", "--url-prefix", prefix)
        assert run.counts == counts
        with open_corpus(command.settings) as corpus:
            [store] = [each for each in corpus.stores.list(limit=9).items if each.name == "site"]
            files = corpus.store_files.list(in_store(store.id), limit=9).items
            return {str(file.attributes.get("url")) for file in files}

    expected = {"", "a%20b/", "a%20b/gr%C3%B6%C3%9Fe%231.html"}
    assert synced("https://example.org/", added=4) == {f"https://example.org/{path}" for path in expected} | {"None"}
    moved = {f"http://new.example/{path}" for path in expected} | {"None"}
    assert synced("http://new.example/", updated=3, unchanged=1) == moved
    assert synced("http://new.example/", unchanged=4) == moved


@pytest.mark.parametrize("prefix", ["example.org/", "https://example.org", "ftp://example.org/", "https://a:b@c.org/"])
def test_an_address_that_is_none_is_refused(command: Command, tmp_path: Path, prefix: str) -> None:
    ended = command("sync", str(tmp_path), "--store", "site", "--url-prefix", prefix)
    assert ended.returncode == 2
    assert "is no address of a folder on the web: give one such as https://example.org/docs/" in ended.stderr


def test_two_syncs_of_a_folder_at_once_take_in_each_file_once(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    birds = tmp_path / "birds"
    birds.mkdir()
    for number in range(30):
        (birds / f"heron{number}.txt").write_text(f"Heron {number}.")
    with Server(tmp_path) as server, ThreadPoolExecutor(2) as pool:
        sync = "sync", "birds", "--store", "vs_default", "--url", server.base_url
        assert list(pool.map(lambda _: rag_ingest(command.settings, *sync), range(2))) == [0, 0]
        assert sorted(file.filename for file in server.client().files.list()) == sorted(os.listdir(birds))
    said = capsys.readouterr()
    summaries = [line.split(";")[0] for line in said.out.splitlines() if " bytes in " in line]
    assert sorted(summaries) == ["30 added", "30 unchanged"]
    assert said.err.count("waiting for another sync of this folder") == 1


def test_a_folder_that_the_system_does_not_let_be_watched_is_looked_through(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"'
    limited = ["unshare", "--user", "--map-root-user", "sh", "-c", limit]
    if not shutil.which("unshare") or subprocess.run([*limited, "sh", "true"], capture_output=True).returncode:
        pytest.skip("this system does not let a test have limits of its own")
    for folder in ("a", "b", "c"):
        (tmp_path / "birds" / folder).mkdir(parents=True)
    (tmp_path / "birds" / "a" / "heron.txt").write_text("A heron.")
    program = "from ingest import cli; from ingest.cli import sync; sync.POLL_MS = 500; cli.main()"
    monkeypatch.setattr(command, "line", lambda *words: [*limited, "sh", sys.executable, "-c", program, *words])
    with command.running("sync", "birds", "--store", "vs_default", "--watch") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = iter(process.stdout.readline, "")
        assert next(line for line in said if line.startswith("added")) == "added    birds/a/heron.txt\n"
        assert "raise fs.inotify.max_user_watches." in process.stderr.readline()
        (tmp_path / "birds" / "c" / "owl.txt").write_text("An owl.")
        assert next(line for line in said if line.startswith("added")) == "added    birds/c/owl.txt\n"
        code, errors = interrupt(process)
    assert (code, "Traceback" in errors) == (130, False)
