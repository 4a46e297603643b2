"""Ingestion beside what its parts take alone, and what it leaves to those who search meanwhile.

    .venv/bin/python -m benchmarks.ingestion [FILES]
    .venv/bin/python -m benchmarks.ingestion --documents [FOLDER]

The second is for comparing two commits: CPU from the upload to the search of 60 PDFs and of 60 Word files, those in
FOLDER or, without one, made here.

Wall time says little on a machine that does other work, so CPU time stands beside it: that of this process (or the
server's) and of the processes that read the files.
"""

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap
from threading import Event, Thread

import docx
import httpx2
import psutil
from haystack import Document
from sqlalchemy import insert

from benchmarks.index_search import WORDS, row, texts
from ingest.convert.file_converter import FileConverter
from ingest.corpus import Corpus, open_corpus
from ingest.ids import new_id
from ingest.index.backend import open_index
from ingest.records import schema
from ingest.records.store_files import NewStoreFile, State
from ingest.records.stores import DEFAULT_STORE
from ingest.settings import Settings
from tests.ingest.convert.pdf_files import Body, drawn, lines
from tests.server import Server

PAGE_WORDS = 400
PARAGRAPHS = 2500  # of a megabyte of text
LARGE_TEXTS = 12
GROUP = 100  # chunks
SHORT_PDFS = 300  # of five pages
LONG_PDFS = 12
ROOT = Path(__file__).parents[1]
SHORT_PDF = ROOT / "data/samples/longitude.pdf"
LONG_PDF = ROOT.parent / "shared/nasty/AMAZON_2019_10K.pdf"
DOCUMENTS = 60
DOCUMENT_PAGES = 10
ROUNDS = 3
SEARCHES = 300
BATCH = 2000


def main(count: int) -> None:
    row("", "MB/s", "CPU ms/MB", "of alone")
    _beside_alone([_text(seed) for seed in range(LARGE_TEXTS)], "texts of a megabyte")
    row("", "files/s", "CPU ms/file", "of alone")
    _beside_alone([page.encode() for page in texts(count, PAGE_WORDS, seed=5)], "one-page texts")
    row("", "pages/s", "of bare", "CPU ms/page")
    _pdf("PDFs of 5 pages", SHORT_PDF, SHORT_PDFS)
    if LONG_PDF.exists():
        _pdf("PDFs of 80 pages", LONG_PDF, LONG_PDFS)
    _meanwhile()
    _memory(count * 10)


def documents(folder: Path | None) -> None:
    row("", "files/s", "CPU ms/file")
    for name, ending, make in (("PDFs", ".pdf", _made_pdf), ("Word files", ".docx", _made_word)):
        if folder:
            contents = [path.read_bytes() for path in sorted(folder.rglob(f"*{ending}"))[:DOCUMENTS]]
        else:
            contents = [make(seed) for seed in range(DOCUMENTS)]
        measured = []
        for _ in range(ROUNDS):
            with _corpus() as corpus:
                _add(corpus, [(f"first{ending}", make(DOCUMENTS))])
                corpus.worker.run_until_idle()  # so that the processes are there
                _add(corpus, [(f"document{ending}", content) for content in contents])
                with _taken() as spent:
                    corpus.worker.run_until_idle()
            measured.append(spent)
        if contents:
            seconds, cpu = min(spent[0] for spent in measured), min(spent[1] for spent in measured)
            row(f"{len(contents)} {name}", f"{len(contents) / seconds:.1f}", f"{1000 * cpu / len(contents):.1f}")


def _made_pdf(seed: int) -> bytes:
    """Pages of prose, each under a heading."""
    pages = []
    for number, words in enumerate(texts(DOCUMENT_PAGES, PAGE_WORDS, seed)):
        wrapped = [(72.0, 700.0 - 14 * n, 10.0, line) for n, line in enumerate(wrap(words, 80))]
        pages.append(Body(lines((72, 740, 16, f"Section {number}"), *wrapped)))
    return drawn(*pages)


def _made_word(seed: int) -> bytes:
    """The same, and a table for each heading."""
    document = docx.Document()
    for number, words in enumerate(texts(DOCUMENT_PAGES, PAGE_WORDS, seed)):
        document.add_heading(f"Section {number}")
        paragraphs = wrap(words, 500)
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        table = document.add_table(rows=0, cols=3)
        for paragraph in paragraphs:
            for cell, word in zip(table.add_row().cells, paragraph.split(), strict=False):
                cell.text = word
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _text(seed: int) -> bytes:
    return "\n\n".join(
        text.replace(f" {WORDS[1]} ", f". {WORDS[1].title()} ") for text in texts(PARAGRAPHS, 60, seed)
    ).encode()


