import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import pytest
from haystack import Document, Pipeline, component

from ingest.chunk.clean import cleaner
from ingest.chunk.meta import chunk_id, is_sound
from ingest.chunk.split import TokenSplitter
from ingest.convert import CONVERTERS, PICTURES, file_converter
from ingest.convert.file_converter import FileConverter, Source
from ingest.convert.sandbox import Sandbox
from ingest.convert.unsupported import BY_ENDING
from ingest.errors import ConversionFailed, Reason
from ingest.index.memory import MemoryDocumentStore
from ingest.work.pipeline import ChunkWriter
from tests.ingest.convert import office_files
from tests.ingest.convert.conversion import NASTY, Convert, needs_nasty
from tests.ingest.convert.msg_files import compound_file, message
from tests.ingest.convert.neighbour import beside_a_busy_neighbour
from tests.ingest.convert.old_office_files import P, Slide, deck, shape, word, words
from tests.ingest.convert.pdf_files import pdf


def failure(convert: Convert, filename: str, content: bytes | str) -> ConversionFailed:
    with pytest.raises(ConversionFailed) as caught:
        convert(filename, content)
    return caught.value


def test_every_line_of_the_table_converts(convert: Convert, tmp_path: Path) -> None:
    docx_file = tmp_path / "words.docx"
    document = docx.Document()
    document.add_paragraph("words")
    document.save(str(docx_file))
    document_in_word = docx_file.read_bytes()
    binary = dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), document_in_word)
    binary |= {".pdf": pdf("words"), **office_files.SAMPLES}
    binary |= dict.fromkeys((".doc", ".dot"), word(P("words")))
    binary |= dict.fromkeys((".ppt", ".pps", ".pot"), deck(Slide(shape(words(0, "words")))))
    binary[".msg"] = binary[".oft"] = compound_file(message({0x1000: "words"}))
    for extension, format in CONVERTERS.items():
        if extension in PICTURES:
            continue  # in test_picture
        document_found = convert(f"file{extension}", binary.get(extension, b"words"))
        assert set(re.findall(r"\w+", document_found.content or "")) == {"words"}
        assert document_found.meta["markup"] == format.markup


def test_the_given_meta_is_kept(converter: FileConverter, tmp_path: Path) -> None:
    path = tmp_path / "0f343b"
    path.write_text("words")
    meta = {"filename": "Notes.TXT", "file_id": "file-1", "attributes": {"year": 2020}}
    document = converter.run([str(path)], meta)["documents"][0]
    assert document.id == "file-1"
    assert document.meta == meta | {"markup": "text", "paged": False, "converter": "text 3"}


def test_sources_have_their_own_meta_and_keep_their_order(converter: FileConverter, tmp_path: Path) -> None:
    for name in ("a.txt", "b.md"):
        (tmp_path / name).write_text(name)
    documents = converter.run([tmp_path / "a.txt", tmp_path / "b.md"], [{"n": 1}, {"n": 2}])["documents"]
    assert [(d.content, d.meta["n"], d.meta["filename"]) for d in documents] == [
        ("a.txt", 1, "a.txt"),
        ("b.md", 2, "b.md"),
    ]


@pytest.mark.parametrize(
    ("filename", "sentence"),
    [
        ("a.xyz", "Files ending in '.xyz' are not supported: save them as PDF (.pdf), Word (.docx) or text (.txt)"),
        ("a.Pages", "Pages files ('.pages') are not supported: export them as PDF or Word, and upload that."),
        ("a.heic", "Pictures in this format ('.heic') are not supported: save them as PNG, JPEG or PDF"),
        ("a.mp3", "Recordings ('.mp3') are not supported: upload a transcript"),
        (
            "a.zip",
            "Archives ('.zip') are not supported: unpack them and upload the files, or give them to `rag-ingest add`",
        ),
        ("a.7z", "Archives ('.7z') are not supported: unpack them, and upload the files."),
        ("a.dwg", "CAD drawings ('.dwg') are not supported: export them as PDF, and upload that."),
        ("a.exe", "Programs and their parts ('.exe') are not supported: they hold no text"),
    ],
)
def test_a_file_of_another_kind_fails_with_the_way_out(convert: Convert, filename: str, sentence: str) -> None:
    error = failure(convert, filename, "words")
    assert error.message.startswith(f"'{filename}' is not read. {sentence}")
    assert error.reason is Reason.UNSUPPORTED
    assert len(error.message) < 200


def test_an_archive_under_another_name_is_called_so(convert: Convert) -> None:
    message = failure(convert, "a.docx", office_files.packed({"a.txt": "words"})).message
    assert message.startswith("'a.docx' holds an archive, which is not supported: unpack them and upload the files")


def test_what_is_unsupported_is_not_read_elsewhere() -> None:
    assert not BY_ENDING.keys() & CONVERTERS.keys()


def test_an_empty_file_is_called_empty(convert: Convert) -> None:
    assert failure(convert, "notes.txt", b"").message == "'notes.txt' is empty: it holds no bytes at all."


