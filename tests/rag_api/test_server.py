"""The server's process: what it may use, and that it ends when it is told to."""

import resource
import signal
import subprocess
import sys

import pytest

from ingest.work import worker
from rag_api import server
from tests.server import ROOT

STUCK = """
import asyncio, signal, sys, threading, time
from rag_api import server
server.GRACE_S, server.END_S = 0.1, 1
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as the program does

async def app(scope, receive, send):
    for _ in range(3):
        asyncio.get_running_loop().run_in_executor(None, time.sleep, 1000)
    await asyncio.to_thread(time.sleep, 1000)

config = server.uvicorn_config(app, 1000, port=0, lifespan="off")
running = server.Server(config)

def ask():
    import socket
    while not running.started:
        time.sleep(0.01)
    with socket.create_connection(running.servers[0].sockets[0].getsockname()) as connection:
        connection.sendall(b"GET / HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n")
        print("asked", flush=True)
        time.sleep(1000)

threading.Thread(target=ask, daemon=True).start()
running.run()
"""


def test_the_process_ends_when_it_is_told_to_whatever_its_threads_do() -> None:
    with subprocess.Popen([sys.executable, "-c", STUCK], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"asked\n"
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(timeout=15) == -signal.SIGALRM
        finally:
            process.kill()


def test_answers_and_then_jobs_may_end_before_docker_kills_after_ten_seconds() -> None:
    assert server.GRACE_S + worker.GRACE_S < server.END_S < 10


def test_a_process_may_use_as_many_descriptors_as_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1] - 1, limits[1]))
    try:
        assert server._raise_descriptors() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(limits[1], server.MAX_DESCRIPTORS)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize(("descriptors", "connections"), [(256, 128), (1024, 512), (4096, 3584), (65536, 4096)])
def test_connections_leave_descriptors_for_files(descriptors: int, connections: int) -> None:
    config = server.uvicorn_config(None, descriptors)  # type: ignore[arg-type]
    listener = config.http.__self__  # type: ignore[union-attr]
    assert listener.limits.connections == connections
    assert connections + config.backlog < descriptors
