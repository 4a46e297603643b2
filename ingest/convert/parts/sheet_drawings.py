"""What lies on the sheets of an Office Open XML workbook (ECMA-376, part 1, 20.5 and 18.7): text boxes, charts' titles,
comments."""

from lxml import etree

from ingest.convert.parts.archive import Archive
from ingest.convert.parts.drawing import outermost, texts_of
from ingest.convert.parts.ooxml import attribute, local_name, related, words


def texts(archive: Archive, part: str) -> list[str]:
    """Of the text boxes and shapes of the sheet, and the titles of its charts, in the order of the file."""
    found: list[str] = []
    for drawing in dict.fromkeys(related(archive, part, "drawing").values()):
        root = _root(archive, drawing)
        charts = related(archive, drawing, "chart") if root is not None else {}
        for shape in () if root is None else root.iter("{*}sp", "{*}cxnSp", "{*}chart"):
            if local_name(shape) != "chart":
                if next(shape.iterancestors("{*}sp", "{*}cxnSp"), None) is None:  # else it was said
                    found.append(texts_of(shape))
            elif (chart := _root(archive, charts.get(attribute(shape, "id") or "", ""))) is not None:
                found += [texts_of(title) or _cached(title) for title in outermost(chart, "{*}title")]
    return list(filter(None, found))


def comments(archive: Archive, part: str) -> list[tuple[str, str]]:
    """With the cell of each. Threads have a copy for old programs, which is left out."""
    threads = [
        (entry.get("ref", ""), entry.findtext("{*}text") or "")
        for thread in dict.fromkeys(related(archive, part, "threadedComment").values())
        if (root := _root(archive, thread)) is not None
        for entry in root.iterfind("{*}threadedComment")
    ]
    copies = {place for place, _ in threads}
    notes = [
        (place, "".join(words(text) for text in entry.iterfind("{*}text//{*}t")))
        for notes in dict.fromkeys(related(archive, part, "comments").values())
        if notes.endswith(".xml") and (root := _root(archive, notes)) is not None
        for entry in root.iterfind("{*}commentList/{*}comment")
        if (place := entry.get("ref", "")) not in copies
    ]
    return [(place, text) for place, text in (*notes, *threads) if text.strip()]


def _root(archive: Archive, part: str) -> etree._Element | None:
    """The part without the copies that it keeps for old programs."""
    root = archive.xml(part)
    if root is not None:
        etree.strip_elements(root, "{*}Fallback", with_tail=False)
    return root


def _cached(title: etree._Element) -> str:
    """Of a title that is the value of a cell."""
    return " ".join(value.text or "" for value in title.iterfind("{*}tx//{*}v"))
