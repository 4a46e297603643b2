"""All files that broke other programs at once, among good ones: each ends as its text or a sentence, nobody waits."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import openai
from openai import OpenAI
from openai.types.vector_stores import VectorStoreFile

from tests.ingest.convert.conversion import NASTY, needs_nasty
from tests.server import Server

SETTINGS = {  # for a test that ends soon
    "RAG_CONVERSION_MEMORY_MB": "512",
    "RAG_CONVERSION_TIMEOUT_S": "10",
    "RAG_CHUNK_TOKENS": "4096",
    "RAG_CHUNK_OVERLAP_TOKENS": "0",
}
GOOD = {f"good{number}.txt": f"The heron{number} eats fish.".encode() for number in range(20)}
HEALTH_S = 2.0  # far above what it takes, even on a machine that is busy with other things

# What no change may turn into the other; the rest may end either way.
COMPLETED = (
    r"AMAZON|DA-619p|LOCKHEED|latin1|sjis|big5|utf|nul|owneronly|docx_as|pdf_as|html_as|array|bad\.json|giant_cell"
)
FAILED = r"password|zipbomb|manyentries|truncated|pixelbomb|billion_laughs|deep\.html"


def put(client: OpenAI, name: str, content: bytes) -> VectorStoreFile | str:
    """How the file ended, or why it was refused at once."""
    try:
        file = client.files.create(file=(name, content), purpose="assistants")
    except openai.BadRequestError as refused:
        return str(refused.body["message"]) if isinstance(refused.body, dict) else ""
    return client.vector_stores.files.poll(file_id=file.id, vector_store_id="vs_default", poll_interval_ms=500)


@contextmanager
def watched(server: Server) -> Iterator[list[float]]:
    """How many seconds each /healthz took, asked all the time."""
    seconds: list[float] = []
    over = threading.Event()

    def watch() -> None:
        with httpx2.Client(timeout=30, trust_env=False) as client:
            while not over.wait(0.02):
                started = time.monotonic()
                assert client.get(f"{server.url}/healthz").status_code == 200
                seconds.append(time.monotonic() - started)

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        try:
            yield seconds
        finally:
            over.set()
            watching.result()


@needs_nasty
def test_each_ends_in_its_text_or_a_sentence_and_good_ones_are_read_meanwhile(tmp_path: Path) -> None:
    nasty = {path.name: path.read_bytes() for path in sorted(NASTY.iterdir()) if path.name != "README.md"}
    files = [*nasty.items(), *GOOD.items()]
    files = files[::2] + files[1::2]
    with Server(tmp_path, SETTINGS) as server:
        client = server.client()
        with watched(server) as seconds, ThreadPoolExecutor(len(files)) as pool:
            ended = dict(zip(dict(files), pool.map(lambda file: put(client, *file), files), strict=True))
        assert max(seconds) < HEALTH_S, f"the slowest of {len(seconds)} took {max(seconds):.3f} s"

        for name in nasty:
            end = ended[name]
            if isinstance(end, str):
                assert re.fullmatch(r"'empty\.\w+' is empty.*\.", end)
                continue
            assert end.status in ("completed", "failed")
            assert end.status == "completed" or not re.match(COMPLETED, name), end.last_error
            assert end.status == "failed" or not re.match(FAILED, name)
            if end.last_error:
                assert re.search(r"\w+ \w+.*\.$", end.last_error.message)
                assert not re.search(r"Traceback|Error|Exception", end.last_error.message)

        for name, content in GOOD.items():
            end = ended[name]
            assert isinstance(end, VectorStoreFile) and end.status == "completed"
            found = client.vector_stores.search("vs_default", query=content.decode().split()[1]).data
            assert end.id in [result.file_id for result in found]
