"""What lies on a sheet beside its cells: text boxes, charts, comments."""

import struct

from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.office_files import (
    CHART,
    DRAWING,
    RELATIONS,
    SPREADSHEET,
    packed,
    relations,
    rows,
    run,
    xlsx,
)


def drawing(shapes: str) -> str:
    names = f'xmlns:xdr="urn:sheet" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}" xmlns:c="{CHART}"'
    return f"<xdr:wsDr {names}>{shapes}</xdr:wsDr>"


SHAPES = drawing(
    f"<xdr:sp><xdr:txBody>{run('in a')}{run('box')}</xdr:txBody></xdr:sp>"
    "<xdr:graphicFrame><a:graphic><a:graphicData><c:chart r:id='rId1'/></a:graphicData></a:graphic></xdr:graphicFrame>"
)
TITLES = (
    f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}"><c:chart><c:title><c:tx><c:rich>{run("Sales")}</c:rich>'
    "</c:tx></c:title><c:valAx><c:title><c:tx><c:strRef><c:strCache><c:pt><c:v>EUR</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "</c:title></c:valAx></c:chart></c:chartSpace>"
)
ON_A_SHEET: dict[str, str | bytes] = {
    "xl/drawings/drawing1.xml": SHAPES,
    "xl/drawings/_rels/drawing1.xml.rels": relations({"rId1": ("chart", "../charts/chart1.xml")}),
    "xl/charts/chart1.xml": TITLES,
}


def test_text_boxes_charts_titles_and_comments_are_read(convert: Convert) -> None:
    def comment(place: str, words: str) -> str:
        return f'<comment ref="{place}"><text><r><t>{words}</t></r></text></comment>'

    notes = comment("B7", "a remark") + comment("C1", "[Threaded comment] Your version of Excel allows you to read")
    parts = {
        **ON_A_SHEET,
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            {
                "rId1": ("drawing", "../drawings/drawing1.xml"),
                "rId2": ("comments", "../comments1.xml"),
                "rId3": ("threadedComment", "../threaded.xml"),
            }
        ),
        "xl/comments1.xml": f'<comments xmlns="{SPREADSHEET}"><commentList>{notes}</commentList></comments>',
        "xl/threaded.xml": "<ThreadedComments xmlns='http://schemas.microsoft.com/office/spreadsheetml/2018/"
        "threadedcomments'><threadedComment ref='C1'><text>in a thread</text></threadedComment></ThreadedComments>",
    }
    assert convert("book.xlsx", xlsx({"S": rows()}, parts=parts)).content == (
        "# S\n\nComment on B7: a remark\n\nComment on C1: in a thread\n\nin a\nbox\n\nSales\n\nEUR"
    )


def test_a_sheet_of_a_chart_is_a_page_with_its_titles(convert: Convert) -> None:
    parts = {
        **ON_A_SHEET,
        "xl/_rels/workbook.xml.rels": relations(
            {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("chartsheet", "chartsheets/sheet1.xml")}
        ),
        "xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{SPREADSHEET}"/>',
        "xl/chartsheets/_rels/sheet1.xml.rels": relations({"rId1": ("drawing", "../drawings/drawing1.xml")}),
    }
    book = xlsx({"S": rows(["a", "b"]), "Chart": ""}, parts=parts)
    assert convert("book.xlsx", book).content == "# S\n\n| a | b |\n\f\n# Chart\n\nin a\nbox\n\nSales\n\nEUR"


def test_a_binary_workbook_is_read_beside_its_charts(convert: Convert) -> None:
    def record(kind: int, data: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(data)]) + data

    def text(words: str) -> bytes:
        return struct.pack("<I", len(words)) + words.encode("utf-16-le")

    listed = b"".join(
        record(156, struct.pack("<II", 0, n) + text(f"rId{n}") + text(name)) for n, name in enumerate(["S", "Chart"], 1)
    )
    cell = record(0, struct.pack("<I", 0) + bytes(21)) + record(6, struct.pack("<II", 0, 0) + text("words"))
    parts = {
        **ON_A_SHEET,
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.bin")}),
        "xl/workbook.bin": record(131) + record(143) + listed + record(144) + record(132),
        "xl/_rels/workbook.bin.rels": relations(
            {"rId1": ("worksheet", "worksheets/sheet1.bin"), "rId2": ("chartsheet", "chartsheets/sheet1.bin")}
        ),
        "xl/worksheets/sheet1.bin": record(129)
        + record(148, bytes(16))
        + record(145)
        + cell
        + record(146)
        + record(130),
        "xl/chartsheets/sheet1.bin": record(129) + record(130),
        "xl/chartsheets/_rels/sheet1.bin.rels": relations({"rId1": ("drawing", "../drawings/drawing1.xml")}),
    }
    assert convert("book.xlsb", packed(parts)).content == ("# S\n\n| words |\n\f\n# Chart\n\nin a\nbox\n\nSales\n\nEUR")
