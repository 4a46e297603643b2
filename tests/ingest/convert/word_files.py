"""Small Word documents, written by hand part by part."""

from tests.ingest.convert.office_files import CHART, DIAGRAM, DRAWING, RELATIONS, packed, relations

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
NAMES = f'xmlns:w="{WORD}" xmlns:r="{RELATIONS}" xmlns:m="{MATH}" xmlns:a="{DRAWING}" xmlns:c="{CHART}"'
NAMES += f' xmlns:dgm="{DIAGRAM}" xmlns:o="urn:schemas-microsoft-com:office:office"'


def part(name: str, content: str) -> str:
    return f"<w:{name} {NAMES}>{content}</w:{name}>"


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def text(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def word(
    body: str, related: dict[str, tuple[str, str]] | None = None, parts: dict[str, str | bytes] | None = None
) -> bytes:
    """`related` are the relations of the text, by their ids: the last word of the type, and the target."""
    return packed(
        {
            "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
            "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
            "word/_rels/document.xml.rels": relations(related or {}),
            **(parts or {}),
        }
    )
