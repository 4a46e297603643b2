"""Workbooks of Excel, old and new."""

# ruff: noqa: E501

from tests.ingest.convert.growing.form import Build, each
from tests.ingest.convert.msg_files import compound_file
from tests.ingest.convert.office_files import (
    SPREADSHEET,
    relations,
    rows,
    xlsx,
)
from tests.ingest.convert.xls_files import book, comment, label, number, record
from tests.ingest.convert.xls_files import shape as xls_shape


def sheet(rows_: str, more: str = "", parts: dict[str, str | bytes] | None = None) -> bytes:
    return xlsx({"words": f"{rows_}</sheetData>{more}"}, parts=parts)


def strings(count: int, form: str = "<si><t>words #</t></si>") -> dict[str, str | bytes]:
    return {"xl/sharedStrings.xml": f'<sst xmlns="{SPREADSHEET}">{each(form)(count)}</sst>'}


def column(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def cells(n: int, row_number: int, form: str = '<c r="{}{}" t="inlineStr"><is><t>w{}</t></is></c>') -> str:
    return f'<row r="{row_number}">' + "".join(form.format(column(k), row_number, k) for k in range(n)) + "</row>"


XLSX_STRUCTURES: dict[str, Build] = {
    "rows": lambda n: sheet(
        "".join(f'<row r="{k + 1}"><c r="A{k + 1}"><v>{k}</v></c><c r="B{k + 1}"><v>1</v></c></row>' for k in range(n))
    ),
    "columns": lambda n: sheet(
        cells(n, 1) + cells(n, 2, '<c r="{}{}"><v>{}</v></c>') + cells(n, 3, '<c r="{}{}"><v>{}</v></c>')
    ),
    "long names": lambda n: sheet(
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * n}</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
        + "".join(f'<row r="{k}"><c r="A{k}"><v>1</v></c><c r="B{k}"><v>2</v></c></row>' for k in range(2, 1000))
    ),
    "shared strings": lambda n: sheet(
        "".join(f'<row r="{k + 1}"><c r="A{k + 1}" t="s"><v>{k}</v></c></row>' for k in range(n)), parts=strings(n)
    ),
    "one shared string": lambda n: sheet(
        "".join(f'<row r="{k + 1}"><c r="A{k + 1}" t="s"><v>0</v></c></row>' for k in range(n)), parts=strings(1)
    ),
    "rich strings": lambda n: sheet(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', parts=strings(1, f"<si>{'<r><t>words</t></r>' * n}</si>")
    ),
    "begun rich strings": lambda n: sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>words</t></is></c></row>', parts=strings(n, "<si><r><t>words")
    ),
    "begun pronunciations": lambda n: sheet(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        parts=strings(1, f"<si><r><t>words</t></r>{'<rPh sb=0>' * n}</si>"),
    ),
    "merged downwards": lambda n: sheet(
        "".join(f'<row r="{k + 1}"><c r="A{k + 1}"><v>{k}</v></c><c r="B{k + 1}"><v>1</v></c></row>' for k in range(n)),
        f"<mergeCells>{each('<mergeCell ref=' + chr(34) + 'A1:A99999' + chr(34) + '/>')(n)}</mergeCells>",
    ),
    "merged columns": lambda n: sheet(
        cells(n, 1) + "".join(f'<row r="{k}"><c r="A{k}"><v>1</v></c></row>' for k in range(2, 200)),
        "<mergeCells>"
        + "".join(f'<mergeCell ref="{column(k)}1:{column(k)}9999"/>' for k in range(n))
        + "</mergeCells>",
    ),
    "merged across": lambda n: sheet(
        "".join(f'<row r="{k + 1}"><c r="A{k + 1}"><v>{k}</v></c></row>' for k in range(n)),
        "<mergeCells>" + "".join(f'<mergeCell ref="A{k}:XFD{k}"/>' for k in range(1, n + 1)) + "</mergeCells>",
    ),
    "sheets": lambda n: xlsx({f"s{k}": rows(["words"]) for k in range(n)}),
    "one sheet again and again": lambda n: xlsx(
        {"a": rows(["words", "b"], ["c", 1.0])},
        parts={
            "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{each("<sheet name=" + chr(34) + "s#" + chr(34) + " r:id=" + chr(34) + "rId1" + chr(34) + "/>")(n)}</sheets></workbook>'
        },
    ),
    "styles": lambda n: xlsx({"a": rows([1.0])}, formats=["0.00"] * n),
    "sections of a style": lambda n: xlsx(
        {"a": "<row r='1'><c r='A1' s='3'><v>1</v></c></row></sheetData>"}, formats=["0;" * n]
    ),
    "literals of a style": lambda n: xlsx(
        {"a": "<row r='1'><c r='A1' s='3'><v>1</v></c></row></sheetData>"}, formats=['"a"0' * n]
    ),
    "shown by a long style": lambda n: xlsx(
        {
            "a": "".join(f"<row r='{k + 1}'><c r='A{k + 1}' s='3'><v>{k}</v></c></row>" for k in range(500))
            + "</sheetData>"
        },
        formats=['"' + "a" * n + '"0'],
    ),
    "digits of a style": lambda n: xlsx(
        {
            "a": "".join(f"<row r='{k + 1}'><c r='A{k + 1}' s='3'><v>{k}</v></c></row>" for k in range(500))
            + "</sheetData>"
        },
        formats=["0" * n],
    ),
    "patterned digits": lambda n: xlsx(
        {"a": "<row r='1'><c r='A1' s='3'><v>1</v></c></row></sheetData>"}, formats=["0-" * n]
    ),
    "defined names": lambda n: xlsx(
        {"a": rows(["words"])},
        book=f"<definedNames>{each('<definedName name=' + chr(34) + 'n#' + chr(34) + '>A1</definedName>')(n)}</definedNames>",
    ),
    "comments": lambda n: xlsx(
        {"a": rows(["words"])},
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations({"rId1": ("comments", "../comments1.xml")}),
            "xl/comments1.xml": f'<comments xmlns="{SPREADSHEET}"><commentList>{each("<comment ref=" + chr(34) + "A#" + chr(34) + "><text><t>words</t></text></comment>")(n)}</commentList></comments>',
        },
    ),
    "relations": lambda n: xlsx(
        {"a": rows(["words"])},
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations({f"r{k}": ("hyperlink", "http://a") for k in range(n)})
        },
    ),
    "one drawing again and again": lambda n: xlsx(
        {"a": rows(["words"])},
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(
                {f"r{k}": ("drawing", "../drawing.xml") for k in range(n)}
            ),
            "xl/drawing.xml": "<d xmlns='urn:d'>" + "<sp><p><t>words</t></p></sp>" * 20 + "</d>",
        },
    ),
    "shapes in shapes": lambda n: xlsx(
        {"a": rows(["words"])},
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations({"r1": ("drawing", "../drawing.xml")}),
            "xl/drawing.xml": "<d xmlns='urn:d'>" + "<sp><p><t>words</t></p>" * n + "</sp>" * n + "</d>",
        },
    ),
    "formulas": lambda n: sheet(
        "".join(f'<row r="{k + 1}"><c r="A{k + 1}"><f>SUM(B1)</f></c></row>' for k in range(n))
    ),
    "begun cells": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c>' + "<c " * n + "</row>"),
    "begun formulas": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c>' + '<c r="A1"><f ' * n + "</row>"),
    "cells in cells": lambda n: sheet('<row r="1">' + "<c><is><t>words</t>" * n + "</row>"),
    "begun rows": lambda n: sheet("<row " * n + '<row r="1"><c r="A1"><v>1</v></c></row>'),
    "begun merged cells": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c></row>', "<mergeCell " * n),
    "begun comments": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + "<!--" * n),
    "begun sections": lambda n: sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + "<![CDATA[" * n),
    "attributes of a cell": lambda n: sheet(
        f'<row r="1"><c {each("a#=" + chr(34) + "1" + chr(34) + " ")(n)} r="A1"><v>1</v></c></row>'
    ),
    "attributes of a row": lambda n: sheet(
        f'<row {each("a#=" + chr(34) + "1" + chr(34) + " ")(n)} r="1"><c r="A1"><v>1</v></c></row>'
    ),
    "digits of a value": lambda n: sheet(f'<row r="1"><c r="A1"><v>{"1" * n}</v></c></row>'),
    "letters of a column": lambda n: sheet(f'<row r="1"><c r="{"A" * n}1"><v>1</v></c></row>'),
    "digits of a row": lambda n: sheet(f'<row r="{"1" * n}"><c r="A1"><v>1</v></c></row>'),
    "blank lines": lambda n: sheet(
        "".join(
            f'<row r="{2 * k + 1}"><c r="A{2 * k + 1}"><v>{k}</v></c><c r="B{2 * k + 1}" t="inlineStr"><is><t>w</t></is></c></row>'
            for k in range(n)
        )
    ),
    "blocks with headers": lambda n: sheet(
        "".join(
            f'<row r="{3 * k + 1}"><c r="A{3 * k + 1}" t="inlineStr"><is><t>a</t></is></c><c r="B{3 * k + 1}" t="inlineStr"><is><t>w{k}</t></is></c></row><row r="{3 * k + 2}"><c r="A{3 * k + 2}"><v>1</v></c><c r="B{3 * k + 2}"><v>2</v></c></row>'
            for k in range(n)
        )
    ),
    "no row": lambda n: sheet("words " * n),
}


