import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from ingest.convert.sandbox import Sandbox
from ingest.convert.sandbox.call import Call, CalledOff, Crashed, OutOfMemory, OutOfTime
from ingest.convert.sandbox.worker import Worker
from ingest.errors import ConversionFailed
from tests.ingest.convert.neighbour import beside_a_busy_neighbour

ROOT = Path(__file__).parents[3]
FUNCTIONS = "tests.ingest.convert.sandboxed"

SECONDS = 30.0
MEMORY = 256 << 20

# What a program that uses the sandbox starts with; no guard for `__main__`.
PROGRAM = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from ingest.convert.sandbox import Sandbox
sandbox = Sandbox(workers=1, memory={MEMORY})
print(sandbox.call("{FUNCTIONS}:pid", seconds=30), flush=True)
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(workers=2, memory=MEMORY)
    yield sandbox
    sandbox.close()


def call(sandbox: Sandbox, function: str, *arguments: object, seconds: float = SECONDS) -> object:
    return sandbox.call(f"{FUNCTIONS}:{function}", *arguments, seconds=seconds)


def pieces(sandbox: Sandbox, function: str, *arguments: object, seconds: float = SECONDS) -> list[object]:
    """What a generator yields. Raises what ended it."""
    taken: list[object] = []
    call = Call(arguments, seconds, take=taken.append)
    [answer] = sandbox.call_each(f"{FUNCTIONS}:{function}", [call])
    if isinstance(answer, Exception):
        raise answer
    return taken


def fork_server_of(worker: int) -> psutil.Process:
    parent = psutil.Process(worker).parent()
    assert parent is not None
    return parent


def gone(*pids: int) -> bool:
    """Do these processes end within a few seconds?"""
    processes = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            processes.append(psutil.Process(pid))
    return not psutil.wait_procs(processes, timeout=10)[1]


def run(program: str, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", program], capture_output=True, text=True, timeout=60
    )


def test_it_answers_from_another_process(sandbox: Sandbox) -> None:
    assert call(sandbox, "echo", {"ä": [1, "\f", None]}) == {"ä": [1, "\f", None]}
    assert call(sandbox, "pid") != os.getpid()


def test_a_crash_fails_one_call_and_not_its_neighbours(sandbox: Sandbox, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    with ThreadPoolExecutor() as pool:
        neighbour = pool.submit(call, sandbox, "wait_for", str(flag))
        for _ in range(5):
            with pytest.raises(Crashed):
                call(sandbox, "abort")
        assert call(sandbox, "echo", 1) == 1
        assert not neighbour.done()
        flag.touch()
        assert neighbour.result() == "came"


def test_many_threads_get_their_own_answers_amid_crashes(sandbox: Sandbox) -> None:
    def ask(number: int) -> object:
        if number % 7 == 0:
            with pytest.raises(Crashed):
                call(sandbox, "abort")
            return number
        return call(sandbox, "echo", number)

    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(ask, range(200))) == list(range(200))


def test_of_many_calls_one_that_crashes_fails_alone(sandbox: Sandbox) -> None:
    calls = [Call([number], SECONDS) for number in range(20)]
    answers = list(sandbox.call_each(f"{FUNCTIONS}:abort_at_sevens", calls))
    assert [number for number, answer in enumerate(answers) if isinstance(answer, Crashed)] == [7, 14]
    assert [answer for answer in answers if not isinstance(answer, Crashed)] == [n for n in range(20) if n % 7 or not n]


def test_of_many_calls_each_has_its_own_time(sandbox: Sandbox) -> None:
    calls = [Call([seconds], 0.5) for seconds in (0.4, 0.4, 0.4, 60.0, 0.0)]
    answers = list(sandbox.call_each(f"{FUNCTIONS}:spin_for", calls))
    assert [type(answer) for answer in answers] == [float, float, float, OutOfTime, float]


def test_what_a_generator_yields_is_taken_piece_by_piece(sandbox: Sandbox) -> None:
    assert pieces(sandbox, "count_to", 3, 0) == [0, 1, 2]
    with pytest.raises(ConversionFailed, match="It ends here"):
        pieces(sandbox, "fail_after", 3)


