"""Chat over HTTP, retrieval included, beside the language model's server asked directly, in the same run.

    .venv/bin/python -m benchmarks.chat

The language model's server and the load are the canned ones of `../shared/bench`, on one core; the server under test is
on the other. Prints time to first token with one client, and throughput and CPU with 64.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.uploads import upload_and_wait
from tests.processes import free_port
from tests.server import Server

ROOT = Path(__file__).parents[1]
YARDSTICK = ROOT / "../shared/bench"
SERVER_CORE, LOAD_CORE = {0}, {1}
PATH = "/v1/chat/completions"
QUESTION = "Who was the command module pilot of Apollo 11?"


def main() -> None:
    with server_and_model() as (server, port):
        targets = [f"direct={port}:{PATH}:paced", f"rag-api={server.port}:{PATH}:paced:{server.pid}"]
        question = os.environ | {"QUESTION": QUESTION}
        subprocess.run([sys.executable, YARDSTICK / "streams.py", *targets], env=question, check=True)


@contextmanager
def server_and_model() -> Iterator[tuple[Server, int]]:
    """A server that knows the sample texts, on a core of its own, and the port of the canned model that it asks."""
    if not YARDSTICK.exists():
        sys.exit("The yardstick, ../shared/bench, is not there.")
    os.sched_setaffinity(0, LOAD_CORE)
    port = free_port()
    upstream = subprocess.Popen([sys.executable, YARDSTICK / "upstream.py", str(port)])
    try:
        with TemporaryDirectory() as folder:
            settings = {
                "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
                "RAG_LOG_LEVEL": "warning",
                "RAG_ALLOWED_HOSTS": "bench",  # as the load calls the server
            }
            with Server(Path(folder), settings) as server:
                os.sched_setaffinity(server.pid, SERVER_CORE)
                upload_and_wait(server, [path.read_bytes() for path in (ROOT / "data/samples").glob("*.txt")])
                yield server, port
    finally:
        upstream.kill()
        upstream.wait()


if __name__ == "__main__":
    main()