SS = "urn:schemas-microsoft-com:office:spreadsheet"


def spreadsheet_2003(before: str, form: str, behind: str) -> Build:
    repeated = each(form)
    return lambda n: (
        f'<?xml version="1.0"?><Workbook xmlns="{SS}" xmlns:ss="{SS}">' + before + repeated(n) + behind + "</Workbook>"
    )


SHEET_2003 = '<Worksheet ss:Name="words"><Table>'


XML_2003_STRUCTURES: dict[str, Build] = {
    "rows of XML": spreadsheet_2003(
        SHEET_2003, '<Row><Cell><Data ss:Type="String">words</Data></Cell></Row>', "</Table></Worksheet>"
    ),
    "cells of XML": spreadsheet_2003(
        SHEET_2003 + "<Row>", '<Cell><Data ss:Type="String">words</Data></Cell>', "</Row></Table></Worksheet>"
    ),
    "merged cells of XML": spreadsheet_2003(
        SHEET_2003,
        '<Row><Cell ss:MergeDown="9999" ss:MergeAcross="99"><Data ss:Type="String">words</Data></Cell></Row>',
        "</Table></Worksheet>",
    ),
    "styles of XML": spreadsheet_2003(
        "<Styles>",
        '<Style ss:ID="s#"><NumberFormat ss:Format="0.00"/></Style>',
        f"</Styles>{SHEET_2003}<Row><Cell><Data ss:Type='String'>words</Data></Cell></Row></Table></Worksheet>",
    ),
    "sheets of XML": spreadsheet_2003(
        "", f'{SHEET_2003}<Row><Cell><Data ss:Type="String">words</Data></Cell></Row></Table></Worksheet>', ""
    ),
}


