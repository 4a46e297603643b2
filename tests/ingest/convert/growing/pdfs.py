"""PDF."""

# ruff: noqa: E501

from collections.abc import Sequence

from tests.ingest.convert.growing.form import Build, each
from tests.ingest.convert.pdf_files import Body, drawn, lines


def page(
    content: str, more: Sequence[str] = (), resources: str = "", annots: Sequence[str] = (), catalog: str = ""
) -> bytes:
    built = drawn(Body(content, annots), more=more, catalog=catalog)
    return built.replace(b"/Resources << ", f"/Resources << {resources} ".encode()) if resources else built


def stream(content: str, entries: str = "") -> str:
    return f"<< /Length {len(content)} {entries} >>\nstream\n{content}\nendstream"


FORM = "/Type /XObject /Subtype /Form /BBox [0 0 612 792]"


SAID = "BT /F1 12 Tf 72 720 Td (words) Tj ET"


FONTS = "/Font << /F1 3 0 R >>"


def forms(content: str, within: Sequence[str]) -> bytes:
    """Form XObjects X7, X8 ...; each may draw the first and the next."""

    def named(number: int) -> str:
        return f"/XObject << /X7 7 0 R /X{number} {number} 0 R >>"

    objects = [stream(drawn_, f"{FORM} /Resources << {FONTS} {named(8 + k)} >>") for k, drawn_ in enumerate(within)]
    return _with_xref(page(content, objects, named(7)))


def _with_xref(data: bytes) -> bytes:
    """Its table is left out, so that the reader finds the objects."""
    return data[: data.rindex(b"xref\n0 ")] + data[data.rindex(b"trailer") :].replace(b"startxref", b"startxref 0 ")


def doubling(n: int) -> bytes:
    return forms("/X7 Do", [*(f"/X{8 + k} Do /X{8 + k} Do" for k in range(n)), SAID])