def test_each_piece_has_the_time_of_the_call(sandbox: Sandbox) -> None:
    assert pieces(sandbox, "count_to", 3, 0.5, seconds=0.6) == [*range(3)]


def test_pieces_without_end_are_out_of_time(sandbox: Sandbox) -> None:
    with pytest.raises(OutOfTime):
        pieces(sandbox, "pieces_without_end", seconds=0.05)


def test_pieces_that_are_not_taken_end_the_call(sandbox: Sandbox) -> None:
    def refuse(piece: object) -> None:
        raise ConversionFailed("It is too much.")

    for take, error in ((refuse, ConversionFailed), (len, Crashed), (None, Crashed)):
        worker = call(sandbox, "pid")
        assert isinstance(worker, int)
        asked = Call([1 << 30, 0], SECONDS, take=take) if take else Call([1 << 30, 0], SECONDS)  # type: ignore[arg-type]
        [answer] = sandbox.call_each(f"{FUNCTIONS}:count_to", [asked])
        assert isinstance(answer, error)
        assert gone(worker)
    assert call(sandbox, "echo", 1) == 1


def test_a_call_that_is_not_wanted_any_more_ends_with_its_process() -> None:
    sandbox = Sandbox(workers=1, memory=MEMORY)
    try:
        worker = call(sandbox, "pid")
        assert isinstance(worker, int)
        with pytest.raises(CalledOff):
            sandbox.call(f"{FUNCTIONS}:spin", seconds=SECONDS, still_wanted=lambda: False)
        assert gone(worker)
    finally:
        sandbox.close()


@pytest.mark.parametrize("function", ["spin", "sleep"])
def test_what_does_not_end_is_out_of_time(sandbox: Sandbox, function: str) -> None:
    worker = call(sandbox, "pid")
    assert isinstance(worker, int)
    with pytest.raises(OutOfTime):
        call(sandbox, function, seconds=0.3)
    assert gone(worker)
    assert call(sandbox, "echo", 1) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="processes cannot be bound to a processor here")
def test_a_call_that_hardly_gets_the_processor_has_its_time_nevertheless(sandbox: Sandbox) -> None:
    worker = call(sandbox, "pid")
    assert isinstance(worker, int)
    with beside_a_busy_neighbour(worker):
        assert call(sandbox, "spin_on_the_processor_for", 0.03, seconds=0.06) == "done"
        with pytest.raises(OutOfTime) as ended:
            call(sandbox, "spin", seconds=0.2)
    assert ended.value.busy


def test_memory_is_limited_to_what_was_given(sandbox: Sandbox) -> None:
    assert call(sandbox, "allocate", 200) == 200 << 20
    with pytest.raises(OutOfMemory):
        call(sandbox, "allocate", 257)
    assert call(sandbox, "allocate", 200) == 200 << 20


def test_a_fault_of_ours_is_logged_whole(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Crashed, match="ValueError: a fault of ours"):
        call(sandbox, "fail")
    assert "sandboxed.py" in caplog.text


def test_workers_do_not_see_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    sandbox = Sandbox(workers=1, memory=MEMORY)
    try:
        seen = call(sandbox, "environment")
        worker = call(sandbox, "pid")
        assert isinstance(worker, int)
        given = psutil.Process(worker).environ()
    finally:
        sandbox.close()
    assert "PYTHONPATH" in given
    assert "sk-secret" not in f"{seen} {given}"


