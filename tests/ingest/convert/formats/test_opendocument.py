import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import OASIS, ODF_NAMES, flat_opendocument, opendocument


def item(content: str) -> str:
    return f"<text:list><text:list-item>{content}</text:list-item></text:list>"


def row(*cells: str) -> str:
    within = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row>{within}</table:table-row>"


def box(words: str, kind: str = "outline") -> str:
    return f'<draw:frame presentation:class="{kind}"><draw:text-box>{words}</draw:text-box></draw:frame>'


def test_headings_lists_and_tables_come_in_reading_order(convert: Convert) -> None:
    body = (
        '<text:p text:style-name="P1">Report</text:p><text:h text:outline-level="2">Part</text:h>'
        "<text:p>Before<text:tab/>the<text:s text:c='1000000000'/>table<text:line-break/>and <text:span>in</text:span> "
        "it.</text:p>"
        f"<table:table>{row('a', 'b')}{row('1', '2')}</table:table>"
        f"{item('<text:p>one</text:p>' + item('<text:p>deep</text:p>') + '<text:p>still one</text:p>')}"
        "<text:p>After.</text:p>"
    )
    styles = (
        "<office:automatic-styles><style:style style:name='P1' style:parent-style-name='Title'/>"
        "</office:automatic-styles>"
    )
    meta = f"<x {ODF_NAMES}><office:meta><dc:title>The title</dc:title></office:meta></x>"
    document = convert("text.odt", opendocument("text", body, {"meta.xml": meta}, styles))
    assert document.content == (
        "# Report\n\n## Part\n\nBefore the table\nand in it.\n\n| a | b |\n| 1 | 2 |\n\n"
        "- one\n  - deep\n\nstill one\n\nAfter."
    )
    assert (document.meta["title"], document.meta["paged"]) == ("The title", False)


def test_a_row_that_is_said_again_on_each_page_is_a_header(convert: Convert) -> None:
    for again, line in ((row("Month", "N4"), "| --- | --- |\n"), (row("Month", "N4") + row("", "all"), "|  | all |\n")):
        header = f"<table:table-header-rows>{again}</table:table-header-rows>"
        body = f"<table:table>{header}{row('May', '468')}</table:table>"
        assert convert("a.odt", opendocument("text", body)).content == f"| Month | N4 |\n{line}| May | 468 |"


def test_text_that_is_not_shown_is_left_out(convert: Convert) -> None:
    styles = (
        "<office:automatic-styles>"
        "<style:style style:name='T1'><style:text-properties text:display='none'/></style:style>"
        "<style:style style:name='T2' style:parent-style-name='T1'/></office:automatic-styles>"
    )
    body = (
        "<text:p>Seen <text:span text:style-name='T1'>secret</text:span>"
        "<text:span text:style-name='T2'>secret</text:span>text<text:hidden-text text:is-hidden='true'>secret"
        "</text:hidden-text>.</text:p><text:p text:style-name='T1'>secret</text:p>"
        "<text:section text:display='none'><text:p>secret</text:p></text:section>"
        "<text:p><text:hidden-paragraph text:is-hidden='false'/>End.</text:p>"
    )
    assert convert("text.odt", opendocument("text", body, styles=styles)).content == "Seen text.\n\nEnd."


def styled(**properties: str) -> str:
    named = "".join(
        f"<style:style style:name='{name}'><style:text-properties {its}/></style:style>"
        for name, its in properties.items()
    )
    return f"<office:automatic-styles>{named}</office:automatic-styles>"


LOOKS = styled(
    white="fo:color='#ffffff'",
    pale="fo:color='#FFFEFF'",
    tiny="fo:font-size='1pt'",
    large="fo:font-size='12pt' fo:color='#000000'",
    chosen="style:use-window-font-color='true'",
    marked="fo:color='#ffffff' fo:background-color='#0000ff'",
)


