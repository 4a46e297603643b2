import io
import zipfile

import docx
import pytest
from docx.document import Document as Docx
from docx.oxml import parse_xml

from ingest.convert.unsupported import ANY
from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import CHART, DIAGRAM, DRAWING, XLSX, relations
from tests.ingest.convert.word_files import paragraph, part, text, word

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
    for i, letter in enumerate("ab12"):
        table.cell(i // 2, i % 2).text = letter
    document.add_paragraph("one", style="List Bullet")
    document.add_paragraph("two", style="List Number")
    document.add_heading("Detail", 2)
    document.add_paragraph("After.")
    found = convert("report.docx", saved(document))
    assert found.content == (
        "# Report\n\n# Part\n\nBefore the table.\n\n| a | b |\n| 1 | 2 |\n\n- one\n1. two\n\n## Detail\n\nAfter."
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


HIDDEN = "<w:vanish/>"


def test_hidden_text_is_left_out(convert: Convert) -> None:
    body = paragraph(text("Seen "), text("secret ", HIDDEN), text("end", "<w:vanish w:val='0'/>"))
    body += "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>" + paragraph(text("secret")) + "</w:tc></w:tr></w:tbl>"
    assert convert("a.docx", word(body)).content == "Seen end"


WHITE = "<w:color w:val='FFFFFF'/>"


def test_letters_that_nobody_can_read_are_left_out(convert: Convert) -> None:
    body = paragraph(text("Seen "), text("dust ", "<w:sz w:val='2'/>"), text("white ", WHITE), text("end"))
    assert convert("a.docx", word(body)).content == "Seen end"
    note = convert("a.docx", word(paragraph(text("Seen"), text("obey " * 50, WHITE)))).meta["note"]
    assert note == "Text that is not seen was left out (250 characters)."


@pytest.mark.parametrize(
    "body",
    [
        paragraph(text("words", f"{WHITE}<w:shd w:fill='000000'/>")),
        paragraph(text("words", f"{WHITE}<w:highlight w:val='blue'/>")),
        paragraph(text("words", WHITE), properties="<w:pPr><w:shd w:fill='000000'/></w:pPr>"),
        f"<w:tbl><w:tr><w:tc>{paragraph(text('words', WHITE))}</w:tc></w:tr></w:tbl>",
        f"<w:p><w:r><w:txbxContent>{paragraph(text('words', WHITE))}</w:txbxContent></w:r></w:p>",
        paragraph(text("words", "<w:color w:val='auto'/><w:sz w:val='10'/>")),
    ],
)
def test_white_letters_that_may_be_seen_are_read(convert: Convert, body: str) -> None:
    assert "words" in (convert("a.docx", word(body)).content or "")


def test_text_that_is_hidden_by_its_style_is_left_out(convert: Convert) -> None:
    styles = "".join(
        f"<w:style w:styleId='{name}'><w:basedOn w:val='{base}'/><w:rPr>{properties}</w:rPr></w:style>"
        for name, base, properties in (("a", "", HIDDEN), ("b", "a", ""), ("c", "b", "<w:vanish w:val='false'/>"))
    )
    body = "".join(
        paragraph(text(f"{style}1 "), properties=f"<w:pPr><w:pStyle w:val='{style}'/></w:pPr>") for style in "bc"
    )
    body += paragraph(*(text(f"{style}2 ", f"<w:rStyle w:val='{style}'/>") for style in "abc"))
    data = word(body, {"rId1": ("styles", "styles.xml")}, {"word/styles.xml": part("styles", styles)})
    assert convert("a.docx", data).content == "c1\n\nc2"


def test_comments_stand_behind_their_paragraph_with_their_author(convert: Convert) -> None:
    comments = "".join(
        f"<w:comment w:id='{number}' w:author='{author}'>{paragraph(text(said))}{paragraph(text('More.'))}</w:comment>"
        for number, author, said in ((1, "Ann", "4%?"), (2, "", "Why?"), (3, "Bob", "Nowhere."))
    )
    body = paragraph(text("The fee is 5%."), "<w:r><w:commentReference w:id='1'/></w:r>") + paragraph(
        text("Next."), "<w:r><w:commentReference w:id='2'/></w:r>"
    )
    data = word(body, {"rId1": ("comments", "comments.xml")}, {"word/comments.xml": part("comments", comments)})
    assert convert("a.docx", data).content == (
        "The fee is 5%.\n\nComment by Ann: 4%?\nMore.\n\nNext.\n\nComment: Why?\nMore.\n\n"
        "Comment by Bob: Nowhere.\nMore."
    )


@pytest.mark.parametrize(
    ("name", "content", "read"),
    [
        ("a.html", "<h1>Head</h1><p>words", "# Head\n\nwords"),
        ("a.rtf", rb"{\rtf1 words\par more}", "words\n\nmore"),
        ("a.txt", "# words", "```\n# words\n```"),
        ("a.docx", word(paragraph(text("words"))), "words"),
        ("a.dat", "<p>words", "words"),
        ("b.dat", "words", "words"),
        ("a.xyz", "words", "Not read: Files ending in '.xyz' are not supported: " + ANY + "."),
    ],
)
def test_files_that_are_part_of_the_text_are_read(convert: Convert, name: str, content: str | bytes, read: str) -> None:
    types = (
        "<Types xmlns='t'><Default Extension='dat' ContentType='text/html'/>"
        "<Override PartName='/word/b.dat' ContentType='text/plain'/></Types>"
    )
    body = paragraph(text("Before.")) + "<w:altChunk r:id='rId9'/>" * 2 + paragraph(text("After."))
    parts: dict[str, str | bytes] = {f"word/{name}": content, "[Content_Types].xml": types}
    data = word(body, {"rId9": ("aFChunk", name)}, parts)
    assert convert("a.docx", data).content == f"Before.\n\n{read}\n\nAfter."


def test_documents_within_documents_end(convert: Convert) -> None:
    data = word(paragraph(text("innermost")))
    for depth in range(12):
        data = word(
            paragraph(text(f"depth {depth}")) + "<w:altChunk r:id='r'/>",
            {"r": ("aFChunk", "a.docx")},
            {"word/a.docx": data},
        )
    content = convert("a.docx", data).content or ""
    assert content.startswith("depth 11\n\ndepth 10")
    assert content.endswith("depth 3\n\nNot read: it lies within 8 other files.")


def test_symbols_are_characters(convert: Convert) -> None:
    symbols = (("Symbol", "F061"), ("Symbol", "F0B3"), ("Wingdings", "F0FC"), ("Wingdings", "F02F"), ("Arial", "20AC"))
    runs = (f"<w:r><w:sym w:font='{font}' w:char='{char}'/></w:r>" for font, char in (*symbols, ("Arial", "zz")))
    assert convert("a.docx", word(paragraph(*runs))).content == "α≥✓€"


def test_characters_of_such_fonts_within_words_are_read(convert: Convert) -> None:
    body = paragraph(text("\uf061 \uf0b3 1", "<w:rFonts w:ascii='Symbol' w:hAnsi='Symbol'/>"), text(" \uf0fc", ""))
    assert convert("a.docx", word(body)).content == "α ≥ 1"


def test_raised_digits_are_not_read_as_part_of_the_number_before_them(convert: Convert) -> None:
    raised = "<w:vertAlign w:val='superscript'/>"
    body = paragraph(text("10"), text("6", raised), text(" m"), text("2", raised), text(" 10"), text("7"))
    assert convert("a.docx", word(body)).content == "10^6 m2 107"
    body = paragraph(text("10"), text("−6", raised), text(" 10"), text("-", raised), text("3", raised))
    assert convert("a.docx", word(body)).content == "10^−6 10^-3"


def test_struck_words_are_marked(convert: Convert) -> None:
    struck, bold = "<w:strike/>", "<w:b/><w:dstrike w:val='1'/>"
    body = paragraph(text("Rent 850", struck), text(" € ", bold), text("900 €", "<w:strike w:val='0'/>"))
    assert convert("a.docx", word(body)).content == "~~Rent 850 €~~ 900 €"


def test_boxes_of_old_forms_are_ticked_or_not(convert: Convert) -> None:
    boxes = (
        f"<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar></w:r>"
        for state in ("<w:default w:val='0'/><w:checked/>", "<w:default w:val='1'/>", "<w:checked w:val='0'/>")
    )
    assert (
        convert("a.docx", word(paragraph(*(f"{box}{text(' yes ')}" for box in boxes)))).content == "☒ yes ☒ yes ☐ yes"
    )


def test_charts_and_diagrams_are_read_from_what_is_kept_of_them(convert: Convert) -> None:
    point = "<c:pt idx='0'><c:v>{}</c:v></c:pt>".format
    chart = (
        f"<c:chartSpace xmlns:c='{CHART}' xmlns:a='{DRAWING}'><c:chart><c:title><a:p><a:r><a:t>Sales</a:t></a:r></a:p>"
        f"</c:title><c:ser><c:tx><c:v>2023</c:v></c:tx><c:cat>{point('East')}</c:cat><c:val>{point('19')}</c:val></c:ser>"
        "</c:chart></c:chartSpace>"
    )
    diagram = (
        f"<dgm:dataModel xmlns:dgm='{DIAGRAM}' xmlns:a='{DRAWING}'><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Plan</a:t>"
        "</a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
    )
    body = paragraph("<w:r><w:drawing><c:chart r:id='rId1'/></w:drawing></w:r>", text("Figure 1")) + paragraph(
        "<w:r><w:drawing><dgm:relIds r:dm='rId2'/></w:drawing></w:r>"
    )
    data = word(
        body,
        {"rId1": ("chart", "charts/c.xml"), "rId2": ("diagramData", "diagrams/d.xml")},
        {"word/charts/c.xml": chart, "word/diagrams/d.xml": diagram},
    )
    assert convert("a.docx", data).content == "Sales\n\n| East | 2023: 19 |\n\nFigure 1\n\n- Plan"


def test_embedded_objects_are_read_below_the_text_or_named(convert: Convert) -> None:
    objects = (("rId1", "Excel.Sheet.12"), ("rId2", "Package"), ("rId3", "Equation.3"), ("rId4", "Visio.Drawing.15"))
    body = "".join(
        paragraph(f"<w:r><w:object><o:OLEObject ProgID='{program}' r:id='{key}'/></w:object></w:r>")
        for key, program in objects
    )
    related = {"rId1": ("package", "embeddings/a.xlsx"), "rId4": ("package", "embeddings/d.vsdx")}
    related |= {"rId2": ("oleObject", "embeddings/b.bin"), "rId3": ("oleObject", "embeddings/c.bin")}
    parts: dict[str, str | bytes] = {"word/embeddings/a.xlsx": XLSX, "word/embeddings/d.vsdx": b"PK"}
    parts |= {"word/embeddings/b.bin": b"words", "word/embeddings/c.bin": b"words"}
    content = convert("a.docx", word(paragraph(text("Text.")) + body, related, parts)).content or ""
    assert content.startswith(
        "Text.\n\n# Embedded: Excel.Sheet.12\n\n## words\n\n| words |\n\n# Embedded: Package\n\nNot read"
    )
    assert "# Embedded: Visio.Drawing.15\n\nNot read" in content
    assert "Equation" not in content


def test_what_the_notes_refer_to_is_found_beside_them(convert: Convert) -> None:
    notes = part(
        "footnotes", f"<w:footnote w:id='1'>{paragraph(text('A note.'))}<w:altChunk r:id='rId1'/></w:footnote>"
    )
    parts: dict[str, str | bytes] = {"word/footnotes.xml": notes, "word/a.txt": "More."}
    parts["word/_rels/footnotes.xml.rels"] = relations({"rId1": ("aFChunk", "a.txt")})
    data = word(paragraph(text("Text.")), {"rId1": ("footnotes", "footnotes.xml")}, parts)
    assert convert("a.docx", data).content == "Text.\n\nA note.\n\nMore."


def test_a_row_stays_one_although_a_cell_holds_a_list(convert: Convert) -> None:
    def cell(*paragraphs: str) -> str:
        return f"<w:tc>{''.join(paragraphs)}</w:tc>"

    item = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
    colours = paragraph(text("red"), properties=item) + paragraph(text("blue"), properties=item)
    long = paragraph(text("red " * 600), properties=item)
    rows = "".join(
        f"<w:tr>{cell(paragraph(text(name)))}{cell(content)}</w:tr>"
        for name, content in (("A1", colours), ("B2", long))
    )
    content = convert("a.docx", word(f"<w:tbl>{rows}</w:tbl>")).content or ""
    assert content.startswith("| A1 | red blue |\n\nB2\n\n- red red")


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(depth: int, text: str, form: str = "decimal", more: str = "") -> str:
    stated = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}">{stated}</w:lvl>'


def numbered(levels: str, paragraphs: list[tuple[str, str, str, int]], overrides: str = "") -> Docx:
    """`paragraphs`: text, style, list, depth. List 78 is of the same kind as 77, with overrides."""
    document = docx.Document()
    part = document.part.numbering_part.element
    part.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{levels}</w:abstractNum>'))
    for own_number in 77, 78:
        own = overrides if own_number == 78 else ""
        part.append(parse_xml(f'<w:num {W} w:numId="{own_number}"><w:abstractNumId w:val="77"/>{own}</w:num>'))
    for said, style, number, depth in paragraphs:
        properties = document.add_paragraph(said, style=style)._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'))
    return document


def test_numbers_that_word_makes_are_read(convert: Convert) -> None:
    levels = level(0, "§ %1") + level(1, "%1.%2") + level(2, "(%3)", "lowerLetter") + level(3, "%4.", "upperRoman")
    clauses = [
        ("Rent", "Heading 1", "77", 0),
        ("The rent is 900 euros.", "Normal", "77", 1),
        ("It is due on the third.", "Normal", "77", 1),
        ("by bank", "Normal", "77", 2),
        ("in cash", "Normal", "77", 2),
        ("", "Normal", "77", 3),
        ("Term", "Heading 1", "77", 0),
        ("Two years.", "Normal", "77", 1),
        ("of which", "Normal", "77", 3),
    ]
    assert convert("contract.docx", saved(numbered(levels, clauses))).content == (
        "# § 1 Rent\n\n  1.1 The rent is 900 euros.\n  1.2 It is due on the third.\n"
        "    (a) by bank\n    (b) in cash\n\n"
        "# § 2 Term\n\n  2.1 Two years.\n      I. of which"
    )


def test_a_list_may_begin_anew_and_restart_where_it_says(convert: Convert) -> None:
    levels = level(0, "%1.") + level(1, "%1.%2.", more='<w:lvlRestart w:val="0"/>')
    items = [("a", "77", 0), ("b", "77", 1), ("c", "77", 0), ("d", "77", 1), ("e", "78", 0)]
    document = numbered(
        levels,
        [(text, "Normal", number, depth) for text, number, depth in items],
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>',
    )
    assert convert("list.docx", saved(document)).content == "1. a\n  1.1. b\n2. c\n  2.2. d\n5. e"


def test_a_style_may_have_its_level_of_a_list(convert: Convert) -> None:
    document = numbered(level(0, "Part %1", "upperLetter") + level(1, "%1%2", more='<w:pStyle w:val="Heading2"/>'), [])
    number = f'<w:numPr {W}><w:numId w:val="77"/></w:numPr>'
    document.styles["Heading 1"].element.get_or_add_pPr().append(parse_xml(number))
    document.styles["Heading 2"].element.get_or_add_pPr().append(parse_xml(number))
    for said, style in ("One", "Heading 1"), ("Two", "Heading 2"), ("Three", "Heading 2"):
        document.add_paragraph(said, style=style)
    assert convert("styles.docx", saved(document)).content == "# Part A One\n\n## A1 Two\n\n## A2 Three"


def test_a_cell_over_rows_and_columns_is_said_in_each(convert: Convert) -> None:
    document = docx.Document()
    table = document.add_table(4, 3)
    words = ["Fare", "", "", "City", "Line", "Euro", "Kiel", "U1", "2.10", "", "U2", "2.40"]
    for place, said in enumerate(words):
        table.cell(place // 3, place % 3).text = said
    table.cell(0, 0).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    assert convert("fares.docx", saved(document)).content == (
        "Fare\n\n| City | Line | Euro |\n| Kiel | U1 | 2.10 |\n| Kiel | U2 | 2.40 |"
    )


def test_a_small_table_in_a_cell_does_not_tear_its_row(convert: Convert) -> None:
    document = docx.Document()
    table = document.add_table(1, 3)
    table.cell(0, 0).text, table.cell(0, 2).text = "Sand", "8"
    inner = table.cell(0, 1).add_table(2, 2)
    for place, said in enumerate(("fine", "5", "coarse", "7")):
        inner.cell(place // 2, place % 2).text = said
    assert convert("sand.docx", saved(document)).content == "| Sand | fine, 5 coarse, 7 | 8 |"


def test_a_table_of_one_row_with_lines_in_its_cells_is_layout(convert: Convert) -> None:
    cells = "<w:tc>" + paragraph(text("To")) + paragraph(text("Ann")) + "</w:tc><w:tc>" + paragraph(text("No. 8"))
    row = f"<w:tr>{cells}</w:tc></w:tr>"
    assert convert("a.docx", word(f"<w:tbl>{row}</w:tbl>")).content == "To\n\nAnn\n\nNo. 8"
    assert convert("a.docx", word(f"<w:tbl>{row}{row}</w:tbl>")).content == "| To Ann | No. 8 |\n| To Ann | No. 8 |"


def test_a_row_that_is_said_again_on_each_page_is_a_header(convert: Convert) -> None:
    def row(again: str, *words: str) -> str:
        cells = "".join(f"<w:tc>{paragraph(text(each))}</w:tc>" for each in words)
        return f"<w:tr><w:trPr>{again}</w:trPr>{cells}</w:tr>"

    again, other = "<w:tblHeader/>", row("", "May", "468")
    for first, line in ((row(again, "Month", "N4"), "| --- | --- |\n"), (row("", "Month", "N4"), "")):
        content = convert("a.docx", word(f"<w:tbl>{first}{other}</w:tbl>")).content
        assert content == f"| Month | N4 |\n{line}| May | 468 |"
    two = convert("a.docx", word(f"<w:tbl>{row(again, 'a', 'b')}{row(again, 'c', 'd')}{other}</w:tbl>")).content
    assert two == "| a | b |\n| c | d |\n| May | 468 |"


def test_a_small_table_in_a_cell_is_said_without_the_line_below_its_header(convert: Convert) -> None:
    inner = "".join(
        f"<w:tr><w:trPr>{again}</w:trPr><w:tc>{paragraph(text(word_))}</w:tc><w:tc>{paragraph(text('5'))}</w:tc></w:tr>"
        for again, word_ in (("<w:tblHeader/>", "grain"), ("", "fine"))
    )
    plain = f"<w:tc>{paragraph(text('Sand'))}</w:tc>"
    body = f"<w:tbl><w:tr>{plain}<w:tc><w:tbl>{inner}</w:tbl></w:tc>{plain}</w:tr></w:tbl>"
    assert convert("a.docx", word(body)).content == "| Sand | grain, 5 fine, 5 | Sand |"


def test_columns_of_many_paragraphs_are_layout_in_any_table(convert: Convert) -> None:
    column = "<w:tc>" + "".join(paragraph(text(said)) for said in "abcd") + "</w:tc>"
    title = "<w:tr><w:tc>" + paragraph(text("Ann")) + "</w:tc></w:tr>"
    content = convert("a.docx", word(f"<w:tbl>{title}<w:tr>{column}{column}</w:tr></w:tbl>")).content
    assert content == "Ann\n\na\n\nb\n\nc\n\nd\n\na\n\nb\n\nc\n\nd"


def test_listings_keep_their_indentation(convert: Convert) -> None:
    style = '<w:style w:styleId="C1"><w:name w:val="HTML Preformatted"/></w:style>'
    style += '<w:style w:styleId="C2"><w:name w:val="Mine"/><w:basedOn w:val="C1"/></w:style>'
    code = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="C2"/></w:pPr><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>'
        for line in ("if a:", "    b()", "", "c")
    )
    listing = "```\nif a:\n    b()\n\nc\n```"
    body = paragraph(text("x")) + code + paragraph(text("y"))
    data = word(body, {"rId1": ("styles", "styles.xml")}, {"word/styles.xml": part("styles", style)})
    assert convert("a.docx", data).content == f"x\n\n{listing}\n\ny"
