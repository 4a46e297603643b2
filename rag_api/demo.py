"""`make demo`: the sample documents are ingested, the server is started and asked, and the answers are shown."""

import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openai import OpenAI, OpenAIError

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "samples"
START_WITHIN_S = 60
WIDTH = 96


class DemoFailed(Exception):
    """What did not work, in a sentence."""


def main() -> None:
    os.environ["NO_PROXY"] = "127.0.0.1"
    try:
        with tempfile.TemporaryDirectory(prefix="rag-demo-") as folder:
            _show(Path(folder))
    except (DemoFailed, OpenAIError, OSError) as error:
        sys.exit(f"demo: {error}")
    except KeyboardInterrupt:
        sys.exit("demo: stopped.")


def _show(folder: Path) -> None:
    if not SAMPLES.is_dir():
        raise DemoFailed(f"The sample documents are not in {SAMPLES}: run the demo from a checkout of the project.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # No keys or settings of the user: the built-in model answers, from the samples alone.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "RAG_", "API_"))}
    environment = inherited | {
        "RAG_DATA_DIR": str(folder / "store"),
        "RAG_LOG_LEVEL": "warning",
        "API_PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "HAYSTACK_TELEMETRY_ENABLED": "false",
    }

    _headline("Ingesting the sample documents:  rag-ingest add data/samples")
    adding = [sys.executable, "-m", "ingest.cli", "add", str(SAMPLES)]
    if subprocess.run(adding, cwd=folder, env=environment, stdin=subprocess.DEVNULL).returncode:
        raise DemoFailed("Not every sample document could be ingested; the lines above say why.")

    _headline(f"Starting the server on http://127.0.0.1:{port}/v1:  rag-api")
    print("No language model is set, so the built-in one answers, in the documents' own sentences.")
    with (
        _server(folder, environment, f"http://127.0.0.1:{port}"),
        OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="any") as client,
    ):
        _ask(client, "How accurate was Harrison's watch on the voyage to Jamaica?")
        _ask_for_stream(client, "What was wrong with the software of the Mars orbiter?")


@contextmanager
def _server(folder: Path, environment: dict[str, str], url: str) -> Iterator[None]:
    log = folder / "log.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "rag_api"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            deadline = time.monotonic() + START_WITHIN_S
            while not _answers(f"{url}/readyz"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise DemoFailed(f"The server did not start. It said:\n{log.read_text(errors='replace')}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.URLError:
        return False


def _ask(client: OpenAI, question: str) -> None:
    _headline(f"Asking:  {question}")
    completion = client.chat.completions.create(model="default", messages=[{"role": "user", "content": question}])
    message = completion.choices[0].message
    print(textwrap.fill(message.content or "", WIDTH))
    _print_sources(message.content or "", [each.model_dump() for each in message.annotations or []])


def _ask_for_stream(client: OpenAI, question: str) -> None:
    _headline(f"Asking, and reading the answer as it is written:  {question}")
    text, annotations = "", []
    for chunk in client.chat.completions.create(
        model="default", messages=[{"role": "user", "content": question}], stream=True
    ):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            annotations += (choice.delta.model_extra or {}).get("annotations", [])
            print(choice.delta.content or "", end="", flush=True)
    print()
    _print_sources(text, annotations)


def _print_sources(text: str, annotations: list[dict[str, Any]]) -> None:
    if not annotations:
        raise DemoFailed("The answer cites no document.")
    last = None
    for annotation in annotations:
        marker = text[annotation["url_citation"]["start_index"] : annotation["url_citation"]["end_index"]]
        page = f", page {annotation['page_start']}" if annotation["page_start"] else ""
        source = f"{marker} {annotation['filename']}{page}"
        if source != last:
            print(f"\n  {source}")
        last = source
        quote = " ".join(annotation["quote"].split())
        print(textwrap.fill(f'"{quote}"', WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6))


def _headline(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m\n" if sys.stdout.isatty() else f"\n{text}\n", flush=True)


if __name__ == "__main__":
    main()
