import io
import zipfile

import docx
import pytest
from docx.document import Document as Docx

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert

FOOTNOTES = (
    '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>line</w:t></w:r></w:p></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:t>A footnote.</w:t></w:r></w:p></w:footnote></w:footnotes>'
)
FOOTNOTES_RELATION = (
    '<Relationship Id="rId99" Target="footnotes.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
)


def saved(document: Docx) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rewritten(data: bytes, replace: dict[str, tuple[str, str]], add: dict[str, str] | None = None) -> bytes:
    """With the first `(old, new)` text replaced in the named parts, and parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name in replace:
                old_text, new_text = replace[name]
                part = part.decode().replace(old_text, new_text, 1).encode()
            new.writestr(name, part)
        for name, text in (add or {}).items():
            new.writestr(name, text)
    return out.getvalue()


def with_body(xml: str) -> bytes:
    return rewritten(saved(docx.Document()), {"word/document.xml": ("<w:body>", f"<w:body>{xml}")})


def test_headings_lists_and_tables_come_in_reading_order(convert: Convert) -> None:
    document = docx.Document()
    document.core_properties.title = "The title"
    document.add_heading("Report", 0)
    document.add_heading("Part", 1)
    document.add_paragraph("Before\tthe table.")
    table = document.add_table(2, 2)
    for i, word in enumerate(["a", "b", "1", "2"]):
        table.cell(i // 2, i % 2).text = word
    document.add_paragraph("one", style="List Bullet")
    document.add_paragraph("two", style="List Number")
    document.add_heading("Detail", 2)
    document.add_paragraph("After.")
    found = convert("report.docx", saved(document))
    assert found.content == (
        "# Report\n\n# Part\n\nBefore the table.\n\n| a | b |\n| 1 | 2 |\n\n- one\n- two\n\n## Detail\n\nAfter."
    )
    assert found.meta["title"] == "The title"
    assert (found.meta["markup"], found.meta["paged"]) == ("markdown", False)


def test_headers_and_footers_come_once(convert: Convert) -> None:
    document = docx.Document()
    document.add_paragraph("Body.")
    document.add_section()
    for section in document.sections:
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.header.paragraphs[0].text = "The header"
        section.footer.paragraphs[0].text = "The footer"
    assert convert("report.docx", saved(document)).content == "The header\n\nBody.\n\nThe footer"


def test_footnotes_follow_the_body(convert: Convert) -> None:
    document = docx.Document()
    document.add_paragraph("Body.")
    data = rewritten(
        saved(document),
        {"word/_rels/document.xml.rels": ("</Relationships>", FOOTNOTES_RELATION)},
        {"word/footnotes.xml": FOOTNOTES},
    )
    assert convert("report.docx", data).content == "Body.\n\nA footnote."


def test_deleted_text_and_field_codes_are_left_out(convert: Convert) -> None:
    data = with_body(
        "<w:p><w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:br/><w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t></w:r></w:p>"
    )
    assert convert("report.docx", data).content == "kept new\nnon-stop"


def test_text_boxes_come_once(convert: Convert) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"
    data = with_body(
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
        "<w:t>around</w:t></w:r></w:p>"
    )
    assert convert("report.docx", data).content == "boxed\n\naround"


def test_a_table_that_arranges_the_page_is_read_as_text(convert: Convert) -> None:
    document = docx.Document()
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "left"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "1", "2"
    assert convert("report.docx", saved(document)).content == "left\n\n| 1 | 2 |"


def test_outside_entities_are_not_read(convert: Convert) -> None:
    secret = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]><w:document '
    document = docx.Document()
    document.add_paragraph("before MARK after")
    data = rewritten(saved(document), {"word/document.xml": ("<w:document ", secret)})
    data = rewritten(data, {"word/document.xml": ("MARK", "&secret;")})
    assert convert("report.docx", data).content == "before after"


def test_deep_nesting_is_refused(convert: Convert) -> None:
    with pytest.raises(ConversionFailed, match="nested too deeply"):
        convert("deep.docx", with_body("<w:sdt>" * 5000 + "</w:sdt>" * 5000))


def test_a_bomb_is_refused_before_it_is_unpacked(convert: Convert) -> None:
    data = rewritten(saved(docx.Document()), {}, {"word/media/zeros": "0" * (40 << 20)})
    with pytest.raises(ConversionFailed, match="would unpack to"):
        convert("bomb.docx", data)


def test_a_damaged_file_is_called_so(convert: Convert) -> None:
    document = docx.Document()
    document.add_paragraph("Body.")
    with pytest.raises(ConversionFailed, match="damaged"):
        convert("cut.docx", saved(document)[:-500])
    with pytest.raises(ConversionFailed, match="damaged"):
        convert("bad.docx", rewritten(saved(document), {"word/document.xml": ("</w:p>", "</w:q>")}))