def test_white_space_is_no_text(convert: Convert) -> None:
    assert "No text was found in 'notes.txt'" in failure(convert, "notes.txt", " \n\t\n").message


@pytest.mark.parametrize("filename", ["report.docx", "report.txt", "report.html", "report"])
def test_a_pdf_is_read_as_one_whatever_its_name(convert: Convert, filename: str) -> None:
    document = convert(filename, pdf("one", "two"))
    assert document.content == "one\ftwo"
    assert (document.meta["read_as"], document.meta["paged"]) == (".pdf", True)


def test_a_page_saved_as_docx_is_read_as_one(convert: Convert) -> None:
    document = convert("page.docx", "\n<!DOCTYPE HTML><p>words")
    assert (document.content, document.meta["read_as"], document.meta["markup"]) == ("words", ".html", "markdown")


def test_text_is_no_pdf(convert: Convert) -> None:
    assert "'notes.pdf' is not a PDF file" in failure(convert, "notes.pdf", "words").message


def test_text_beyond_the_limit_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 300)
    [failure] = FileConverter(max_characters=1000, sandbox=sandbox).run([path])["failures"]
    assert "holds 1,500 characters of text; at most 1,000 are read" in failure.error.message


def test_it_is_saved_with_a_pipeline_and_loaded(tmp_path: Path) -> None:
    pipeline = Pipeline()
    saved = FileConverter(workers=3, memory_mb=300, seconds=5)
    pipeline.add_component("converter", saved)
    loaded = Pipeline.loads(pipeline.dumps(), allowed_modules=["ingest.convert.*"]).get_component("converter")
    assert isinstance(loaded, FileConverter)
    assert loaded.to_dict() == saved.to_dict()
    assert (loaded.workers, loaded.memory_mb, loaded.seconds) == (3, 300, 5)


def test_a_file_that_fails_leaves_the_others_of_its_group_alone(converter: FileConverter, tmp_path: Path) -> None:
    for name, content in (("a.txt", "a"), ("b.pdf", "%PDF-1.7 nothing"), ("c.xyz", "c"), ("d.txt", "d")):
        (tmp_path / name).write_text(content)
    read = converter.run([Source(path, {"n": path.name}) for path in sorted(tmp_path.iterdir())], quick=True)
    assert [document.content for document in read["documents"]] == ["a", "d"]
    assert sorted(failure.meta["n"] for failure in read["failures"]) == ["b.pdf", "c.xyz"]
    assert read["late"] == []


def test_a_slow_file_does_not_keep_its_group_waiting(converter: FileConverter, tmp_path: Path) -> None:
    quick, slow = tmp_path / "quick.txt", tmp_path / "slow.pdf"
    quick.write_text("words")
    slow.write_bytes(pdf(*["It says many words on each of very many pages. " * 100] * 5000))
    read = converter.run([Source(path, {"n": path.name}) for path in (quick, slow, quick)], quick=True)
    assert {document.content for document in read["documents"]} == {"words"}
    assert [meta["n"] for meta in read["late"]] == [slow.name]
    assert not read["failures"]


PLACED = {"position": 0, "start": 0, "end": 4, "tokens": 1}


@component
class EndlessIfItSaysSo:
    """A step that does not end for a text of these words."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        while (documents[0].content or "").startswith("without end"):
            pass
        return {"documents": [Document(content=each.content, meta=PLACED) for each in documents]}


def test_behind_many_slow_files_a_quick_one_is_read_in_the_same_group(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_converter, "QUICK_SECONDS", 2.0)
    monkeypatch.setattr(file_converter, "BRIEF_SECONDS", 1.5)  # each process loads the step, which takes some of it
    slow, quick = tmp_path / "slow.txt", tmp_path / "quick.txt"
    slow.write_text("without end")
    quick.write_text("words")
    converter = FileConverter(steps=[EndlessIfItSaysSo()], sandbox=sandbox)
    read = converter.run([Source(path, {"n": path.name}) for path in [slow, slow, quick]], quick=True)
    assert [meta["n"] for meta in read["late"]] == [slow.name] * 2
    assert [document.content for document in read["documents"]] == ["words"]


@component
class Works:
    """A step that takes a while of the processor's time."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        until = time.process_time() + 0.03
        while time.process_time() < until:
            pass
        return {"documents": [Document(content=each.content, meta=PLACED) for each in documents]}


@pytest.mark.skipif(sys.platform != "linux", reason="processes cannot be bound to a processor here")
def test_on_a_busy_machine_a_group_is_read_to_its_end(tmp_path: Path) -> None:
    """Else the rest of it is begun again and again, each time with a new process."""
    sandbox = Sandbox(workers=1, memory=256 << 20)
    try:
        converter = FileConverter(steps=[Works()], sandbox=sandbox)
        source = tmp_path / "words.txt"
        source.write_text("words")
        converter.run([source])  # loads the step
        worker = sandbox.call("tests.ingest.convert.sandboxed:pid", seconds=30)
        with beside_a_busy_neighbour(worker):
            read = converter.run([Source(source, {"n": number}) for number in range(12)], quick=True)
        assert [each.meta["n"] for each in read["read"]] == list(range(12))
        assert sandbox.call("tests.ingest.convert.sandboxed:pid", seconds=30) == worker
    finally:
        sandbox.close()


