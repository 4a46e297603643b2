"""Spreadsheets whose XML we read ourselves: the rows of .xlsx, of .ods, and the whole file of Excel 2003."""

from fuzz.documents import read
from fuzz.target import Target
from ingest.convert.parts.spreadsheetml import NAMESPACE
from tests.ingest.convert.office_files import opendocument, xlsx

TABLE = '<table:table table:name="Birds">'


def check(data: bytes) -> None:
    """The first byte tells which of them; the others are rows."""
    kind, body = data[:1], data[1:].decode(errors="replace").replace("\0", "")
    if kind == b"x":
        whole = xlsx({"Birds": body})
    elif kind == b"o":
        whole = opendocument("spreadsheet", f"<office:spreadsheet>{TABLE}{body}</table:table></office:spreadsheet>")
    else:
        start = f'<?xml version="1.0"?><Workbook xmlns="{NAMESPACE}" xmlns:ss="{NAMESPACE}">'
        whole = f'{start}<Worksheet ss:Name="Birds"><Table>{body}</Table></Worksheet></Workbook>'.encode()
    read(whole, ".xlsx", times=1, besides=1 << 22)
    read(data, ".xls", times=40)


ROWS = """
x<row r="1"><c r="A1" t="inlineStr"><is><t>Bird</t></is></c><c r="B1"><v>1.5</v></c></row>
x<row><c t="s"><v>0</v></c><c s="1" t="str"><f>A1+1</f><v>2</v></c><c t="b"><v>1</v></c></row>
o<table:table-row><table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell>
o<table:table-row><table:table-cell table:number-columns-repeated="3"><text:p>Bird</text:p></table:table-cell>
2<Row ss:Index="3"><Cell ss:MergeAcross="1"><Data ss:Type="Number">1.5</Data></Cell></Row>
2<Row><Cell ss:Index="2"><Data ss:Type="DateTime">2024-05-06T00:00:00.000</Data></Cell></Row>
"""
SEEDS = [line + ("</table:table-row>" if line[0] == "o" else "") for line in ROWS.strip().splitlines()]
TARGET = Target(
    check,
    [seed.encode() for seed in SEEDS],
    tokens=['<c r="A1" t="s">', '<row r="', "<v>", "</v>", "</c>", 'ss:MergeDown="', 'table:number-rows-repeated="'],
)
