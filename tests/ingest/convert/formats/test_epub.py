import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import epub


def test_chapters_come_in_reading_order_and_the_contents_not_at_all(convert: Convert) -> None:
    chapters = {
        "text/z.xhtml": "<h1>One</h1><p>First<a id='x'/> words.</p>",
        "text/a%20b.xhtml": "<h1>Two</h1><ul><li>item</li></ul><table><tr><td>1</td><td>2</td></tr></table>",
    }
    document = convert("book.epub", epub(chapters, title="The <i/>book"))
    assert document.content == "# One\n\nFirst words.\n\n# Two\n\n- item\n\n| 1 | 2 |"
    assert (document.meta["markup"], document.meta["paged"]) == ("markdown", False)


def test_the_title_is_that_of_the_package(convert: Convert) -> None:
    assert convert("book.epub", epub({"a.xhtml": "words"}, title="The book")).meta["title"] == "The book"


def test_an_old_encoding_is_read(convert: Convert) -> None:
    page = '<html><head><meta charset="windows-1252"/></head><body>café “quoted”</body></html>'.encode("cp1252")
    assert convert("book.epub", epub({"a.xhtml": ""}, parts={"OEBPS/a.xhtml": page})).content == "café “quoted”"


def test_a_chapter_is_read_as_xhtml_and_past_its_end(convert: Convert) -> None:
    page = "<html><head><title/><script src='x'/></head><body><p/><a id='x'/>a<![CDATA[<b>]]></body></html><p>c</p>"
    data = epub({"a.xhtml": ""}, parts={"OEBPS/a.xhtml": page})
    assert convert("book.epub", data).content == "a<b>\n\nc"


def test_a_missing_chapter_is_damage(convert: Convert) -> None:
    data = epub({"a.xhtml": "words", "b.xhtml": "more"})
    with pytest.raises(ConversionFailed, match=r"its chapter 'OEBPS/b.xhtml' is missing"):
        convert("book.epub", data.replace(b"OEBPS/b.xhtml", b"OEBPS/c.xhtml"))
    with pytest.raises(ConversionFailed, match="its list of chapters is missing"):
        convert("book.epub", data.replace(b"OEBPS/book.opf", b"OEBPS/kook.opf"))


def test_copy_protection_is_called_so_unless_only_fonts_are_hidden(convert: Convert) -> None:
    def encrypted(address: str) -> bytes:
        listed = f"<encryption><CipherReference URI='{address}'/></encryption>"
        return epub({"a.xhtml": "words"}, parts={"META-INF/encryption.xml": listed})

    with pytest.raises(ConversionFailed, match=r"protected against copying \(DRM\)"):
        convert("book.epub", encrypted("OEBPS/a.xhtml"))
    assert convert("book.epub", encrypted("OEBPS/font.ttf")).content == "words"
