"""An installation is copied from a folder to the engines that servers share, and back, and answers as before."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from ingest.counted import counted
from ingest.data_folder import COPYING, KEYS_NEEDED
from tests.command import Command
from tests.official_client import put as upload
from tests.server import Server

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
QUESTIONS = [
    "How accurate was Harrison's watch on the voyage to Jamaica?",
    "What was wrong with the software of the Mars orbiter?",
    "How often should a bicycle chain be oiled?",
    "When are beans sown in the kitchen garden?",
    "Who stayed in the command module of Apollo 11?",
    "What does the function for the great circle return?",
    "longitude",
    "Jamaica watch seconds slow",
    "pound-force seconds newton",
    "thrusters",
    "tyre pressure",
    "chain",
    "brake pads worn",
    "compost",
    "tomatoes in May",
    "frost",
    "Armstrong",
    "lunar module landing fuel",
    "splashdown",
    "great circle distance",
    "knots and nautical miles",
    "the Board of Longitude",
    "1761",
    "1999",
    "NASA",
    "Wie genau war die Uhr?",
    "lunr modul",
    "heron number 7",
    "herons eat frogs",
    "owl",
]


@contextmanager
def serving(folder: Path, settings: dict[str, str]) -> Iterator[Server]:
    folder.mkdir(exist_ok=True)
    with Server(folder, settings) as server:
        yield server
        server.stop()


def found(client: OpenAI, store: str, question: str) -> dict[str, float]:
    """The scores of the passages, each by its file and its text; no more than there is room for, so that those of equal
    scores are all among them."""
    hits = client.vector_stores.search(store, query=question, max_num_results=50).data
    return {f"{hit.file_id} {hit.content[0].text}": hit.score for hit in hits}


def everything(client: OpenAI, others: list[OpenAI]) -> dict[str, Any]:
    """What clients can see, as far as it may not change."""
    seen: dict[str, Any] = {"files": [], "stores": {}}
    for each in client.files.list(limit=10_000):
        seen["files"].append((each.model_dump(), client.files.content(each.id).content))
    for store in client.vector_stores.list():
        files = client.vector_stores.files.list(store.id)
        seen["stores"][store.id] = store.name, store.metadata, store.file_counts, [file.model_dump() for file in files]
    seen["others"] = [[each.filename for each in other.files.list()] for other in others]
    return seen


def test_what_is_copied_to_the_engines_and_back_answers_as_before(
    tmp_path: Path, shared_settings: dict[str, str], shared_file: Path
) -> None:
    command = Command(tmp_path)
    start = tmp_path / "store"
    made = [
        rag_api(command, "keys", "create", "--project", project, "--scope", "admin") for project in ("default", "sales")
    ]
    rag_api(command, "projects", "limit", "sales", "--max-files", "7")
    with serving(tmp_path, {}) as server:
        client, sales = (server.client(key) for key in made)
        for sample in sorted(SAMPLES.iterdir()):
            upload(client, sample.name, sample.read_bytes())
        herons = [upload(client, f"heron{n}.txt", f"Heron number {n % 20} eats {n % 7} frogs.") for n in range(40)]
        upload(client, "empty.xyz", "Cannot be read.")
        upload(sales, "owl.txt", "The owl of the sales department hoots.")
        client.vector_stores.files.update(herons[3].id, vector_store_id="vs_default", attributes={"year": 1974})
        store = client.vector_stores.create(name="birds", metadata={"of": "the lake"})
        batch = client.vector_stores.file_batches.create(store.id, file_ids=[heron.id for heron in herons[:9]])
        client.vector_stores.file_batches.poll(batch.id, vector_store_id=store.id)
        client.files.delete(herons[30].id)
        conversation = client.conversations.create(metadata={"about": "herons"}).id
        response = client.responses.create(model="extractive", input="heron number 7", conversation=conversation)
        chat = client.chat.completions.create(
            model="extractive", messages=[{"role": "user", "content": QUESTIONS[0]}], store=True
        )
        pending = client.uploads.create(filename="late.txt", purpose="assistants", bytes=16, mime_type="text/plain")
        part = client.uploads.parts.create(pending.id, data=b"It came ")
        link = link_in(chat)
        before = everything(client, [sales])
    # What was removed still counts for the usual length of a chunk until the index is made anew, as that of a copy is.
    assert command("reindex").returncode == 0
    with serving(tmp_path, {}) as server:
        client = server.client(made[0])
        projects = client.get("/admin/projects", cast_to=object)["data"]  # type: ignore[index]
        answers = {s: [found(client, s, question) for question in QUESTIONS] for s in before["stores"]}
    assert sum(map(len, answers["vs_default"])) > 200

    def check(client: OpenAI, sales: OpenAI, server: Server) -> None:
        assert everything(client, [sales]) == before
        for searched, all_scores in answers.items():
            for question, scores in zip(QUESTIONS, all_scores, strict=True):
                assert found(client, searched, question) == pytest.approx(scores, abs=1e-5), question
        assert client.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store.id).file_counts.completed == 9
        assert client.responses.retrieve(response.id).output_text == response.output_text
        assert len(client.conversations.items.list(conversation).data) == 2
        assert client.chat.completions.retrieve(chat.id).choices[0].message.content == chat.choices[0].message.content
        assert httpx2.get(f"{server.url}{link}").status_code == 200  # signed before
        with pytest.raises(openai.AuthenticationError):
            server.client("another").files.list()
        assert client.get("/admin/projects", cast_to=object)["data"] == projects  # type: ignore[index]

    said = command("copy", "--from", str(start), "--to", str(shared_file))
    assert said.returncode == 0, said.stderr
    files = len(before["files"])
    assert said.stdout.splitlines()[0].startswith(f"default: {counted(files, 'file')} of ")
    assert said.stdout.splitlines()[1].startswith("sales: 1 file of 38 bytes, 1 chunk and ")
    with serving(tmp_path / "shared", shared_settings) as server:
        client, sales = (server.client(key) for key in made)
        check(client, sales, server)
        late = client.uploads.parts.create(pending.id, data=b"in time.")
        client.uploads.complete(pending.id, part_ids=[part.id, late.id])
        names = [file.filename for file in client.files.list(limit=10_000)]
        assert names[0] == "late.txt"
        client.files.delete(upload(client, "new.txt", "A new one.").id)  # numbers go on
        [late_file] = [file.id for file in client.files.list(limit=10_000) if file.filename == "late.txt"]
        client.files.delete(late_file)
    back = tmp_path / "back"
    said = command("copy", "--from", str(shared_file), "--to", str(back))
    assert said.returncode == 0, said.stderr
    assert (back / KEYS_NEEDED).exists() and not (back / COPYING).exists()
    with serving(tmp_path / "again", {"RAG_DATA_DIR": str(back)}) as server:
        client, sales = (server.client(key) for key in made)
        check(client, sales, server)
        server.stop()
    assert "all is well" in command("check", "--data-dir", str(back)).stdout


def rag_api(command: Command, *arguments: str) -> str:
    """Run it; what it says."""
    run = subprocess.run(
        [sys.executable, "-m", "rag_api", "--data-dir", str(command.settings.data_dir), *arguments],
        env=command.environment(),
        cwd=command.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def link_in(chat: Any) -> str:
    [first, *_] = chat.choices[0].message.annotations
    url: str = first.url_citation.url
    return "/" + url.split("/", 3)[3]
