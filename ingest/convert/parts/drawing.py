"""Charts and diagrams of Office documents (DrawingML), from the words and numbers that are kept of them."""

from collections.abc import Iterator

from lxml import etree

from ingest.convert.parts.blocks import Blocks, decimal
from ingest.convert.parts.looks import is_power, put_together, struck
from ingest.convert.parts.math import latex
from ingest.convert.parts.ooxml import words


def text_of(paragraph: etree._Element) -> str:
    """Of an `a:p`, with its line breaks and formulas."""
    pieces: list[str] = []
    for element in paragraph.iter("{*}t", "{*}br", "{*}oMath"):
        tag = str(element.tag)
        if tag.endswith("}oMath"):
            pieces.append(latex(element))
        elif tag.endswith("}br"):
            pieces.append("\n")
        elif not tag.endswith("/math}t"):  # what a formula says is said
            text = words(element)
            run = element.getparent()
            if is_power(text, pieces) and _is_raised(run):
                pieces.append("^")
            pieces.append(struck(text) if _is_struck(run) else text)
    return put_together(pieces)


def _is_raised(run: etree._Element | None) -> bool:
    properties = None if run is None else run.find("{*}rPr")
    return properties is not None and properties.get("baseline", "").strip("0")[:1].isdigit()


def _is_struck(run: etree._Element | None) -> bool:
    properties = None if run is None else run.find("{*}rPr")
    return properties is not None and properties.get("strike", "noStrike") != "noStrike"


def texts_of(element: etree._Element) -> str:
    return "\n".join(text_of(paragraph) for paragraph in element.iter("{*}p"))


def outermost(root: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The elements that lie in no other such, whose words are theirs."""
    walk = etree.iterwalk(root, events=("start",), tag=tag)
    for _, element in walk:
        walk.skip_subtree()
        yield element


def chart(root: etree._Element) -> Blocks:
    """Its titles, then its numbers: a row a category, a column a series."""
    blocks = Blocks()
    for heading in outermost(root, "{*}title"):
        blocks.paragraph(texts_of(heading))
    names: list[str] = []
    rows: dict[tuple[str, str], dict[int, str]] = {}  # by index and category
    for column, series in enumerate(outermost(root, "{*}ser")):
        names.append(" ".join(value.text or "" for value in series.iterfind("{*}tx//{*}v")))
        categories = _points(series, "cat", "xVal")
        for index, value in _points(series, "val", "yVal").items():
            rows.setdefault((index, categories.get(index, "")), {})[column] = value
    for (_, category), values in rows.items():
        blocks.record(["", *(names[column] for column in values)], [category, *values.values()])
    return blocks


def diagram(data: etree._Element) -> Blocks:
    blocks = Blocks()
    for paragraph in data.iterfind("{*}ptLst/{*}pt/{*}t/{*}p"):
        blocks.item(0, text_of(paragraph))
    return blocks


def _points(series: etree._Element, *kinds: str) -> dict[str, str]:
    """What a chart keeps of the cells it was made from, by their indices."""
    points: dict[str, list[str]] = {}
    for point in (p for kind in kinds for p in series.iterfind(f"{{*}}{kind}//{{*}}pt")):
        value = point.findtext("{*}v") or ""
        index = point.get("idx", "")
        # Categories may have several levels, the innermost first.
        points.setdefault(index, []).append(_number(value))
    return {index: " ".join(reversed(levels)).strip() for index, levels in points.items()}


def _number(value: str) -> str:
    try:
        return decimal(float(value))
    except ValueError:
        return value