def test_workers_cannot_write_files(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(Crashed, match=r"not permitted|File too large"):  # by the kernel's means, or by a limit
        call(sandbox, "write", str(tmp_path / "file"))


def test_workers_have_none_of_our_files(sandbox: Sandbox, tmp_path: Path) -> None:
    with (tmp_path / "ours").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        names = call(sandbox, "open_files")
    assert isinstance(names, list)
    assert len([name for name in names if name.startswith("socket:")]) == 1
    assert {name for name in names if not name.startswith("socket:")} == {os.devnull}


def test_who_reads_files_has_no_threads_that_a_worker_would_miss(sandbox: Sandbox) -> None:
    worker = call(sandbox, "pid")
    assert isinstance(worker, int)
    assert [process.num_threads() for process in (fork_server_of(worker), psutil.Process(worker))] == [1, 1]


def test_workers_are_replaced_after_some_calls() -> None:
    sandbox = Sandbox(workers=1, memory=MEMORY, calls_per_worker=2)
    try:
        first, again, second = (call(sandbox, "pid") for _ in range(3))
    finally:
        sandbox.close()
    assert first == again != second


def test_a_worker_killed_while_idle_is_replaced() -> None:
    sandbox = Sandbox(workers=1, memory=MEMORY)
    worker = call(sandbox, "pid")
    assert isinstance(worker, int)
    os.kill(worker, signal.SIGKILL)
    assert gone(worker)
    assert call(sandbox, "echo", 1) == 1
    sandbox.close()


def test_a_killed_fork_server_is_replaced(sandbox: Sandbox) -> None:
    worker = call(sandbox, "pid")
    assert isinstance(worker, int)
    fork_server = fork_server_of(worker)
    fork_server.kill()
    assert gone(worker)
    assert call(sandbox, "echo", 1) == 1


def test_closing_ends_all_processes_and_the_calls_in_them() -> None:
    sandbox = Sandbox(workers=2, memory=MEMORY)
    worker = call(sandbox, "pid")
    assert isinstance(worker, int)
    fork_server = fork_server_of(worker)
    runs = threading.Event()

    def seen() -> bool:
        runs.set()
        return True

    with ThreadPoolExecutor() as pool:
        asked = partial(sandbox.call, still_wanted=seen)
        running = pool.submit(asked, f"{FUNCTIONS}:sleep", seconds=SECONDS)
        assert runs.wait(10)
        sandbox.close()
        with pytest.raises(Crashed):
            running.result()
    assert gone(worker, fork_server.pid)
    with pytest.raises(RuntimeError, match="closed"):
        call(sandbox, "echo", 1)


def test_it_can_be_closed_at_any_time_and_twice() -> None:
    before = psutil.Process().children()
    sandbox = Sandbox(workers=1, memory=MEMORY)
    sandbox.close()
    started = Sandbox(workers=1, memory=MEMORY)
    started.start()
    started.close()
    started.close()
    assert psutil.Process().children() == before


def test_a_program_that_forgets_to_close_leaves_nothing_behind() -> None:
    ended = run(PROGRAM)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert gone(int(ended.stdout))


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(PROGRAM)
    ended = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr, len(ended.stdout.split())) == (0, "", 1)


def test_its_processes_end_when_the_program_is_killed() -> None:
    program = PROGRAM + f'sandbox.call("{FUNCTIONS}:sleep", seconds=60)'
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        worker = int(killed.stdout.readline())
        fork_server = fork_server_of(worker)
        killed.kill()
    assert gone(worker, fork_server.pid)


def test_an_interrupt_right_after_a_worker_was_asked_leaves_no_busy_one_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox(workers=1, memory=MEMORY)
    busy = call(sandbox, "pid")
    ask = Worker.ask

    def ask_and_be_interrupted(worker: Worker, function: str, its: Call) -> None:
        ask(worker, function, its)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Worker, "ask", ask_and_be_interrupted)
        call(sandbox, "sleep")
    assert call(sandbox, "pid") != busy
    sandbox.close()


def test_an_interrupt_in_the_terminal_is_ours_to_handle() -> None:
    program = (
        PROGRAM
        + f"""
import signal; signal.signal(signal.SIGINT, signal.default_int_handler)  # even where it is ignored, as under nohup
try:
    print("waiting", flush=True)
    sandbox.call("{FUNCTIONS}:sleep", seconds=60)
except KeyboardInterrupt:
    print("interrupted")
print(sandbox.call("{FUNCTIONS}:echo", "alive", seconds=30))
"""
    )
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as program_run:
        assert program_run.stdout is not None
        int(program_run.stdout.readline())
        assert program_run.stdout.readline() == "waiting\n"
        os.killpg(program_run.pid, signal.SIGINT)
        output, errors = program_run.communicate(timeout=60)
    assert (output.split(), errors) == (["interrupted", "alive"], "")
