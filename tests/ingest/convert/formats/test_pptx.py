import zipfile
from io import BytesIO

import pytest

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import XLSX, graphic, packed, pptx, relations, run, shape, slide

BULLET, NO_BULLET = "<a:pPr lvl='1'><a:buChar char='-'/></a:pPr>", "<a:pPr><a:buNone/></a:pPr>"


def cells(*words: str) -> str:
    return "".join(f"<a:tc><a:txBody>{run(word)}</a:txBody></a:tc>" for word in words)


def points(*values: str) -> str:
    return "".join(f"<c:pt idx='{n}'><c:v>{value}</c:v></c:pt>" for n, value in enumerate(values))


def test_a_slide_is_a_page_in_the_order_of_the_presentation(convert: Convert) -> None:
    document = convert(
        "deck.pptx",
        pptx(
            slide(shape(run("The second shape"), "body") + shape(run("First"), "title")),
            slide(""),
            slide(shape(run("Hidden but kept"), "ctrTitle"), 'show="0"'),
            slide(shape(run("without a title"))),
        ),
    )
    assert (document.content or "").split("\f") == [
        "# First\n\n- The second shape\n",
        "\n\n",
        "\n# Hidden but kept\n",
        "\n# Slide 4\n\nwithout a title",
    ]
    assert (document.meta["paged"], document.meta["markup"]) == (True, "markdown")


def test_lists_tables_groups_and_line_breaks_are_kept(convert: Convert) -> None:
    table = f"<a:tbl><a:tr>{cells('Region', 'Sales')}</a:tr><a:tr>{cells('North', '12')}</a:tr></a:tbl>"
    shapes = (
        shape(run("point") + run("below it", BULLET) + run("no point", NO_BULLET), "body")
        + f"<p:grpSp><p:grpSp>{shape('<a:p><a:r><a:t>in a</a:t></a:r><a:br/><a:r><a:t>group</a:t></a:r></a:p>')}"
        "</p:grpSp></p:grpSp>" + graphic(table)
    )
    page = convert("deck.pptx", pptx(slide(shape(run("Title"), "title") + shapes))).content
    assert page == ("# Title\n\n- point\n  - below it\n\nno point\n\nin a\ngroup\n\n| Region | Sales |\n| North | 12 |")


def test_a_first_row_that_is_said_to_name_the_columns_is_a_header(convert: Convert) -> None:
    rows = f"<a:tr>{cells('Month', 'N4')}</a:tr><a:tr>{cells('May', '468')}</a:tr>"
    for properties, line in (("firstRow='1'", "| --- | --- |\n"), ("firstRow='0'", ""), ("", "")):
        table = graphic(f"<a:tbl><a:tblPr {properties}/>{rows}</a:tbl>")
        page = convert("deck.pptx", pptx(slide(shape(run("Title"), "title") + table))).content
        assert page == f"# Title\n\n| Month | N4 |\n{line}| May | 468 |"


def placed(words: str, x: int, y: int, placeholder: str | None = None) -> str:
    place = f"<p:spPr><a:xfrm><a:off x='{x}' y='{y}'/><a:ext cx='100' cy='50'/></a:xfrm></p:spPr>"
    return shape(run(words), placeholder).replace("<p:txBody>", f"{place}<p:txBody>")


def test_what_is_hidden_or_beside_a_slide_is_left_out_but_for_its_title(convert: Convert) -> None:
    hidden = shape(run("hidden")).replace("<p:sp>", "<p:sp><p:nvSpPr><p:cNvPr hidden='1'/></p:nvSpPr>", 1)
    off = placed("left", -100, 5) + placed("right", 1000, 5) + placed("above", 5, -50) + placed("below", 5, 500)
    on = placed("cut", -99, 5) + placed("on", 5, 5) + placed("Title", 5, -500, "title")
    deck = packed_with_size(pptx(slide(hidden + off + on)), 1000, 500)
    assert convert("deck.pptx", deck).content == "# Title\n\ncut\n\non"


WHITE, NAMED = "<a:srgbClr val='FFFFFE'/>", "<a:schemeClr val='bg1'/>"
NAVY = "<a:solidFill><a:srgbClr val='000080'/></a:solidFill>"