def words(style: str, text: str) -> str:
    return f"<text:span text:style-name='{style}'>{text}</text:span>"


@pytest.mark.parametrize("look", ["white", "pale", "tiny"])
def test_letters_that_nobody_can_read_are_left_out(convert: Convert, look: str) -> None:
    body = f"<text:p>Seen {words(look, 'secret ')}end</text:p>"
    body += f"<text:p text:style-name='{look}'>secret{words('large', ' and seen')}</text:p>"
    assert convert("a.odt", opendocument("text", body, styles=LOOKS)).content == "Seen end\n\nand seen"
    said = f"<text:p>Seen</text:p><text:p>{words(look, 'obey ' * 50)}</text:p>"
    slide = f"<draw:page>{box(said)}</draw:page>"
    document = convert("a.odp", opendocument("presentation", slide, styles=LOOKS))
    assert document.content == "# Slide 1\n\nSeen"
    assert document.meta["note"] == "Text that is not seen was left out (250 characters)."


SAID = f"<text:p>{words('white', 'words')}</text:p>"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text", f"<text:p>{words('marked', 'words')}</text:p>"),
        ("text", f"<text:p text:style-name='white'>{words('chosen', 'words')}</text:p>"),
        ("text", f"<table:table>{row(words('white', 'words'))}</table:table>"),
        ("text", f"<text:p><draw:frame><draw:text-box>{SAID}</draw:text-box></draw:frame></text:p>"),
        ("presentation", f"<draw:page><draw:custom-shape>{SAID}</draw:custom-shape></draw:page>"),
        ("presentation", f"<draw:page><draw:rect/>{box(SAID)}</draw:page>"),
        ("presentation", f"<draw:page draw:style-name='dark'>{box(SAID)}</draw:page>"),
    ],
)
def test_white_letters_that_may_be_seen_are_read(convert: Convert, kind: str, body: str) -> None:
    dark = "<style:style style:name='dark'><style:drawing-page-properties draw:fill='solid' draw:fill-color='#000080'/>"
    styles = LOOKS.replace("</office", f"{dark}</style:style></office")
    assert "words" in (convert(f"a.od{kind[0]}", opendocument(kind, body, styles=styles)).content or "")


def test_notes_come_at_the_end_and_comments_after_their_paragraph(convert: Convert) -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
    )
    comment = (
        "<office:annotation><dc:creator>Bob</dc:creator><dc:date>2024-01-01</dc:date>"
        "<text:p>Is it?</text:p></office:annotation>"
    )
    body = f"<text:p>Said{note} and{comment} done.</text:p><text:p>Next.</text:p>"
    assert convert("text.odt", opendocument("text", body)).content == (
        "Said and done.\n\nComment by Bob: Is it?\n\nNext.\n\nA note."
    )


def test_deleted_text_and_the_table_of_contents_are_left_out(convert: Convert) -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:p>gone</text:p></text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>Part 1</text:p></text:index-body></text:table-of-content>"
        "<text:p>kept <!-- not this -->and <draw:frame><svg:desc xmlns:svg='s'>a picture</svg:desc></draw:frame>seen"
        "</text:p>"
    )
    assert convert("text.odt", opendocument("text", body)).content == "kept and seen"


def test_headers_and_footers_come_once(convert: Convert) -> None:
    page = "<style:master-page><style:header><text:p>The header</text:p></style:header>" + (
        "<style:footer><text:p>The footer</text:p></style:footer></style:master-page>"
    )
    styles = f"<x {ODF_NAMES}><office:master-styles>{page}{page}</office:master-styles></x>"
    document = convert("text.odt", opendocument("text", "<text:p>Body.</text:p>", {"styles.xml": styles}))
    assert document.content == "The header\n\nBody.\n\nThe footer"