XLS_STRUCTURES: dict[str, Build] = {
    "rows": lambda n: book({"a": b"".join(number(k, 0, k) + label(k, 1, "words") for k in range(min(n, 65535)))}),
    "cells in one place": lambda n: book({"a": label(0, 0, "words") * n}),
    "sheets": lambda n: book({f"s{k}": label(0, 0, "words") for k in range(n)}),
    "formats": lambda n: book({"a": number(0, 0, 1.0, 1)}, formats=["0.00"] * n),
    "shapes": lambda n: book({"a": label(0, 0, "words") + b"".join(xls_shape(k % 60000, "words") for k in range(n))}),
    "comments": lambda n: book(
        {
            "a": label(0, 0, "words")
            + b"".join(xls_shape(k % 60000, "words") + comment(k % 60000, 0, k % 60000) for k in range(n))
        }
    ),
    "merged": lambda n: book(
        {
            "a": label(0, 0, "words")
            + b"".join(number(k % 60000, 1, 1) for k in range(n))
            + b"".join(record(0x00E5, b"\1\0\0\0\xff\xff\0\0\0\0") for _ in range(n))
        }
    ),
    "unknown records": lambda n: book({"a": label(0, 0, "words") + record(0x1234) * n}),
    "one sheet again and again": lambda n: _same_sheet(n),
}


def _same_sheet(n: int) -> bytes:
    import struct

    name = b"\1\1a\0"
    from tests.ingest.convert.xls_files import END, WORKBOOK, WORKSHEET, begin

    head = begin(WORKBOOK)
    listed_size = len(record(0x0085, bytes(6) + name))
    at = len(head) + listed_size * n + len(END)
    listed = record(0x0085, struct.pack("<IBB", at, 0, 0) + name) * n
    body = begin(WORKSHEET) + b"".join(label(k, 0, "words") for k in range(50)) + END
    return compound_file({"Workbook": head + listed + END + body})