def _beside_alone(contents: Sequence[bytes], name: str) -> None:
    """End to end, and Tantivy and SQLite alone, given the same chunks, in turn."""
    megabytes = sum(map(len, contents)) / 1e6
    whole, alone = [], []
    for _ in range(ROUNDS):
        with _corpus() as corpus:
            _add(corpus, [("page.txt", content) for content in contents])
            with _taken() as spent:
                corpus.worker.run_until_idle()
            whole.append(spent)
            documents = corpus.index.store.filter_documents()
        alone.append(_index_alone(documents))
    unit = megabytes if megabytes / len(contents) > 0.1 else len(contents)
    best = min(spent[0] for spent in alone)
    for what, measured in ((name, whole), ("  Tantivy and SQLite alone, the same chunks", alone)):
        seconds, cpu = min(spent[0] for spent in measured), min(spent[1] for spent in measured)
        row(what, f"{unit / seconds:.1f}", f"{1000 * cpu / unit:.2f}", f"{best / seconds:.2f}")


def _index_alone(documents: Sequence[Document]) -> list[float]:
    with TemporaryDirectory() as folder:
        index = open_index(Settings(_env_file=None, data_dir=Path(folder)))
        with _taken() as spent:
            for start in range(0, len(documents), GROUP):
                index.store.write_documents(documents[start : start + GROUP])
        index.close()
    return spent


def _pdf(name: str, sample: Path, count: int) -> None:
    """The bare converter in as many processes, and from the upload to the search, in turn."""
    bare, whole = [], []
    content = sample.read_bytes()
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{n}.pdf" for n in range(count)]
        for n, path in enumerate(paths):
            path.write_bytes(content + b"\n%% %d" % n)
        for _ in range(ROUNDS):
            pages, spent = _read_alone(paths)
            bare.append(spent)
            with _corpus() as corpus:
                _add(corpus, [("first.pdf", content)])
                corpus.worker.run_until_idle()
                corpus.worker.start()
                with _taken() as spent:
                    _add(corpus, [(path.name, path.read_bytes()) for path in paths])
                    while corpus.stores.get(DEFAULT_STORE).counts[State.DONE] <= count:
                        time.sleep(0.1)
                corpus.worker.stop()
            whole.append(spent)
    best = min(spent[0] for spent in bare)
    for what, measured in ((f"{name}, from the upload to the search", whole), ("  the converter alone", bare)):
        seconds, cpu = min(spent[0] for spent in measured), min(spent[1] for spent in measured)
        row(what, f"{pages / seconds:.0f}", f"{best / seconds:.2f}", f"{1000 * cpu / pages:.2f}")


def _read_alone(paths: Sequence[Path]) -> tuple[int, list[float]]:
    """How many pages were read, and what that took."""
    processes = Settings(_env_file=None).conversion_processes  # type: ignore[call-arg]
    converter = FileConverter(workers=processes)

    def pages(path: Path) -> int:
        return (converter.run([path])["documents"][0].content or "").count("\f") + 1

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(pages, paths[:processes]))  # so that the processes are there
        with _taken() as spent:
            read = sum(pool.map(pages, paths))
    converter.close()
    return read, spent


def _meanwhile() -> None:
    """Searches, and single uploads until they are found: with nothing else going on, and during a bulk load."""
    with TemporaryDirectory() as folder, Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
        row("\nms", "search p50", "search p95", "upload p50", "upload most")
        with httpx2.Client(base_url=server.base_url, timeout=600, trust_env=False) as client:
            files = _upload(client)
            while _left(client):
                time.sleep(0.1)
            row("nothing else going on", *_answers(client))
            enough = Event()
            loading = Thread(target=_load, args=(client, files, enough))
            loading.start()
            row("during a bulk load", *_answers(client))
            enough.set()
            loading.join()


def _upload(client: httpx2.Client) -> list[str]:
    """The ids of files in the default store."""

    def upload(numbered: tuple[int, str]) -> str:
        form = {"files": {"file": (f"page{numbered[0]}.txt", numbered[1])}, "data": {"purpose": "assistants"}}
        return str(client.post("/files", **form).raise_for_status().json()["id"])  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(upload, enumerate(texts(BATCH, PAGE_WORDS, seed=5))))


