"""`rag-ingest add`, into the data folder and through a server."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import termios
import zipfile
from contextlib import ExitStack, redirect_stdout
from pathlib import Path

import pytest

from ingest.bulk.origins import MAX_VALUE
from ingest.corpus import Corpus
from ingest.errors import IngestError, NotFound
from ingest.query import Query
from ingest.records import storage
from ingest.records.store_files import State
from tests import corpora
from tests.command import SECONDS, Command, rag_ingest
from tests.corpora import OpenCorpus
from tests.ingest.convert.pdf_files import with_scans
from tests.server import Server


def found(corpus: Corpus, words: str) -> list[str]:
    return sorted(corpora.found(corpus, words))


def many(folder: Path, number: int) -> Path:
    folder.mkdir()
    for each in range(number):
        (folder / f"heron{each}.txt").write_text(f"Heron number {each} eats frogs. " * 20)
    return folder


def test_a_folder_is_ingested_past_what_is_no_document_and_what_is_bad(
    command: Command, tmp_path: Path, open_corpus: OpenCorpus
) -> None:
    documents = tmp_path / "documents"
    for name in ("inner/deep", ".git", "node_modules", "drafts"):
        (documents / name).mkdir(parents=True)
        (documents / name / "bird.md").write_text(f"# Bird in {name}")
    (documents / "a.txt").write_text("Herons eat frogs.")
    (documents / "empty.txt").touch()
    (documents / "picture.xyz").write_text("no text")
    (documents / ".hidden.txt").write_text("not for you")
    (documents / "broken.pdf").write_text("no PDF at all, but text with a wrong ending \0\1")
    (documents / "round.txt").symlink_to("round.txt")
    (documents / "nowhere.txt").symlink_to("gone.txt")
    (documents / "inner" / "up").symlink_to("..")
    Path(os.fsdecode(os.fsencode(documents) + b"/caf\xe9.txt")).write_text("Coffee for herons.")
    with zipfile.ZipFile(documents / "papers.zip", "w") as archive:
        archive.writestr("owls/owl.txt", "Owls eat mice.")
        archive.writestr("../escaped.txt", "Out of the archive.")
        archive.writestr("more.zip", "an archive")

    added = command.events("add", "documents", "--exclude", "drafts", "--attribute", "year=2024")

    assert added["added"] == ["a.txt", "bird.md", "caf\\xe9.txt", "owl.txt"]
    assert added["failed"] == ["broken.pdf", "escaped.txt", "more.zip", "round.txt"]
    assert added["skipped"] == ["empty.txt", "nowhere.txt", "picture.xyz", "up"]
    assert (added.exit_code, added.counts) == (1, {"added": 4, "failed": 4, "skipped": 4})
    assert not (tmp_path / "escaped.txt").exists()
    with open_corpus(command.settings) as corpus:
        assert found(corpus, "owls herons bird") == ["a.txt", "bird.md", "caf\\xe9.txt", "owls/owl.txt"]
        [owl] = corpus.passages.run(Query("owls", top_k=1), ["vs_default"])["documents"]
        assert owl.meta["attributes"]["year"] == 2024

    again = command("add", "documents", "--exclude", "drafts")
    assert again.returncode == 1
    assert "4 unchanged" in again.stdout
    assert "\nskipped 1: empty (documents/empty.txt)\n" in again.stdout
    assert again.stdout.count("failed   documents/broken.pdf  ('broken.pdf' is not a PDF file") == 1


def test_what_is_named_is_expected_to_be_there_and_patterns_may_be_quoted(command: Command, tmp_path: Path) -> None:
    many(tmp_path / "birds", 3)
    (tmp_path / "birds" / "picture.xyz").write_text("no text")

    added = command.events("add", "birds/**/*0.txt", "birds/*.xyz", "no*such", "birds/heron0.txt")
    assert (added["added"], added["skipped"]) == (["heron0.txt"], ["picture.xyz"])
    assert added["failed"] == ["no*such"]

    listed = command("add", "-", stdin="birds/heron1.txt\nbirds/picture.xyz\n\nmissing.txt\n").stdout
    assert sorted(re.findall(r"^(added|failed) +(\S+)", listed, re.M)) == [
        ("added", "birds/heron1.txt"),
        ("failed", "birds/picture.xyz"),
        ("failed", "missing.txt"),
    ]
    with pytest.raises(NotFound, match="'vs_nope' exists"):
        command.events("add", "birds", "--store", "vs_nope")


def test_what_changed_replaces_what_was_and_the_rest_is_left_alone(
    command: Command, tmp_path: Path, open_corpus: OpenCorpus
) -> None:
    birds = many(tmp_path / "birds", 3)
    deep = birds.joinpath(*["a name of forty characters, more or less"] * (MAX_VALUE // 40))
    deep.mkdir(parents=True)
    (deep / "crane.txt").write_text("Far below, a crane.")
    assert command.events("add", "birds").counts == {"added": 4}
    (birds / "heron1.txt").write_text("Now it is a stork.")
    os.utime(birds / "heron2.txt", (1, 1))

    changed = command.events("add", "birds", "--attribute", "seen=true")

    assert (changed["changed"], changed["updated"]) == (["heron1.txt"], ["crane.txt", "heron0.txt", "heron2.txt"])
    with open_corpus(command.settings) as corpus:
        assert found(corpus, "frogs") == ["heron0.txt", "heron2.txt"]
        assert found(corpus, "stork") == ["heron1.txt"]
        assert len(corpus.files.list(limit=10).items) == 4
    assert command.events("add", "birds").counts == {"unchanged": 4}


@pytest.mark.parametrize("through", ["the data folder", "a server"])
def test_after_ctrl_c_it_goes_on_where_it_stopped(
    command: Command, tmp_path: Path, through: str, open_corpus: OpenCorpus
) -> None:
    number = 400 if through == "a server" else 1500  # more than the largest group, which comes to its end
    many(tmp_path / "birds", number)
    with ExitStack() as running:
        url = ["--url", running.enter_context(Server(tmp_path)).base_url] if through == "a server" else []
        with command.running("add", "birds", *url) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("added")
            os.killpg(process.pid, signal.SIGINT)
            said, errors = process.communicate(timeout=SECONDS)
            code = process.returncode
        assert code == 130
        assert re.search(r"^([\d,]+ added, )?[1-9][\d,]* pending; ", said, re.MULTILINE)
        assert "nothing to do" not in said
        assert "stopped. What was taken in is safe" in errors
        assert "Traceback" not in errors

        rest = command.events("add", "birds", *url)

        assert rest.exit_code == 0
        assert rest.counts.get("added", 0) + rest.counts.get("unchanged", 0) == number
    with open_corpus(command.settings) as corpus:
        assert {state: count for state, count in corpus.stores.get("vs_default").counts.items() if count} == {
            State.DONE: number
        }
        names = [file.filename for file in corpus.files.list(limit=number).items]
        assert len(names) == len(set(names)) == corpus.index.store.count_documents() == number


def test_through_a_server_it_wants_a_key_and_names_the_files_that_are_refused(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    birds = many(tmp_path / "birds", 2)
    (birds / "broken.pdf").write_text("no PDF \0\1")
    (birds / "large.txt").write_bytes(b"heron " * 1_000_000)
    (birds / "larger.txt").write_bytes(b"stork " * 720_000)
    (birds / "scans.pdf").write_bytes(with_scans())
    with Server(tmp_path, {"RAG_API_KEYS": "secret", "RAG_MAX_FILE_MB": "5"}) as server:
        url = ["--url", server.base_url, "--store", "birds"]
        with pytest.raises(IngestError, match="Set OPENAI_API_KEY"):
            command.events("add", "birds", *url)

        monkeypatch.setenv("OPENAI_API_KEY", "secret")
        added = command.events("add", "birds", *url, "--attribute", "rare=true")

        assert added["added"] == ["heron0.txt", "heron1.txt", "larger.txt", "scans.pdf"]
        reasons = {event["path"].rpartition("/")[2]: event["reason"] for event in added.events if "reason" in event}
        assert reasons.keys() == {"broken.pdf", "large.txt"}
        assert [event["note"][:28] for event in added.events if "note" in event] == ["1 of 2 pages (2) has no text"]
        assert "not a PDF" in reasons["broken.pdf"]
        assert "larger than 5,242,880 bytes" in reasons["large.txt"]
        client = server.client("secret")
        [store] = [store for store in client.vector_stores.list() if store.name == "birds"]
        attributes = [file.attributes or {} for file in client.vector_stores.files.list(store.id)]
        assert all(each["rare"] is True and str(each["source"]).startswith(str(tmp_path)) for each in attributes)
        assert client.vector_stores.retrieve("vs_default").file_counts.total == 0

        (birds / "heron0.txt").write_text("A stork.")
        again = command.events("add", "birds", *url)
        assert again.counts == {"changed": 1, "unchanged": 3, "failed": 2}
        assert len(list(client.files.list())) == 5

        storage.limit(command.settings, max_files=5)
        (birds / "more.txt").write_text("One more.")
        more = command.events("add", "birds", *url)
        assert more.counts == {"unchanged": 4, "failed": 3}
        [reason] = [event["reason"] for event in more.events if event["path"].endswith("more.txt")]
        assert "The quota of this project is 5 files" in reason
        server.stop()


def test_what_was_not_read_of_a_file_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "scans.pdf").write_bytes(with_scans())
    added = command("add", "scans.pdf")
    assert added.stdout.startswith("added    scans.pdf  (1 of 2 pages (2) has no text")
    assert (added.returncode, "1 added" in added.stdout) == (0, True)


ODD_NAMES = {
    "new\nline.txt": r"new\nline.txt",
    "\x1b[2Jclear.txt": r"\x1b[2Jclear.txt",
    "\x9b31mred.txt": r"\x9b31mred.txt",
    "\u202etxt.exe.txt": r"\u202etxt.exe.txt",
    "\u2028.txt": r"\u2028.txt",
    "-rf.txt": "-rf.txt",
    "鷺.txt": r"\u9dfa.txt",  # as ASCII is all that is wanted
}


def test_names_that_would_steer_a_terminal_are_escaped(command: Command, tmp_path: Path) -> None:
    birds = tmp_path / "birds"
    birds.mkdir()
    for name in ODD_NAMES:
        (birds / name).write_text(f"A heron called {name!r}.")
    (birds / "broken\x1b[2J.pdf").write_text("no PDF \0\1")

    listed = "".join(f"birds/{name}\0" for name in ODD_NAMES)
    added = command("add", "-0", "-", stdin=listed, PYTHONIOENCODING="ascii")

    assert added.returncode == 0
    assert set(re.findall(r"^added +birds/(.+)$", added.stdout, re.M)) == {*ODD_NAMES.values()}
    assert "Traceback" not in added.stderr
    with redirect_stdout(io.StringIO()) as said:
        assert rag_ingest(command.settings, "add", "birds", "--json", "--attribute", "x=1") == 1
    lines = said.getvalue().removesuffix("\n").split("\n")
    assert all(map(str.isprintable, lines))
    assert {Path(json.loads(line)["path"]).name for line in lines[:-1]} == {*ODD_NAMES, "broken\x1b[2J.pdf"}


def test_a_list_that_ends_its_paths_in_another_way_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    listed = command("add", "-", stdin="a.txt\0b.txt\0")
    assert (listed.returncode, "the list has NULs: add -0" in listed.stdout) == (1, True)


def test_a_server_that_does_not_answer_is_told(command: Command) -> None:
    silent = command("add", ".", "--url", "http://127.0.0.1:9/v1")
    assert (silent.returncode, silent.stdout) == (1, "")
    assert "The server at http://127.0.0.1:9/v1/ does not answer" in silent.stderr
    assert "Traceback" not in silent.stderr


def test_on_a_terminal_a_bar_moves(command: Command, tmp_path: Path) -> None:
    many(tmp_path / "birds", 30)
    (tmp_path / "birds" / "broken.pdf").write_text("no PDF \0\1")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    line, environment = command.line("add", "birds"), command.environment()
    with subprocess.Popen(line, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.returncode == 1
    assert re.search(rb"\d+/31 .*files/s, [\d.]+ MB, [01] failed", said)
    assert b"30 added, 1 failed" in said or b"1 failed, 30 added" in said
    assert b"added    " not in said


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux tells that the other end is closed
        return b""