@needs_nasty
def test_a_good_file_is_read_while_a_bad_one_runs(converter: FileConverter, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("words")
    with ThreadPoolExecutor() as pool:
        bad = pool.submit(converter.run, [NASTY / "flate_330MB.pdf"])
        for _ in range(20):
            assert converter.run([good])["documents"][0].content == "words"
        assert not bad.done()
        assert bad.result()["failures"]


@component
class Endless:
    """A step that does not end."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        while True:
            pass


@component
class Liar:
    """A step that gives its chunks this meta."""

    def __init__(self, meta: dict[str, Any]) -> None:
        self.meta = meta

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        return {"documents": [Document(content="lies", meta=self.meta)]}


@pytest.mark.parametrize(
    "lie", [{"tokens": None}, {"start": "0"}, {"page_start": "x"}, {"headings": 7}, {"headings": [7]}, {"title": {}}]
)
def test_a_file_whose_chunks_are_none_fails_by_itself(sandbox: Sandbox, tmp_path: Path, lie: dict[str, Any]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("words")
    without = {name: value for name, value in PLACED.items() if name not in lie}
    for meta in PLACED | lie, without:
        if meta != PLACED:
            read = FileConverter(steps=[Liar(meta)], sandbox=sandbox).run([path])
            [failure] = read["failures"]
            assert "could not be read" in str(failure.error)
            assert not read["documents"]
    assert FileConverter(steps=[Liar(PLACED)], sandbox=sandbox).run([path])["documents"]
    assert not is_sound({"converter": ["text"]})


@component
class Usurper:
    """A step that says its chunks are another file's, as a file might that has taken its process over."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        theirs = {"store_id": "vs_theirs", "file_id": "file-theirs", "store_file_id": "sf_theirs", **PLACED}
        return {"documents": [Document(id="theirs", content="lies", meta=theirs)]}


def test_no_chunk_is_another_files(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("words")
    given = {"store_id": "vs", "file_id": "file-1", "store_file_id": "sf_1", "attributes": {"year": 2024}}
    read = FileConverter(steps=[Usurper()], sandbox=sandbox).run([Source(path, given)])
    [chunk] = read["documents"]
    assert {key: chunk.meta[key] for key in given} == given
    store = MemoryDocumentStore()
    found = [Source(source.path, source.meta | {"converter": "text 3"}) for source in read["read"]]
    ChunkWriter(store).run(read["documents"], found)
    assert [document.id for document in store.filter_documents()] == [chunk_id("vs", "file-1", "sf_1", 0)]


@pytest.fixture
def cutting(sandbox: Sandbox) -> FileConverter:
    return FileConverter(steps=[cleaner(), TokenSplitter(100, 50)], sandbox=sandbox)


def test_steps_do_in_the_sandbox_what_they_do_here(cutting: FileConverter, convert: Convert, tmp_path: Path) -> None:
    text = "".join(f"Heron {n} eats fish.\u200b  \r\n\r\n" * (n % 3 + 1) for n in range(30_000))
    path = tmp_path / "5d41402abc4b2a76"
    path.write_text(text, newline="")
    meta = {"store_id": "s", "file_id": "f", "store_file_id": "a", "filename": "notes.txt", "attributes": {"n": 2**60}}
    found = cutting.run([Source(path, meta), Source(path, meta | {"filename": "notes.xyz"})])
    document = convert("notes.txt", text.encode())
    document.meta.update(meta)
    chunks = TokenSplitter(100, 50).run(cleaner().run([document])["documents"])["documents"]
    assert [text.to_dict() for text in found["documents"]] == [chunk.to_dict() for chunk in chunks]
    assert [source.meta for source in found["read"]] == [document.meta]
    assert [failure.meta["filename"] for failure in found["failures"]] == ["notes.xyz"]


def test_steps_are_saved_and_loaded_too(cutting: FileConverter) -> None:
    pipeline = Pipeline()
    pipeline.add_component("converter", cutting)
    loaded = Pipeline.loads(pipeline.dumps(), allowed_modules=["ingest.*"]).get_component("converter")
    assert isinstance(loaded, FileConverter)
    assert [type(step) for step in loaded.steps] == [type(cleaner()), TokenSplitter]
    assert loaded.to_dict() == cutting.to_dict()


@pytest.mark.parametrize("still_wanted", [True, False])
def test_a_step_ends_when_its_time_is_over_or_nobody_wants_it(
    sandbox: Sandbox, tmp_path: Path, still_wanted: bool
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("words")
    converter = FileConverter(seconds=2 if still_wanted else 60, steps=[Endless()], sandbox=sandbox)
    [failure] = converter.run([path], still_wanted=lambda: still_wanted)["failures"]
    assert ("took longer than 2 seconds" if still_wanted else "was cancelled") in failure.error.message
