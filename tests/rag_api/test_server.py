"""The server's process: what it may use, and that it ends when it is told to."""

import asyncio
import resource
import signal
import subprocess
import sys
import threading

import pytest
from pydantic import ValidationError
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ingest.work import worker
from rag_api import server
from rag_api.settings import Settings
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


FORGED = [
    (b"host", b"a.example"),
    (b"x-forwarded-for", b"10.9.9.9"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"b.example"),
    (b"forwarded", b"for=10.9.9.9;host=b.example;proto=https"),
]


def client_and_url(peer: str, trusted: str, headers: list[tuple[bytes, bytes]]) -> tuple[str, str]:
    """Who asked, and by which address, as the application sees it."""
    seen: list[Request] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(Request(scope))

    proxies = Settings(_env_file=None, trusted_proxies=trusted).trusted_proxies
    config = server.uvicorn_config(app, 1000, proxies)  # type: ignore[arg-type]
    config.load()
    scope = {
        "type": "http",
        "client": (peer, 5),
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": headers,
    }
    asyncio.run(config.loaded_app(scope, None, None))
    [request] = seen
    assert request.client
    return request.client.host, str(request.url)


@pytest.mark.parametrize("trusted", ["", "10.0.0.1", "::1, 10.0.0.0/8"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.2", "::ffff:127.0.0.1", "192.168.0.1"])
def test_nobody_chooses_the_address_that_it_counts_for(peer: str, trusted: str) -> None:
    assert client_and_url(peer, trusted, FORGED) == (peer, "http://a.example/")


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),  # to a server that listens on IPv6
        ("::ffff:10.1.2.3", "192.168.0.1, 10.0.0.0/8"),
        ("2001:db8::7", "2001:db8::/64"),
    ],
)
def test_a_proxy_that_is_named_says_for_whom_it_asks(peer: str, trusted: str) -> None:
    forwarded = [(name, b"6.6.6.6, 5.5.5.5" if value == b"10.9.9.9" else value) for name, value in FORGED]
    assert client_and_url(peer, trusted, forwarded) == ("5.5.5.5", "https://a.example/")


@pytest.mark.parametrize("value", ["*", "proxy.example", "10.0.0.0/33", "10.0.0.1:80"])
def test_what_is_no_address_is_no_proxy(value: str) -> None:
    with pytest.raises(ValidationError, match="is no address such as"):
        Settings(_env_file=None, trusted_proxies=value)


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


KEPT = """
import ctypes
from rag_api import server
server._give_back_memory()
libc = ctypes.CDLL(None)

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

bytes(30 << 20)  # from the first large block that is freed on, the system's library would keep them
before, blocks = resident(), []
for _ in range(20):
    blocks.append(b"a" * (2 << 20))
    libc.malloc(2000)  # what stays behind each of them
blocks.clear()
print(resident() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_of_large_blocks_is_given_back() -> None:
    run = subprocess.run([sys.executable, "-c", KEPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(run.stdout) < 10 << 20  # of 40 MB; all of them without the limits


@pytest.mark.asyncio
async def test_memory_is_given_back_when_nothing_was_to_do_for_a_while_and_off_the_event_loop() -> None:
    threads: list[threading.Thread] = []
    trim = server.Trim(lambda: threads.append(threading.current_thread()))
    for _ in range(100):
        await trim.second(0, 0)
    assert threads == []  # nobody has asked for anything
    for second in range(100):
        await trim.second(1, second)
    assert threads == []
    for _ in range(100):
        await trim.second(0, 100)
    assert len(threads) == 1 and threads[0] is not threading.current_thread()
    for second in range(100):
        await trim.second(0, 100 + second)
    assert len(threads) == 2 + 100 // (server.TRIMMED_EVERY_S + 1)
