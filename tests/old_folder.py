"""A data folder with one of everything, left by a server that was killed: what is in it, and the program that makes it.

    .venv/bin/python -m tests.old_folder CHECKOUT DESTINATION.tar.xz

runs the server of the CHECKOUT, that of an older version say, with this environment's packages. `data/README.md` tells
of the folders that were made so.
"""

import json
import sqlite3
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from openai import OpenAI

from tests.ingest.convert.pdf_files import pdf
from tests.server import Server

HERONS = b"Herons eat frogs and fish. They stand still in shallow water, and wait for hours.\n"
BEES = b"""# Keeping bees

## The hive

A hive faces south-east, so that the morning sun warms its entrance.

## Winter

In winter the bees form a cluster around the queen, and live on twenty kilograms of honey.
"""
LIGHTHOUSE = ("The lighthouse of Skerryvore was lit in 1844.", "Its lantern stands 46 metres above the sea.")

STORE = {
    "name": "Field guide",
    "description": "What was seen, and when.",
    "expires_after": {"anchor": "last_active_at", "days": 365},
    "metadata": {"owner": "Ada"},
}
NOTES: dict[str, tuple[bytes, dict[str, str | float | bool]]] = {
    "owl.txt": (
        b"The tawny owl called from the oak at midnight.",
        {"place": "wood", "count": 2, "heard": True, "day": "2024-02-29"},
    ),
    "kite.txt": (
        b"The red kite circled above the meadow at noon.",
        {"place": "meadow", "count": 5, "heard": False, "day": "2025-06-01"},
    ),
}
MONTH: Any = {"anchor": "created_at", "seconds": 30 * 86_400}
BATCH = {f"pond{n}.txt": f"Pond number {n} held newt species {name}.".encode() for n, name in enumerate("abc")}
BROKEN = ("broken.docx", b"This is no Word document.")
PARTS = (b"The first half tells of the marsh harrier. ", b"The second half tells of the bittern.")
CONVERSATION: Any = [{"role": "user", "content": "Hello, my name is Ada."}, {"role": "assistant", "content": "Hello."}]
METADATA = {"topic": "herons", "reader": "Ada"}

# Large, so that the server is still at them when it is killed, and soon packed: the first is mostly the same lines, and
# the others, which are ingested by each test, are mostly blank.
LINES = "".join(f"Line {n} of the long report says nothing that is not said elsewhere.\n" for n in range(200)) * 50
DELETED = ("withdrawn.txt", f"{LINES}The withdrawn report ends with obsidian.\n".encode())
BLANK = "\n" * 3_000_000
WAITING = {f"{word}.txt": f"{BLANK}The report ends with {word}.\n".encode() for word in ("gneiss", "basalt")}


def fill(client: OpenAI) -> dict[str, Any]:
    """Put everything in but what is to be unfinished; the ids of what no list shows."""
    for name, content in (("herons.txt", HERONS), ("bees.md", BEES), ("lighthouse.pdf", pdf(*LIGHTHOUSE)), BROKEN):
        file = client.files.create(file=(name, content), purpose="assistants")
        client.vector_stores.files.poll(file.id, vector_store_id="vs_default", poll_interval_ms=50)

    store = client.vector_stores.create(**STORE)  # type: ignore[arg-type]
    for name, (content, attributes) in NOTES.items():
        file = client.files.create(file=(name, content), purpose="user_data", expires_after=MONTH)
        client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id, attributes=attributes)
    ids = [client.files.create(file=pond, purpose="vision").id for pond in BATCH.items()]
    batch = client.vector_stores.file_batches.create_and_poll(store.id, file_ids=ids)

    upload = client.uploads.create(
        filename="marsh.txt", purpose="assistants", bytes=sum(map(len, PARTS)), mime_type="text/plain"
    )
    part = client.uploads.parts.create(upload.id, data=PARTS[0])

    search: Any = [{"type": "file_search", "vector_store_ids": ["vs_default"]}]
    first = client.responses.create(model="extractive", input="What do herons eat?", tools=search)
    second = client.responses.create(
        model="extractive", input="How long do they wait in the water?", tools=search, previous_response_id=first.id
    )
    conversation = client.conversations.create(metadata={"about": "bees"}, items=CONVERSATION)
    client.responses.create(model="extractive", input="How do bees spend the winter?", conversation=conversation.id)
    completion = client.chat.completions.create(
        model="extractive",
        messages=[{"role": "user", "content": "What do herons eat?"}],
        store=True,
        metadata=METADATA,
    )
    return {
        "made_at": time.time(),
        "store": store.id,
        "batch": batch.id,
        "upload": upload.id,
        "part": part.id,
        "responses": [[each.id, each.output_text] for each in (first, second)],
        "conversation": conversation.id,
        "completion": completion.id,
        "answer": completion.choices[0].message.content,
    }


def leave_unfinished(client: OpenAI, server: Server) -> dict[str, Any]:
    """Kill the server while it reads a file, has another one waiting, and has just deleted a third."""
    deleted, *waiting = [client.files.create(file=file, purpose="vision").id for file in (DELETED, *WAITING.items())]
    client.vector_stores.files.create(file_id=deleted, vector_store_id="vs_default")
    until(lambda: states(server.folder).get("withdrawn.txt") == "running")
    batch = client.vector_stores.file_batches.create("vs_default", file_ids=waiting)
    client.files.delete(deleted)
    server.kill()
    return {"killed_batch": batch.id, "deleted": deleted}


def make(checkout: Path, destination: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), {"PYTHONPATH": str(checkout)}) as server:
        client = server.client()
        known = fill(client) | leave_unfinished(client, server)
        print(json.dumps(known, indent=1), states(server.folder), left_to_remove(server.folder), sep="\n")
        (server.folder / "known.json").write_text(json.dumps(known, indent=1))
        with tarfile.open(destination, "w:xz", preset=9) as packed:
            for name in ("known.json", "store"):
                packed.add(server.folder / name, name, filter=_of_nobody)


def states(folder: Path) -> dict[str, str]:
    query = "SELECT filename, state FROM store_files JOIN files ON files.id = file_id"
    return dict(_rows(folder, query))


def left_to_remove(folder: Path) -> list[Any]:
    [table] = _rows(folder, "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('removals', 'cleanup')")[
        0
    ]
    return _rows(folder, f"SELECT kind, key FROM {table}")


def _rows(folder: Path, query: str) -> list[Any]:
    """Read beside the server, without leaving a trace in its folder: a checkpoint, say."""
    with closing(sqlite3.connect(f"file:{folder / 'store' / 'records.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    make(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