def test_a_slide_is_a_page_with_its_title_first_and_its_notes_last(convert: Convert) -> None:
    notes = f"<presentation:notes>{box('<text:p>Say this.</text:p>', 'notes')}</presentation:notes>"
    slides = (
        f"<draw:page>{notes}{box(item('<text:p>point</text:p>'))}{box('<text:p>First</text:p>', 'title')}</draw:page>"
        f"<draw:page/><draw:page>{box('<text:p>untitled</text:p>')}</draw:page>"
    )
    document = convert("deck.odp", opendocument("presentation", slides))
    assert document.content == "# First\n\n- point\n\nNotes:\n\nSay this.\n\f\n\n\f\n# Slide 3\n\nuntitled"
    assert document.meta["paged"] is True


def test_formulas_and_charts_are_read_from_their_own_parts(convert: Convert) -> None:
    def shown(part: str) -> str:
        return f'<draw:frame><draw:object xmlns:l="http://www.w3.org/1999/xlink" l:href="./{part}"/></draw:frame>'

    chart = (
        f'<office:document-content {ODF_NAMES}><office:body><office:chart><c:chart xmlns:c="{OASIS}:chart:1.0">'
        f"<c:title><text:p>Sales</text:p></c:title><table:table>{row('', 'Oslo')}{row('May', '7')}</table:table>"
        "</c:chart></office:chart></office:body></office:document-content>"
    )
    formula = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><msup><mi>c</mi><mn>2</mn></msup>'
        '<annotation encoding="StarMath 5.0">c^2</annotation></semantics></math>'
    )
    parts: dict[str, str | bytes] = {"Object 1/content.xml": formula, "Object 2/content.xml": chart}
    text = f"<text:p>With {shown('Object 1')} and {shown('Object 2')}{shown('Object 2')}{shown('None')}.</text:p>"
    assert convert("text.odt", opendocument("text", text, parts)).content == (
        "With $c^2$ and .\n\nSales\n\n|  | Oslo |\n| May | 7 |"
    )
    slide = f"<draw:page>{shown('Object 1')}{shown('Object 2')}</draw:page>"
    assert convert("deck.odp", opendocument("presentation", slide, parts)).content == (
        "# Slide 1\n\n$c^2$\n\nSales\n\n|  | Oslo |\n| May | 7 |"
    )


def test_what_it_is_decides_and_not_its_name(convert: Convert) -> None:
    document = convert("text.docx", opendocument("text-template", "<text:p>words</text:p>"))
    assert (document.content, document.meta["read_as"]) == ("words", ".odt")
    with pytest.raises(ConversionFailed, match="holds a OpenDocument graphics file, which is not supported"):
        convert("drawing.odt", opendocument("graphics", ""))


def test_outside_entities_are_not_read(convert: Convert) -> None:
    content = (
        '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
        f"<x {ODF_NAMES}><office:body><office:text><text:p>before &secret; after</text:p></office:text></office:body>"
        "</x>"
    )
    assert convert("text.odt", opendocument("text", "", {"content.xml": content})).content == "before after"


