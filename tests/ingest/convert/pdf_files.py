"""Small PDF files, written by hand."""

from collections.abc import Sequence
from typing import NamedTuple

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
BOLD = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"

# A font of shapes that does not say which letters they are: codes 1 to 126 are drawn by the same box.
SHAPES = (
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] "
    "/CharProcs << /box 4 0 R >> /Encoding << /Type /Encoding /Differences [1 "
    + " /box" * 126
    + "] >> /FirstChar 1 /LastChar 126 /Widths ["
    + " 1000" * 126
    + "] >>"
)
BOX = "<< /Length 38 >>\nstream\n1000 0 0 0 750 750 d1 0 0 750 750 re f\nendstream"


class Body(NamedTuple):
    """A page: the operators that draw it, and the objects of its annotations."""

    content: str
    annotations: Sequence[str] = ()


def pdf(*pages: str, title: str | None = None) -> bytes:
    """One line of text a page, in Helvetica."""
    return drawn(*(Body(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET") for text in pages), title=title)


def lines(*parts: tuple[float, float, float, str] | tuple[float, float, float, str, str]) -> str:
    """Operators for pieces of text: x, y, size, text, and the font (`F1`, or `F2`, which is bold)."""
    drawn = []
    for x, y, size, text, *font in parts:
        drawn.append(f"BT /{font[0] if font else 'F1'} {size} Tf {x} {y} Td ({text}) Tj ET")
    return "\n".join(drawn)


def picture() -> Body:
    """A scan."""
    return Body("q 400 0 0 400 72 200 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q")


def drawn(*pages: Body, title: str | None = None, catalog: str = "", more: Sequence[str] = ()) -> bytes:
    """`more` are objects from number 7 on, `catalog` are entries that name them. F1 is Helvetica, F2 bold, F3 has
    shapes that are no letters."""
    objects = [
        "",
        "",
        HELVETICA,
        BOX,
        BOLD,
        SHAPES,
        *more,
    ]
    kids = []
    for page in pages:
        annotations = []
        for each in page.annotations:
            objects.append(each)
            annotations.append(f"{len(objects)} 0 R")
        objects.append(f"<< /Length {len(page.content)} >>\nstream\n{page.content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 5 0 R /F3 6 0 R >> >> "
            f"/Annots [{' '.join(annotations)}] >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>"
    objects.append(f"<< /Title ({title}) >>" if title else "<< >>")
    body, offsets = "%PDF-1.4\n", []
    for number, value in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{value}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    ).encode("latin-1")


def with_scans() -> bytes:
    """Of two pages, the second is a picture."""
    return drawn(Body(lines((72, 720, 12, "Cover sheet."))), picture())