def _load(client: httpx2.Client, files: Sequence[str], enough: Event) -> None:
    """Batches of files, each into a store of its own, one after the other."""
    while not enough.is_set():
        store = f"/vector_stores/{client.post('/vector_stores', json={}).json()['id']}"
        client.post(f"{store}/file_batches", json={"file_ids": files}).raise_for_status()
        while client.get(store).json()["file_counts"]["in_progress"] > BATCH / 4 and not enough.wait(0.1):
            pass


def _answers(client: httpx2.Client) -> list[str]:
    searches, uploads = [], []
    questions = list(texts(SEARCHES, 5, seed=11))
    for n, question in enumerate(questions):
        started = time.perf_counter()
        client.post(f"/vector_stores/{DEFAULT_STORE}/search", json={"query": question}).raise_for_status()
        searches.append(1000 * (time.perf_counter() - started))
        if n % 15 == 0:
            started = time.perf_counter()
            form = {"files": {"file": (f"one{n}.txt", f"single{n} file".encode())}, "data": {"purpose": "assistants"}}
            file = client.post("/files", **form).json()["id"]  # type: ignore[arg-type]
            while client.get(f"/vector_stores/{DEFAULT_STORE}/files/{file}").json()["status"] == "in_progress":
                time.sleep(0.01)
            uploads.append(1000 * (time.perf_counter() - started))
    p95 = statistics.quantiles(searches, n=20)[-1]
    return [f"{ms:.1f}" for ms in (statistics.median(searches), p95, statistics.median(uploads), max(uploads))]


def _memory(count: int) -> None:
    """The server's resident memory while it ingests files that are waiting when it starts."""
    with TemporaryDirectory() as folder:
        with open_corpus(Settings(_env_file=None, data_dir=Path(folder) / "store")) as corpus:  # type: ignore[call-arg]
            _add(corpus, [("page.txt", page.encode()) for page in texts(1000, PAGE_WORDS, seed=5)], store=None)
            with corpus.database.write() as connection:
                kept = list(connection.execute(schema.files.select()).mappings())
                rows = [{**kept[n % len(kept)], "id": new_id("file-"), "seq": None} for n in range(count)]
                connection.execute(insert(schema.files), rows)
                corpus.store_files.insert(connection, DEFAULT_STORE, [NewStoreFile(row["id"]) for row in rows])
        with Server(Path(folder), {"RAG_LOG_LEVEL": "warning"}) as server:
            row("\nfiles ingested", "server MB", "readers MB", "CPU ms/file", "files/s")
            process, started, left = psutil.Process(server.pid), time.perf_counter(), count
            with httpx2.Client(base_url=server.base_url, timeout=60, trust_env=False) as client:
                for goal in range(0, count + 1, max(count // 10, 1)):
                    while (left := _left(client)) > count - goal:
                        time.sleep(0.2)
                    done, seconds = count - left, time.perf_counter() - started
                    readers = sum(each.memory_full_info().pss for each in process.children(recursive=True))
                    memory = [f"{process.memory_info().rss / 1e6:.0f}", f"{readers / 1e6:.0f}"]
                    rates = [f"{1000 * _cpu(process) / max(done, 1):.2f}", f"{done / seconds:.0f}"]
                    row(f"{done:,}", *memory, *rates)


def _left(client: httpx2.Client) -> int:
    return int(client.get(f"/vector_stores/{DEFAULT_STORE}").json()["file_counts"]["in_progress"])


@contextmanager
def _corpus() -> Iterator[Corpus]:
    with TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "store")  # type: ignore[call-arg]
        with open_corpus(settings) as corpus:
            yield corpus


def _add(corpus: Corpus, files: Sequence[tuple[str, bytes]], store: str | None = DEFAULT_STORE) -> None:
    for name, content in files:
        with corpus.blobs.draft(1 << 30) as draft:
            draft.write(content)
            corpus.files.add(draft, name, "assistants", store)


@contextmanager
def _taken() -> Iterator[list[float]]:
    """Seconds, and seconds of CPU, of the block: filled in at its end."""
    spent: list[float] = []
    process = psutil.Process()
    started, cpu = time.perf_counter(), _cpu(process)
    yield spent
    spent += [time.perf_counter() - started, _cpu(process) - cpu]


def _cpu(process: psutil.Process) -> float:
    """Seconds that a process and its children have used."""
    return sum(sum(each.cpu_times()[:4]) for each in [process, *process.children(recursive=True)])


if __name__ == "__main__":
    if "--documents" in sys.argv:
        documents(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