def colored(words: str, color: str, size: int = 1800) -> str:
    return f"<a:p><a:r><a:rPr sz='{size}'><a:solidFill>{color}</a:solidFill></a:rPr><a:t>{words}</a:t></a:r></a:p>"


def at(x: int, drawn: str, paragraphs: str = "") -> str:
    place = f"<p:spPr><a:xfrm><a:off x='{x}' y='0'/><a:ext cx='100' cy='50'/></a:xfrm>{drawn}</p:spPr>"
    return shape(paragraphs).replace("<p:txBody>", f"{place}<p:txBody>")


def background(fill: str) -> str:
    return f"<p:bg><p:bgPr>{fill}</p:bgPr></p:bg><p:spTree>"


@pytest.mark.parametrize(
    "secret",
    [
        shape(colored("secret", WHITE)),
        shape(colored("secret", NAMED)),
        shape(colored("secret", "<a:srgbClr val='000000'/>", size=100)),
        at(0, NAVY, colored("secret", "<a:srgbClr val='000080'/>")),
        at(0, NAVY) + at(100, "<a:noFill/>", colored("secret", WHITE)),
    ],
)
def test_letters_that_nobody_can_read_are_left_out(convert: Convert, secret: str) -> None:
    assert convert("a.pptx", pptx(slide(shape(run("seen")) + secret))).content == "# Slide 1\n\nseen"
    document = convert("a.pptx", pptx(slide(shape(run("seen")) + secret.replace("secret", "obey " * 50))))
    assert document.meta["note"] == "Text that is not seen was left out (250 characters)."


@pytest.mark.parametrize(
    "page",
    [
        slide(shape(colored("words", "<a:srgbClr val='F0F0F0'/>"))),
        slide(at(0, NAVY, colored("words", WHITE))),
        slide(at(0, "<a:gradFill/>", colored("words", WHITE))),
        slide(at(0, NAVY) + at(99, "", colored("words", WHITE))),
        slide(f"<p:pic/>{shape(colored('words', WHITE))}"),
        slide(shape(colored("words", WHITE))).replace("<p:spTree>", background(NAVY)),
        slide(shape(colored("words", NAMED))).replace("<p:spTree>", background("<a:blipFill/>")),
        slide(shape(colored("words", "<a:srgbClr val='FFFFFF'><a:lumMod val='50000'/></a:srgbClr>"))),
    ],
)
def test_light_letters_that_may_be_seen_are_read(convert: Convert, page: str) -> None:
    assert convert("a.pptx", pptx(page)).content == "# Slide 1\n\nwords"


def test_the_colours_of_a_slide_are_those_of_its_master_and_theme(convert: Convert) -> None:
    theme = f"<a:theme xmlns:a='x'><a:themeElements><a:clrScheme><a:dk1><a:srgbClr val='000000'/></a:dk1><a:lt1>{WHITE}"
    theme += "</a:lt1></a:clrScheme></a:themeElements></a:theme>"
    bg = "<p:bg><p:bgRef idx='1001'><a:schemeClr val='bg1'/></p:bgRef></p:bg><p:spTree>"
    master = slide("", root="sldMaster").replace("<p:spTree>", bg)
    parts: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide1.xml.rels": relations({"rId1": ("slideLayout", "../l.xml")}),
        "ppt/_rels/l.xml.rels": relations({"rId1": ("slideMaster", "m.xml")}),
        "ppt/_rels/m.xml.rels": relations({"rId1": ("theme", "t.xml")}),
        "ppt/l.xml": slide("", root="sldLayout"),
        "ppt/m.xml": master.replace("</p:cSld>", "</p:cSld><p:clrMap bg1='dk1' tx1='lt1'/>"),
        "ppt/t.xml": theme,
    }
    black = "<a:srgbClr val='000000'/>"
    page = slide(shape(run("seen")) + shape(colored("and white", WHITE)) + shape(colored("secret", black)))
    assert convert("a.pptx", pptx(page, parts=parts)).content == "# Slide 1\n\nseen\n\nand white"