PDF_STRUCTURES: dict[str, Build] = {
    "pages": lambda n: drawn(*[Body(SAID)] * n),
    "lines": lambda n: page(lines(*((72, 720 - k % 700, 12, f"words {k}") for k in range(n)))),
    "words of a line": lambda n: page(lines(*((72 + k % 500, 720, 12, "w") for k in range(n)))),
    "accents over letters": lambda n: page(
        lines(*((72 + k % 500, 720 - 12 * (k // 500 % 50), 12, "u") for k in range(n)))
        + lines(*((73.7 + k % 500, 720 - 12 * (k // 500 % 50), 12, "\\250") for k in range(n)))
    ),
    "initials": lambda n: page(
        lines(*((72, 700 - k % 600, 40, "R") for k in range(n)), *((110, 710 - k % 600, 9, "words") for k in range(n)))
    ),
    "letters that are set wide": lambda n: page(f"BT /F1 12 Tf 5 Tc 72 720 Td ({'wide ' * n}) Tj ET"),
    "words that run up": lambda n: page(
        " ".join(f"BT /F1 9 Tf 0 1 -1 0 {72 + k % 500} 300 Tm (w) Tj (k) Tj ET" for k in range(n))
        + lines((72, 310, 12, "words"))
    ),
    "strokes through letters": lambda n: page(
        lines(*((72 + k % 500, 720, 12, "w") for k in range(n)))
        + "".join(f" {72 + k % 500} 723 m {80 + k % 500} 723 l S" for k in range(n))
    ),
    "from right to left": lambda n: page(f"BT /F1 12 Tf 72 720 Td ({'1-2 ' * n}) Tj ET"),
    "letters": lambda n: page(f"BT /F1 12 Tf 72 720 Td ({'words ' * n}) Tj ET"),
    "paths": lambda n: page(SAID + " 0 0 m 9 9 l S" * n),
    "states": lambda n: page("q " * n + SAID + " Q" * n),
    "marked content": lambda n: page("/P BMC " * n + SAID + " EMC" * n),
    "pictures": lambda n: page(SAID + each(" q 99 0 0 99 # 200 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q")(n)),
    "white letters": lambda n: page(SAID + " 1 g " + lines(*((72, 720 - k % 700, 12, "hidden") for k in range(n)))),
    "forms drawn again and again": lambda n: forms(SAID + " /X7 Do" * n, [SAID]),
    "forms in forms": lambda n: forms("/X7 Do", [*(f"{SAID} /X{8 + k} Do" for k in range(n)), SAID]),
    "forms that draw two": doubling,
    "forms in a circle": lambda n: forms("/X7 Do", [*(f"{SAID} /X{8 + k} Do" for k in range(n)), "/X7 Do"]),
    "annotations": lambda n: page(
        SAID,
        annots=[
            f"<< /Type /Annot /Subtype /Text /Rect [72 {k % 700} 90 {k % 700 + 9}] /Contents (words {k}) /T (Ann) >>"
            for k in range(n)
        ],
    ),
    "one annotation again and again": lambda n: page(
        SAID, ["<< /Type /Annot /Subtype /Text /Rect [72 700 90 709] /Contents (words) >>"]
    ).replace(b"/Annots []", b"/Annots [" + b"7 0 R " * n + b"]"),
    "annotations on lines": lambda n: page(
        lines(*((72, 780 - k % 770, 12, f"words {k}") for k in range(min(n, 2000)))),
        annots=[
            f"<< /Type /Annot /Subtype /Text /Rect [72 {k % 700} 90 {k % 700 + 9}] /Contents (words {k}) /T (Ann) >>"
            for k in range(n)
        ],
    ),
    "form fields": lambda n: page(
        SAID,
        [
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f{k}) /V (words) /Rect [72 {k % 700} 90 {k % 700 + 9}] >>"
            for k in range(n)
        ],
        catalog="/AcroForm << /Fields [" + " ".join(f"{7 + k} 0 R" for k in range(n)) + "] >>",
    ).replace(b"/Annots []", b"/Annots [" + b" ".join(b"%d 0 R" % (7 + k) for k in range(n)) + b"]"),
    "bookmarks": lambda n: page(
        SAID,
        [
            "<< /Type /Outlines /First 8 0 R /Last 8 0 R >>",
            *(
                f"<< /Title (words) /Parent 7 0 R /Dest [9 0 R /Fit] {f'/Next {9 + k} 0 R' if k + 1 < n else ''} >>"
                for k in range(n)
            ),
        ],
        catalog="/Outlines 7 0 R",
    ),
    "bookmarks on one page": lambda n: page(
        lines(*((72, 780 - k % 770, 12, f"title {k}") for k in range(min(n, 2000)))),
        [
            "<< /Type /Outlines /First 8 0 R /Last 8 0 R >>",
            *(
                f"<< /Title (title words {k}) /Parent 7 0 R /Dest [{9 + n - 1 + 1} 0 R /Fit] {f'/Next {9 + k} 0 R' if k + 1 < n else ''} >>"
                for k in range(n)
            ),
        ],
        catalog="/Outlines 7 0 R",
    ),
    "bookmarks in bookmarks": lambda n: page(
        SAID,
        [
            "<< /Type /Outlines /First 8 0 R /Last 8 0 R >>",
            *(
                f"<< /Title (words) /Parent {7 + k} 0 R {f'/First {9 + k} 0 R /Last {9 + k} 0 R' if k + 1 < n else ''} >>"
                for k in range(n)
            ),
        ],
        catalog="/Outlines 7 0 R",
    ),
    "attachments": lambda n: page(
        SAID,
        [
            "<< /Names [" + " ".join(f"(a{k}) {9 + 2 * k} 0 R" for k in range(n)) + "] >>",
            "<< >>",
            *(
                o
                for k in range(n)
                for o in (
                    f"<< /Type /Filespec /F (a{k}.txt) /EF << /F {10 + 2 * k} 0 R >> >>",
                    stream(f"words {k}", "/Type /EmbeddedFile"),
                )
            ),
        ],
        catalog="/Names << /EmbeddedFiles 7 0 R >>",
    ),
    "fonts": lambda n: page(
        " ".join(f"BT /G{k} 12 Tf 72 {k % 700} Td (words) Tj ET" for k in range(n)), resources=""
    ).replace(b"/Font << ", b"/Font << " + b" ".join(b"/G%d 3 0 R" % k for k in range(n)) + b" "),
    "layers": lambda n: page(
        SAID,
        [f"<< /Type /OCG /Name (l{k}) >>" for k in range(n)],
        catalog="/OCProperties << /OCGs [" + " ".join(f"{7 + k} 0 R" for k in range(n)) + "] /D << /OFF [] >> >>",
    ),
    "objects": lambda n: page(SAID, ["<< >>"] * n),
    "kids in kids": lambda n: _tree(n),
    "one page again and again": lambda n: drawn(Body(SAID)).replace(
        b"/Kids [8 0 R] /Count 1", b"/Kids [" + b"8 0 R " * n + b"] /Count %d" % n
    ),
    "dictionaries in dictionaries": lambda n: page(SAID, ["<< /A " * n + "1" + " >>" * n]),
    "arrays in arrays": lambda n: page(SAID, ["[" * n + "]" * n]),
    "names of a dictionary": lambda n: page(SAID, [f"<< {each('/A# 1 ')(n)} >>"]),
    "contents of a page": lambda n: page("", [stream(SAID)]).replace(
        b"/Contents 8 0 R", b"/Contents [" + b"7 0 R " * n + b"]"
    ),
}


def _tree(n: int) -> bytes:
    body = drawn(
        Body(SAID), more=[f"<< /Type /Pages /Kids [{8 + k} 0 R] /Count 1 /Parent {6 + k} 0 R >>" for k in range(n)]
    )
    return _with_xref(body.replace(b"/Kids [%d 0 R]" % (8 + n), b"/Kids [7 0 R]"))
