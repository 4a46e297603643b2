"""A file that has taken its process over can do nothing to the server, by whatever this kernel has against it."""

import os
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.convert import confinement
from ingest.convert.confinement import landlock, seccomp
from ingest.convert.confinement.readable import readable_paths
from ingest.convert.confinement.system_calls import DENIED, FIRST_UNKNOWN
from ingest.convert.sandbox import Sandbox
from ingest.convert.sandbox.call import Call, Crashed, NotStarted, OutOfTime
from tests.ingest.convert.hostile import ATTEMPTS, BY_LANDLOCK, Target

FUNCTIONS = "tests.ingest.convert.hostile"
MEMORY = 256 << 20
LACKING = " and ".join(confinement.missing())

pytestmark = pytest.mark.skipif("seccomp" in LACKING, reason=f"the kernel lacks {LACKING}")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(workers=1, memory=MEMORY)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Another process of the same user, and a folder that only the server should touch."""
    store = tmp_path_factory.mktemp("store")
    (store / "records.db").write_text("all that is known")
    (store / "empty").mkdir()
    waiting = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, env={"OPENAI_API_KEY": "sk-secret"})
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_UNIX) as in_files, waiting:
        in_files.bind(str(store / "socket"))
        in_files.listen()
        yield Target(waiting.pid, str(store), listening.getsockname()[1], str(store / "socket"))
        waiting.kill()


@pytest.mark.parametrize("name", ATTEMPTS)
def test_none_of_what_it_would_try_is_let(sandbox: Sandbox, target: Target, name: str) -> None:
    if name in BY_LANDLOCK and "Landlock" in LACKING:
        pytest.skip(f"the kernel lacks {LACKING}")
    assert sandbox.call(f"{FUNCTIONS}:attempt", name, *target, seconds=10) is None
    assert Path(target.store, "records.db").read_text() == "all that is known"
    assert sorted(os.listdir(target.store)) == ["empty", "records.db", "socket"]
    os.kill(target.server, 0)


def test_the_file_that_is_read_can_be_read_and_not_changed(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("some words")
    assert sandbox.call(f"{FUNCTIONS}:read", seconds=10, file=path) == "some words"
    allowed = ["open its folder"] if "Landlock" in LACKING else []
    assert sandbox.call(f"{FUNCTIONS}:change_by_descriptor", seconds=10, file=path) == allowed
    assert path.read_text() == "some words"


def test_its_time_ends_though_it_cancels_timers_and_ignores_signals(sandbox: Sandbox) -> None:
    with pytest.raises(OutOfTime):
        sandbox.call(f"{FUNCTIONS}:spin_without_timers", seconds=0.2)


@pytest.mark.parametrize(
    "message",
    {
        "no JSON": (4).to_bytes(8, "little") + b"{{{{",
        "no list": (2).to_bytes(8, "little") + b"{}",
        "no answer": (4).to_bytes(8, "little") + b"[{}]",
        "a made up reason": (32).to_bytes(8, "little") + b'[{"failed": "x", "reason": "y"}]',
        "longer than all memory": (1 << 60).to_bytes(8, "little"),
        "cut short": (4).to_bytes(8, "little") + b"[",
    }.values(),
)
def test_an_answer_that_is_none_is_a_crash(sandbox: Sandbox, message: bytes) -> None:
    with pytest.raises(Crashed):
        sandbox.call(f"{FUNCTIONS}:send", message.hex(), seconds=10)


@pytest.mark.parametrize("number", [12_000_000, 300_000])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('[{"piece":[', "]}]"), ('[{"value":[', "]}]")])
def test_an_answer_of_many_small_values_takes_little_memory(
    sandbox: Sandbox, number: int, before: str, after: str
) -> None:
    def take(piece: object) -> None:
        raise ValueError("not what was asked for")

    tracemalloc.start()
    try:
        call = Call([number, before, after], 10, take=take)
        [answer] = sandbox.call_each(f"{FUNCTIONS}:send_values", [call])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(answer, Crashed | list)
    assert peak < 50 << 20


def test_an_answer_that_never_comes_to_its_end_is_out_of_time(sandbox: Sandbox) -> None:
    begun = (1 << 20).to_bytes(8, "little") + b"["
    with pytest.raises(OutOfTime):
        sandbox.call(f"{FUNCTIONS}:send", begun.hex(), 60, seconds=0.5)


def test_without_confinement_it_would_be_let(target: Target) -> None:
    """What the other tests try is possible but for the confinement; those that do no harm are tried here."""
    unconfined = Sandbox(workers=1, memory=MEMORY, mode="off")
    try:
        for name in ("read a file of the server", "read the environment of the server", "connect", "change the times"):
            with pytest.raises(Crashed, match="did it"):
                unconfined.call(f"{FUNCTIONS}:attempt", name, *target, seconds=10)
    finally:
        unconfined.close()


def test_only_packages_are_read_of_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").touch()
    (tmp_path / "store").mkdir()
    (tmp_path / ".env").touch()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    here = [path for path in readable_paths() if path.startswith(str(tmp_path))]
    assert here == [str(tmp_path / "package")]


def test_a_checkout_that_is_installed_is_read_though_it_is_on_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [entry for entry in sys.path if entry.endswith("-packages")])
    assert any(Path(confinement.__file__).is_relative_to(path) for path in readable_paths())


def test_a_kernel_that_has_neither_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(landlock, "CREATE_RULESET", 100_000)
    monkeypatch.setattr(seccomp, "ARCHITECTURES", {})
    lacking = confinement.missing()
    assert [why.partition(" ")[0] for why in lacking] == ["Landlock", "seccomp"]
    sandbox = Sandbox(workers=1, memory=MEMORY)
    sandbox.start()
    sandbox.close()
    assert "The kernel lacks Landlock (Function not implemented) and seccomp (" in caplog.text


@pytest.mark.skipif("Landlock" in LACKING, reason="nothing is missing that could be")
def test_what_a_worker_lacks_is_told_or_keeps_it_from_starting(caplog: pytest.LogCaptureFixture) -> None:
    for mode in ("auto", "require"):
        sandbox = Sandbox(workers=1, memory=MEMORY, mode=mode, first=(f"{FUNCTIONS}:without_landlock", []))
        try:
            if mode == "require":
                with pytest.raises(NotStarted, match="the kernel lacks Landlock"):
                    sandbox.call("os:getpid", seconds=10)
            else:
                assert sandbox.call("os:getpid", seconds=10)
                assert "The kernel lacks Landlock (Function not implemented):" in caplog.text
        finally:
            sandbox.close()


def test_each_number_is_denied_once() -> None:
    calls = DENIED.values()
    for numbers in ([call.x86_64 for call in calls], [call.aarch64 for call in calls]):
        known = [number for number in numbers if number is not None]
        assert len(known) == len(set(known))
        assert max(known) < FIRST_UNKNOWN