def packed_with_size(deck: bytes, width: int, height: int) -> bytes:
    with zipfile.ZipFile(BytesIO(deck)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "ppt/presentation.xml"
    size = f"<p:sldSz cx='{width}' cy='{height}'/></p:presentation>".encode()
    return packed({**parts, name: parts[name].replace(b"</p:presentation>", size)})


def test_numbers_of_slides_are_left_out_and_footers_said_once(convert: Convert) -> None:
    shapes = shape(run("Title"), "title") + shape(run("7"), "sldNum") + shape(run("Confidential"), "ftr")
    content = convert("deck.pptx", pptx(slide(shapes), slide(shapes))).content
    assert content == "# Title\n\nConfidential\n\f\n# Title"


def test_notes_and_comments_follow_their_slide(convert: Convert) -> None:
    notes = shape(run("Say this."), "body") + shape(run("1"), "sldNum") + shape(run("Handout"), "hdr")
    old = '<p:cmLst xmlns:p="x"><p:cm authorId="0"><p:text>an old comment</p:text></p:cm></p:cmLst>'
    new = f"<m:cm authorId='{{B}}'><m:txBody>{run('a new one')}</m:txBody></m:cm>"
    new = f'<m:cmLst xmlns:m="y" xmlns:a="z">{new}</m:cmLst>'
    parts: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide1.xml.rels": relations(
            {
                "rId1": ("notesSlide", "../notesSlides/n.xml"),
                "rId2": ("comments", "../comments/old.xml"),
                "rId3": ("comments", "/ppt/comments/new.xml"),
            }
        ),
        "ppt/_rels/presentation.xml.rels": relations(
            {
                "rId0": ("slide", "slides/slide1.xml"),
                "rId1": ("commentAuthors", "a.xml"),
                "rId2": ("authors", "b.xml"),
            }
        ),
        "ppt/a.xml": '<p:cmAuthorLst xmlns:p="x"><p:cmAuthor id="0" name="Ann"/></p:cmAuthorLst>',
        "ppt/b.xml": '<m:authorLst xmlns:m="y"><m:author id="{B}" name="Bob"/></m:authorLst>',
        "ppt/notesSlides/n.xml": slide(notes, root="notes"),
        "ppt/comments/old.xml": old,
        "ppt/comments/new.xml": new,
    }
    page = convert("deck.pptx", pptx(slide(shape(run("Title"), "title")), parts=parts)).content
    assert page == "# Title\n\nComment by Ann: an old comment\n\nComment by Bob: a new one\n\nNotes:\n\nSay this."


def test_charts_and_diagrams_are_read_from_what_is_kept_of_them(convert: Convert) -> None:
    series = "".join(
        f"<c:ser><c:tx><c:v>{name}</c:v></c:tx><c:cat>{points('East', 'West')}</c:cat><c:val>{points(*values)}</c:val>"
        "</c:ser>"
        for name, values in {"2023": ("19.199999999999999", "5"), "2024": ("7", "8")}.items()
    )
    chart = slide(f"<c:chart><c:title>{run('Sales')}</c:title>{series}</c:chart>", root="any")
    diagram = slide(f"<dgm:ptLst><dgm:pt><dgm:t>{run('Plan')}</dgm:t></dgm:pt></dgm:ptLst>", root="any")
    diagram = diagram.replace("<p:cSld><p:spTree>", "").replace("</p:spTree></p:cSld>", "")
    parts: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide1.xml.rels": relations(
            {"rId1": ("chart", "../charts/c.xml"), "rId2": ("diagramData", "../diagrams/d.xml")}
        ),
        "ppt/charts/c.xml": chart,
        "ppt/diagrams/d.xml": diagram,
    }
    shapes = shape(run("Title"), "title") + graphic("<c:chart r:id='rId1'/>") + graphic("<dgm:relIds r:dm='rId2'/>")
    page = convert("deck.pptx", pptx(slide(shapes), parts=parts)).content
    assert page == "# Title\n\nSales\n\n| East | 2023: 19.2 | 2024: 7 |\n| West | 2023: 5 | 2024: 8 |\n\n- Plan"


