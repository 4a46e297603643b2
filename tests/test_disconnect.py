"""A client that goes away stops the language model, and closes the file that it downloads, in a real server over real
sockets."""

import json
import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.corpora import wait_until
from tests.scripted_upstream import Hang, ScriptedUpstream, Text
from tests.server import Server


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("said", [(), (Text("Herons "),)], ids=["before the first word", "in the middle"])
def test_the_upstream_call_ends_within_a_fifth_of_a_second(
    tmp_path: Path, scripted_upstream: ScriptedUpstream, stream: bool, said: tuple[Text, ...]
) -> None:
    scripted_upstream.script = (*said, Hang())
    with Server(tmp_path, {"OPENAI_BASE_URL": scripted_upstream.base_url}) as server:
        question = {"role": "user", "content": "Herons?"}
        body = json.dumps({"model": "m", "stream": stream, "messages": [question]}).encode()
        head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        head += b"content-length: %d\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head % len(body) + body)
            if stream and said:
                assert b"text/event-stream" in connection.recv(65536)
            wait_for_request(scripted_upstream)
            gone_at = time.monotonic()
        [request] = scripted_upstream.requests
        assert request.left.wait(5)
        assert request.left_at is not None
        assert request.left_at - gone_at < 0.2


def wait_for_request(upstream: ScriptedUpstream) -> None:
    arrived = threading.Event()
    deadline = time.monotonic() + 10
    while not upstream.requests and time.monotonic() < deadline:
        arrived.wait(0.01)
    assert upstream.requests


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by /proc")
@pytest.mark.parametrize("part", [b"", b"range: bytes=1-\r\n"], ids=["whole", "part"])
def test_the_file_of_a_download_is_closed(tmp_path: Path, part: bytes) -> None:
    with Server(tmp_path) as server:
        file = server.client().files.create(file=("large.bin", b"x" * (32 << 20)), purpose="batch")
        request = b"GET /v1/files/%s/content HTTP/1.1\r\nhost: localhost\r\n%s\r\n" % (file.id.encode(), part)

        def is_open() -> bool:
            opened = Path(f"/proc/{server.pid}/fd")
            names = []
            for each in opened.iterdir():
                with suppress(FileNotFoundError):  # closed meanwhile
                    names.append(os.readlink(each))
            return any("/blobs/" in name for name in names)

        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(request)
            connection.recv(1000)
            wait_until(is_open)
        wait_until(lambda: not is_open())
