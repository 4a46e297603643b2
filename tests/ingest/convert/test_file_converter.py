from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pytest
from conversion import NASTY, Convert, needs_nasty
from haystack import Pipeline
from pdf_files import pdf

from ingest.convert import CONVERTERS, supported
from ingest.convert.component import FileConverter
from ingest.errors import ConversionFailed, Reason


def failure(convert: Convert, filename: str, content: bytes | str) -> ConversionFailed:
    with pytest.raises(ConversionFailed) as caught:
        convert(filename, content)
    return caught.value


def test_every_line_of_the_table_converts(convert: Convert, tmp_path: Path) -> None:
    docx_file = tmp_path / "words.docx"
    document = docx.Document()
    document.add_paragraph("words")
    document.save(str(docx_file))
    binary = {".pdf": pdf("words"), ".docx": docx_file.read_bytes()}
    for extension, format in CONVERTERS.items():
        document_found = convert(f"file{extension}", binary.get(extension, b"words"))
        assert document_found.content == "words"
        assert document_found.meta["markup"] == format.markup


def test_the_given_meta_is_kept(converter: FileConverter, tmp_path: Path) -> None:
    path = tmp_path / "0f343b"
    path.write_text("words")
    meta = {"filename": "Notes.TXT", "file_id": "file-1", "attributes": {"year": 2020}}
    document = converter.run([str(path)], meta)["documents"][0]
    assert document.id == "file-1"
    assert document.meta == meta | {"markup": "text", "paged": False, "converter": "text"}


def test_sources_have_their_own_meta_and_keep_their_order(converter: FileConverter, tmp_path: Path) -> None:
    for name in ("a.txt", "b.md"):
        (tmp_path / name).write_text(name)
    documents = converter.run([tmp_path / "a.txt", tmp_path / "b.md"], [{"n": 1}, {"n": 2}])["documents"]
    assert [(d.content, d.meta["n"], d.meta["filename"]) for d in documents] == [
        ("a.txt", 1, "a.txt"),
        ("b.md", 2, "b.md"),
    ]


def test_other_endings_are_not_supported(convert: Convert) -> None:
    error = failure(convert, "table.xyz", "words")
    assert error.message == f"Files ending in '.xyz' are not supported. Supported: {supported()}."
    assert error.reason is Reason.UNSUPPORTED


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


def test_an_old_office_file_is_named(convert: Convert) -> None:
    error = failure(convert, "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    assert "before 2007" in error.message


def test_text_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 300)
    converter = FileConverter(workers=1, max_characters=1000)
    try:
        [failure] = converter.run([path])["failures"]
        assert "holds 1,500 characters of text; at most 1,000 are read" in failure.message
    finally:
        converter.close()


def test_it_is_saved_with_a_pipeline_and_loaded(tmp_path: Path) -> None:
    pipeline = Pipeline()
    pipeline.add_component("converter", FileConverter(workers=3, memory_mb=300, seconds=5))
    loaded = Pipeline.loads(pipeline.dumps(), allowed_modules=["ingest.convert.*"]).get_component("converter")
    assert isinstance(loaded, FileConverter)
    assert loaded.to_dict() == pipeline.get_component("converter").to_dict()
    assert (loaded.workers, loaded.memory_mb, loaded.seconds) == (3, 300, 5)


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