def test_a_password_and_damage_are_called_so(convert: Convert) -> None:
    manifest = (
        f'<m:manifest xmlns:m="{OASIS}:manifest:1.0"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    )
    with pytest.raises(ConversionFailed, match="protected by a password"):
        convert("text.odt", opendocument("text", "", {"META-INF/manifest.xml": manifest, "content.xml": "\x12\x34"}))
    with pytest.raises(ConversionFailed, match="damaged"):
        convert("text.odt", opendocument("text", "<text:p>cut"))
    with pytest.raises(ConversionFailed, match="nested too deeply"):
        convert("text.odt", opendocument("text", "<text:list>" * 5000 + "</text:list>" * 5000))


def test_a_flat_file_is_read_as_one_that_is_zipped(convert: Convert) -> None:
    meta = "<office:meta><dc:title>The title</dc:title></office:meta>"
    slide = f"<draw:page>{box('<text:p>Plan</text:p>', 'title')}{box('<text:p>Do it.</text:p>')}</draw:page>"
    for name, body in (
        ("a.fodt", "<office:text><text:h text:outline-level='1'>Plan</text:h><text:p>Do it.</text:p></office:text>"),
        ("a.fodp", f"<office:presentation>{slide}</office:presentation>"),
    ):
        document = convert(name, flat_opendocument(body, meta))
        assert (document.content, document.meta["title"]) == ("# Plan\n\nDo it.", "The title")


def test_raised_digits_are_told_from_those_before_them(convert: Convert) -> None:
    positions = ["super 58%", "33% 58%", "sub 58%", "0% 100%"]
    defined = (
        f"<style:style style:name='T{number}'><style:text-properties style:text-position='{position}'/></style:style>"
        for number, position in enumerate(positions)
    )
    styles = f"<office:automatic-styles>{''.join(defined)}</office:automatic-styles>"
    spans = [f"<text:span text:style-name='T{number}'>6</text:span>" for number in range(len(positions))]
    body = f"<text:p>{', '.join(f'10{span}' for span in spans)}, m{spans[0]}</text:p>"
    assert convert("text.odt", opendocument("text", body, styles=styles)).content == "10^6, 10^6, 106, 106, m6"


def test_what_was_chosen_in_a_form_is_read_and_the_number_of_a_slide_is_not(convert: Convert) -> None:
    space = "xmlns:loext='urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0'"
    body = (
        f"<text:p {space}>Insured: <loext:content-control loext:checked='true'>☒</loext:content-control> Port: "
        "<loext:content-control><text:span>Ber</text:span>gen</loext:content-control>, "
        "page <text:page-number>&lt;number&gt;</text:page-number>.</text:p>"
    )
    assert convert("form.odt", opendocument("text", body)).content == "Insured: ☒ Port: Bergen, page ."


def test_numbers_that_the_styles_make_are_read(convert: Convert) -> None:
    def level(depth: int, form: str, more: str) -> str:
        return f"<text:list-level-style-number text:level='{depth}' style:num-format='{form}' {more}/>"

    levels = (
        level(1, "1", "style:num-prefix='§ '")
        + level(2, "1", "text:display-levels='2' style:num-suffix='.'")
        + level(3, "a", "style:num-list-format='(%3%)' text:start-value='2'")
    )
    styles = (
        f"<office:automatic-styles><text:list-style style:name='L1'>{levels}</text:list-style>"
        "<text:outline-style><text:outline-level-style text:level='1' style:num-format='I' style:num-suffix='.'/>"
        "</text:outline-style></office:automatic-styles>"
    )
    inner = item(f"<text:p>month</text:p>{item('<text:p>bank</text:p>')}")
    anew = item("<text:p>three</text:p>").replace("<text:list>", "<text:list text:style-name='L1'>")
    goes_on = anew.replace("'L1'", "'L1' text:continue-numbering='true'")
    body = (
        "<text:h text:outline-level='1'>Preamble</text:h>"
        f"<text:list text:style-name='L1'><text:list-item><text:p>Rent</text:p>{inner}</text:list-item></text:list>"
        f"{goes_on}<text:h>Rest</text:h>{anew}"
    )
    assert convert("contract.odt", opendocument("text", body, {}, styles)).content == (
        "# I. Preamble\n\n§ 1 Rent\n  1.1. month\n    (b) bank\n§ 2 three\n\n# II. Rest\n\n§ 1 three"
    )


def test_a_cell_over_rows_and_columns_is_said_in_each(convert: Convert) -> None:
    def cell(words: str, rows: int = 1, columns: int = 1) -> str:
        spread = f"table:number-rows-spanned='{rows}' table:number-columns-spanned='{columns}'"
        return f"<table:table-cell {spread}><text:p>{words}</text:p></table:table-cell>"

    covered = "<table:covered-table-cell/>"
    rows = [
        cell("Fares", 1, 3) + covered.replace("/>", " table:number-columns-repeated='2'/>"),
        cell("City") + cell("2024", 1, 2) + covered,
        cell("Kiel", 2) + cell("U1") + cell("2.10"),
        covered + cell("U2") + cell("2.40"),
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    assert convert("fares.odt", opendocument("text", f"<table:table>{body}</table:table>")).content == (
        "Fares\n\n| City | 2024 | 2024 |\n| Kiel | U1 | 2.10 |\n| Kiel | U2 | 2.40 |"
    )


def test_listings_keep_their_indentation(convert: Convert) -> None:
    style = "<office:automatic-styles><style:style style:name='P1' style:parent-style-name='Preformatted_20_Text'/>"
    lines = ("if a:", '<text:s text:c="4"/>b()', "c")
    code = "".join(f'<text:p text:style-name="P1">{line}</text:p>' for line in lines)
    data = opendocument("text", f"<text:p>x</text:p>{code}", styles=f"{style}</office:automatic-styles>")
    assert convert("a.odt", data).content == "x\n\n```\nif a:\n    b()\nc\n```"


def test_struck_words_and_pictures_in_place_of_letters_are_told_by_their_style(convert: Convert) -> None:
    styles = (
        "<office:automatic-styles><style:style style:name='S'><style:text-properties "
        "style:text-line-through-style='solid'/></style:style><style:style style:name='T' style:parent-style-name='S'/>"
        "<style:style style:name='W'><style:text-properties style:font-name='Wingdings'/></style:style>"
        "<style:style style:name='R'><style:text-properties style:text-position='super 58%'/></style:style>"
        "</office:automatic-styles>"
    )
    body = (
        "<text:p><text:span text:style-name='S'>Rent <text:span>850</text:span> €</text:span> 900 €</text:p>"
        "<text:p><text:span text:style-name='T'>off</text:span> on "
        "<text:span text:style-name='W'>\uf0fe\uf0a8</text:span> 10"
        "<text:span text:style-name='R'>−6</text:span></text:p>"
    )
    assert convert("a.odt", opendocument("text", body, styles=styles)).content == (
        "~~Rent 850 €~~ 900 €\n\n~~off~~ on ☑◻ 10^−6"
    )


STRIKES = (
    "<style:style style:name='{}'><style:text-properties style:text-line-through-{}='{}'/></style:style>"
    "<style:style style:name='Plain'><style:text-properties style:text-line-through-style='none'/></style:style>"
)


@pytest.mark.parametrize(
    ("styles", "body"),
    [
        (STRIKES.format("T1", "style", "solid"), "<text:p><text:span text:style-name='T1'>40</text:span> 55</text:p>"),
        (STRIKES.format("T1", "type", "double"), "<text:p><text:span text:style-name='T1'>40</text:span> 55</text:p>"),
        (
            STRIKES.format("P1", "style", "solid"),
            "<text:p text:style-name='P1'>40 <text:span text:style-name='Plain'>55</text:span></text:p>",
        ),
    ],
)
def test_struck_words_of_slides_notes_and_footers_are_marked(convert: Convert, styles: str, body: str) -> None:
    within = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    notes = f"<presentation:notes>{box(body)}</presentation:notes>"
    slide = f"<draw:page>{box(body, 'title')}{box(item(body))}{notes}</draw:page>"
    deck = opendocument("presentation", slide, styles=within)
    assert convert("deck.odp", deck).content == "# ~~40~~ 55\n\n- ~~40~~ 55\n\nNotes:\n\n~~40~~ 55"
    footer = (
        f"<office:master-styles><style:master-page><style:footer>{body}</style:footer></style:master-page>"
        "</office:master-styles>"
    )
    parts: dict[str, str | bytes] = {
        "styles.xml": f"<office:document-styles {ODF_NAMES}>{within}{footer}</office:document-styles>"
    }
    text = opendocument("text", "<text:p>Frogs</text:p>", parts)
    assert convert("a.odt", text).content == "Frogs\n\n~~40~~ 55"


def test_words_of_a_box_that_is_struck_as_a_whole_are_marked(convert: Convert) -> None:
    styles = f"<office:automatic-styles>{STRIKES.format('gr1', 'style', 'solid')}</office:automatic-styles>"
    words = "<draw:text-box><text:p text:style-name='P9'>40</text:p></draw:text-box>"
    slide = f"<draw:page><draw:frame draw:style-name='gr1'>{words}</draw:frame></draw:page>"
    assert convert("deck.odp", opendocument("presentation", slide, styles=styles)).content == "# Slide 1\n\n~~40~~"


def test_of_two_styles_with_one_name_that_beside_the_words_counts(convert: Convert) -> None:
    styles, own = (
        f"<office:automatic-styles><style:style style:name='T1'><style:text-properties "
        f"style:text-line-through-style='{line}'/></style:style></office:automatic-styles>"
        for line in ("solid", "none")
    )
    words = "<text:p><text:span text:style-name='T1'>{}</text:span></text:p>"
    header = (
        f"<office:master-styles><style:master-page><style:header>{words.format('old')}</style:header>"
        "</style:master-page></office:master-styles>"
    )
    parts: dict[str, str | bytes] = {
        "styles.xml": f"<office:document-styles {ODF_NAMES}>{styles}{header}</office:document-styles>"
    }
    data = opendocument("text", words.format("new"), parts, own)
    assert convert("a.odt", data).content == "~~old~~\n\nnew"


def test_a_title_that_is_a_list_has_no_marks_of_one(convert: Convert) -> None:
    slide = f"<draw:page>{box(item('<text:p>Frogs</text:p>'), 'title')}</draw:page>"
    assert convert("deck.odp", opendocument("presentation", slide)).content == "# Frogs"


def test_fields_of_forms_are_read_as_they_are_filled_in(convert: Convert) -> None:
    form, field = (f"xmlns:{prefix}='urn:{prefix}'" for prefix in ("form", "field"))
    controls = (
        "<form:text form:id='a' form:current-value='Greta'/><form:password form:id='p' form:value='secret'/>"
        "<form:listbox form:id='s'><form:option form:label='S'/><form:option form:label='XL' "
        "form:current-selected='true'/></form:listbox><form:checkbox form:id='c' form:label='gift' "
        "form:current-state='checked'/><form:checkbox form:id='d'/>"
        "<form:radio form:id='r' form:current-selected='true'/>"
    )
    shown = (f"<text:p>{name}: <draw:control draw:control='{name}'/></text:p>" for name in "apscdr")
    marks = (
        f"<field:fieldmark {field} field:type='x.FORMCHECKBOX'><field:param field:name='Checkbox_Checked' "
        f"field:value='{value}'/></field:fieldmark>"
        for value in ("true", "false")
    )
    body = f"<office:forms {form}>{controls}</office:forms>{''.join(shown)}<text:p>{' '.join(marks)}</text:p>"
    assert convert("a.odt", opendocument("text", body)).content == (
        "a: Greta\n\np:\n\ns: XL\n\nc: ☒ gift\n\nd: ☐\n\nr: ☒\n\n☒ ☐"
    )


SVG = 'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'


def test_boxes_of_a_slide_are_read_in_the_order_of_their_places(convert: Convert) -> None:
    def at(x: int, y: int, words: str) -> str:
        place = f'svg:x="{x}cm" svg:y="{y}mm" svg:width="8cm" svg:height="20mm"'
        return f"<draw:frame {SVG} {place}><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>"

    boxes = at(12, 90, "right, below") + at(1, 50, "left") + at(12, 50, "right") + at(1, 90, "left, below")
    deck = opendocument("presentation", f"<draw:page>{boxes}</draw:page>")
    assert convert("deck.odp", deck).content == "# Slide 1\n\nleft\n\nleft, below\n\nright\n\nright, below"
