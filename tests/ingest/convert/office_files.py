"""Small office documents and e-books, written by hand part by part."""

import io
import struct
import zipfile
from collections.abc import Sequence
from html import escape

from tests.ingest.convert.msg_files import compound_file

PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"

ODF_NAMES = " ".join(
    f'xmlns:{prefix}="{OASIS}:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "presentation": "presentation",
        "fo": "xsl-fo-compatible",
    }.items()
) + (' xmlns:dc="http://purl.org/dc/elements/1.1/"')


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(targets: dict[str, tuple[str, str]]) -> str:
    """By id: the last word of the type, and the target."""
    each = (f'<Relationship Id="{i}" Type="{RELATIONS}/{kind}" Target="{to}"/>' for i, (kind, to) in targets.items())
    return f'<Relationships xmlns="{PACKAGE}">{"".join(each)}</Relationships>'


def run(text: str, properties: str = "") -> str:
    return f"<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>"


def shape(paragraphs: str, placeholder: str | None = None) -> str:
    kind = "" if placeholder is None else f'<p:ph type="{placeholder}"/>'
    return f"<p:sp><p:nvSpPr><p:nvPr>{kind}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>"


def graphic(content: str) -> str:
    return f"<p:graphicFrame><a:graphic><a:graphicData>{content}</a:graphicData></a:graphic></p:graphicFrame>"


def slide(shapes: str, attributes: str = "", root: str = "sld") -> str:
    return (
        f'<p:{root} xmlns:p="{PRESENTATION}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}" xmlns:c="{CHART}" '
        f'xmlns:dgm="{DIAGRAM}" {attributes}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{root}>'
    )


def pptx(*slides: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """The slides lie in the file in the opposite order; `parts` are added, or replace."""
    count = len(slides)
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in range(count))
    files = {f"ppt/slides/slide{count - n}.xml": text for n, text in enumerate(slides)}
    return packed(
        {
            "_rels/.rels": relations({"rId1": ("officeDocument", "ppt/presentation.xml")}),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{PRESENTATION}" xmlns:r="{RELATIONS}">'
            f"<p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(
                {f"rId{n}": ("slide", f"slides/slide{count - n}.xml") for n in range(count)}
            ),
            **files,
            **(parts or {}),
        }
    )


def xlsx(
    sheets: dict[str, str],
    state: str = "visible",
    formats: Sequence[str] = (),
    parts: dict[str, str | bytes] | None = None,
    book: str = "",
) -> bytes:
    """By name, the XML of the rows, and what may follow them. Styles from 3 on have the number formats given; `parts`
    are added, or replace."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
    )
    # 0: as it is, 1: a date, 2: a percentage
    own = range(164, 164 + len(formats))
    styles = "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (0, 14, 9, *own))
    codes = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(code, quote=True)}"/>'
        for number, code in zip(own, formats, strict=True)
    )
    return packed(
        {
            "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}">{book}<sheets>'
            f"{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)}
            ),
            "xl/styles.xml": f'<styleSheet xmlns="{SPREADSHEET}"><numFmts>{codes}</numFmts>'
            f"<cellXfs>{styles}</cellXfs></styleSheet>",
            **{
                f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{rows}</worksheet>'
                for n, rows in enumerate(sheets.values(), 1)
            },
            **(parts or {}),
        }
    )


def xls(name: str, *rows: list[str | float]) -> bytes:
    """A workbook of one sheet in the format from before 2007 ([MS-XLS])."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def start(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0x0600))

    def cell(row: int, column: int, value: str | float) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x0204, place + struct.pack("<HB", len(value), 0) + value.encode("latin-1"))
        return record(0x0203, place + struct.pack("<d", value))

    end = record(0x000A)
    listed = struct.pack("<BB", len(name), 0) + name.encode()
    sheet_at = len(start(5)) + len(record(0x0085, bytes(6) + listed)) + len(end)
    cells = b"".join(cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    sheet = start(0x10) + record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, 256, 0)) + cells + end
    workbook = start(5) + record(0x0085, struct.pack("<IBB", sheet_at, 0, 0) + listed) + end + sheet
    return compound_file({"Workbook": workbook})