def test_copies_for_old_programs_are_left_out(convert: Convert) -> None:
    twice = f"<mc:AlternateContent xmlns:mc='m'><mc:Choice>{shape(run('once'))}</mc:Choice>"
    twice += f"<mc:Fallback>{shape(run('once'))}</mc:Fallback></mc:AlternateContent>"
    assert convert("deck.pptm", pptx(slide(twice))).content == "# Slide 1\n\nonce"


@pytest.mark.parametrize("missing", ["ppt/slides/slide1.xml", "ppt/presentation.xml"])
def test_a_presentation_that_lacks_a_part_is_damaged(convert: Convert, missing: str) -> None:
    with pytest.raises(ConversionFailed, match=r"'deck\.pptx' is damaged"):
        convert("deck.pptx", pptx(slide(shape(run("words"))), parts={missing: "<cut"}))


def test_a_list_of_slides_that_names_one_which_is_not_there_is_damaged(convert: Convert) -> None:
    data = pptx(slide(shape(run("words"))), parts={"ppt/_rels/presentation.xml.rels": relations({})})
    with pytest.raises(ConversionFailed, match="a part of slide 1 is missing"):
        convert("deck.pptx", data)


def test_formulas_and_raised_digits_are_no_numbers(convert: Convert) -> None:
    math = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"
    formula = "<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>6</m:t></m:r></m:sup></m:sSup>"
    raised = "<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline='30000'/><a:t>6</a:t></a:r></a:p>"
    shapes = shape(f"<a:p><a:r><a:t>Mass </a:t></a:r><m:oMath {math}>{formula}</m:oMath></a:p>{raised}")
    assert convert("deck.pptx", pptx(slide(shapes))).content == "# Slide 1\n\nMass $10^6$\n\n10^6"


def test_struck_words_are_marked(convert: Convert) -> None:
    said = (
        "<a:p><a:r><a:rPr strike='sngStrike'/><a:t>850 €</a:t></a:r>"
        "<a:r><a:rPr strike='noStrike'/><a:t> 900 €</a:t></a:r></a:p>"
    )
    assert convert("deck.pptx", pptx(slide(shape(said)))).content == "# Slide 1\n\n~~850 €~~ 900 €"


def test_embedded_objects_are_read_with_their_slide(convert: Convert) -> None:
    twice = "<mc:AlternateContent xmlns:mc='m'><mc:Choice>"
    twice += "<p:oleObj r:id='rId1' progId='Excel.Sheet.12'/>"
    twice += "</mc:Choice><mc:Fallback><p:oleObj r:id='rId1'/></mc:Fallback></mc:AlternateContent>"
    parts: dict[str, str | bytes] = {
        "ppt/slides/_rels/slide1.xml.rels": relations({"rId1": ("package", "../embeddings/a.xlsx")}),
        "ppt/embeddings/a.xlsx": XLSX,
    }
    page = convert("deck.pptx", pptx(slide(shape(run("Title"), "title") + graphic(twice)), parts=parts)).content
    assert page == "# Title\n\n## Embedded: Excel.Sheet.12\n\n### words\n\n| words |"


def test_shapes_are_read_in_the_order_of_their_places(convert: Convert) -> None:
    def at(x: int, y: int, words: str) -> str:
        place = f"<p:spPr><a:xfrm><a:off x='{x}' y='{y}'/><a:ext cx='400' cy='100'/></a:xfrm></p:spPr>"
        return shape(run(words)).replace("<p:txBody>", f"{place}<p:txBody>")

    shapes = [at(500, 400, "right, below"), at(0, 200, "left"), at(500, 200, "right"), at(0, 400, "left, below")]
    title = shape(run("Offers"), "title")
    page = convert("deck.pptx", pptx(slide("".join([*shapes, title])))).content
    assert page == "# Offers\n\nleft\n\nleft, below\n\nright\n\nright, below"
    in_rows = [shapes[1], shapes[2], shapes[3], shapes[0]]
    page = convert("deck.pptx", pptx(slide("".join(in_rows)))).content
    assert page == "# Slide 1\n\nleft\n\nright\n\nleft, below\n\nright, below"