def rows(*rows: Sequence[str | float | bool | None], more: str = "") -> str:
    """The XML of rows that begin in A1; `more` follows them."""

    def cell(column: int, row: int, value: str | float | bool) -> str:
        place = f'r="{chr(ord("A") + column)}{row}"'
        if isinstance(value, str):
            return f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>'
        if isinstance(value, bool):
            return f'<c {place} t="b"><v>{value:d}</v></c>'
        return f"<c {place}><v>{value}</v></c>"

    lines = (
        f'<row r="{n}">{"".join(cell(c, n, value) for c, value in enumerate(row) if value is not None)}</row>'
        for n, row in enumerate(rows, 1)
    )
    return f"{''.join(lines)}</sheetData>{more}"


def merged(*ranges: str) -> str:
    return f"<mergeCells>{''.join(f'<mergeCell ref={r!r}/>' for r in ranges)}</mergeCells>"


def opendocument(kind: str, body: str, parts: dict[str, str | bytes] | None = None, styles: str = "") -> bytes:
    """`kind` is text, spreadsheet or presentation; `styles` go into the text's own part."""
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {ODF_NAMES}>{styles}<office:body><office:{kind}>{body}"
            f"</office:{kind}></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0"/>',
            **(parts or {}),
        }
    )


def flat_opendocument(body: str, meta: str = "") -> bytes:
    document = f"<office:document {ODF_NAMES}>{meta}<office:body>{body}</office:body></office:document>"
    return document.encode()


def epub(chapters: dict[str, str], title: str = "", parts: dict[str, str | bytes] | None = None) -> bytes:
    """By address, as the manifest writes it, the body of each chapter; the last lies first in the file."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            **{
                f"OEBPS/{name.replace('%20', ' ')}": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'
                f'<head><title/><script src="x.js"/></head><body>{body}</body></html>'
                for name, body in reversed(chapters.items())
            },
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<metadata><dc:title>{title}</dc:title></metadata><manifest>"
            f'<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>'
            f'<spine><itemref idref="nav"/>{spine}</spine></package>',
            "OEBPS/nav.xhtml": "<html><body><ol><li>Contents</li></ol></body></html>",
            **(parts or {}),
        }
    )


PPTX = pptx(slide(shape(run("words"), "title")))
XLSX = xlsx({"words": rows(["words"])})
ODF_TABLE = "<table:table table:name='words'><table:table-row><table:table-cell office:value-type='string'>"
XLS = xls("words", ["words"])
ODS = opendocument(
    "spreadsheet", f"{ODF_TABLE}<text:p>words</text:p></table:table-cell></table:table-row></table:table>"
)

# By ending, a file that says nothing but "words".
SAMPLES = {
    ".pptx": PPTX,
    ".pptm": PPTX,
    ".xlsx": XLSX,
    ".xlsm": XLSX,
    ".xlsb": XLSX,
    ".xltx": XLSX,
    ".xltm": XLSX,
    ".xls": XLS,
    ".xlt": XLS,
    ".ods": ODS,
    ".ots": ODS,
    ".odt": opendocument("text", "<text:p>words</text:p>"),
    ".odp": opendocument(
        "presentation",
        "<draw:page><draw:frame presentation:class='title'><text:p>words</text:p></draw:frame></draw:page>",
    ),
    ".rtf": rb"{\rtf1 words}",
    ".ppsx": PPTX,
    ".ppsm": PPTX,
    ".potx": PPTX,
    ".potm": PPTX,
    ".epub": epub({"a.xhtml": "words"}),
}
SAMPLES |= {template: SAMPLES[kind] for template, kind in {".ott": ".odt", ".otp": ".odp"}.items()}
FLAT_TABLE = (
    "<table:table table:name='words'><table:table-row>"
    "<table:table-cell office:value-type='string'><text:p>words</text:p></table:table-cell>"
    "</table:table-row></table:table>"
)
FLAT = {
    ".fodt": "<office:text><text:p>words</text:p></office:text>",
    ".fodp": "<office:presentation><draw:page><draw:frame presentation:class='title'><text:p>words</text:p>"
    "</draw:frame></draw:page></office:presentation>",
    ".fods": f"<office:spreadsheet>{FLAT_TABLE}</office:spreadsheet>",
}
SAMPLES |= {ending: flat_opendocument(body) for ending, body in FLAT.items()}
