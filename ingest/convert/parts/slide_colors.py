"""Letters on a slide that nobody can read: of a point or less, or of the colour of what is behind them."""

from collections.abc import Iterator
from functools import cached_property, partial
from itertools import islice

from lxml import etree

from ingest.convert.parts.archive import Archive
from ingest.convert.parts.ooxml import local_name, related

Color = tuple[int, ...]
Area = tuple[int, int, int, int]  # left, top, right, bottom

TINY = 100  # hundredths of a point
ALIKE = 8  # of 255: colours that differ less in red, green and blue are one to the eye
FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
MOST = 200  # drawn things that are compared with a shape
PLAIN = "1001"  # the first fill for backgrounds of a theme, which is one colour


class Paper:
    """A slide with its layout and master."""

    def __init__(self, archive: Archive, part: str, slide: etree._Element) -> None:
        layout = next(iter(related(archive, part, "slideLayout").values()), "")
        master = next(iter(related(archive, layout, "slideMaster").values()), "")
        below = [archive.once(("slide", each), partial(archive.xml, each)) for each in (layout, master)]
        self._roots = [slide, *(root for root in below if root is not None)]
        theme = next(iter(related(archive, master, "theme").values()), "")
        self._theme = archive.once(("slide", theme), partial(archive.xml, theme))
        self._names = next((each for root in self._roots for each in root.iterfind("{*}clrMap")), None)

    def is_faint(self, run: etree._Element) -> bool:
        """Of an `a:r` in a shape."""
        properties = run.find("{*}rPr")
        if properties is None:
            return False
        size = properties.get("sz", "")
        if size.isdecimal() and int(size) <= TINY:
            return True
        color = self._solid(properties.find("{*}solidFill"))
        if color is None or any(
            properties.find(f"{{*}}{name}") is not None for name in ("ln", "effectLst", "highlight")
        ):
            return False
        shape = next(run.iterancestors("{*}sp"), None)
        behind = None if shape is None else self._behind(shape)
        return behind is not None and all(abs(a - b) <= ALIKE for a, b in zip(color, behind, strict=True))

    def _behind(self, shape: etree._Element) -> Color | None:
        """The colour behind the letters of a shape, if it is known."""
        drawn = shape.find("{*}spPr")
        fill = None if drawn is None else next((each for each in drawn if local_name(each) in FILLS), None)
        if fill is not None:
            return self._solid(fill) if local_name(fill) == "solidFill" else None
        if _is_filled(shape) or len(self._drawn) > MOST or any(map(partial(_may_overlap, _area(shape)), self._drawn)):
            return None
        return self._background

    def _areas(self) -> Iterator[Area | None]:
        """Of what has a colour, and may lie behind letters."""
        for root in self._roots:
            for each in root.iterfind("{*}cSld/{*}spTree//*"):
                if local_name(each) in ("pic", "graphicFrame", "contentPart") or _is_filled(each):
                    yield _area(each)

    @cached_property
    def _drawn(self) -> list[Area | None]:
        return list(islice(self._areas(), MOST + 1))

    @cached_property
    def _background(self) -> Color | None:
        background = next((each for root in self._roots for each in root.iterfind("{*}cSld/{*}bg")), None)
        if background is None:
            return self._named("bg1")
        reference = background.find("{*}bgRef")
        if reference is not None:
            return self._color(reference) if reference.get("idx") == PLAIN else None
        return self._solid(background.find("{*}bgPr/{*}solidFill"))

    def _solid(self, fill: etree._Element | None) -> Color | None:
        return None if fill is None else self._color(fill)

    def _color(self, around: etree._Element) -> Color | None:
        """The one that an element holds, unless it is changed or clear."""
        color = next(iter(around), None)
        if color is None or len(color):
            return None
        match local_name(color):
            case "srgbClr":
                return _parsed(color.get("val", ""))
            case "sysClr":
                return _parsed(color.get("lastClr", ""))
            case "schemeClr":
                return self._named(color.get("val", ""))
        return None

    def _named(self, name: str) -> Color | None:
        """A colour of the theme. Without one, the background is white."""
        if self._theme is None:
            return (255, 255, 255) if name in ("bg1", "lt1") else None
        usual = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}.get(name, name)
        named = usual if self._names is None else self._names.get(name, usual)
        held = self._theme.find(f"{{*}}themeElements/{{*}}clrScheme/{{*}}{named}")
        return None if held is None or local_name(next(iter(held), held)) == "schemeClr" else self._color(held)


def _is_filled(shape: etree._Element) -> bool:
    if local_name(shape) not in ("sp", "cxnSp"):
        return False
    drawn = shape.find("{*}spPr")
    if drawn is not None:
        if any(local_name(each) in FILLS for each in drawn):
            return True
        if drawn.find("{*}noFill") is not None:
            return False
    style = shape.find("{*}style/{*}fillRef")
    return style is not None and style.get("idx") != "0"


def _may_overlap(one: Area | None, other: Area | None) -> bool:
    if one is None or other is None:
        return True
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _area(shape: etree._Element) -> Area | None:
    """None if it is not known: in a group, turned, or where its layout says."""
    place = shape.find("{*}xfrm") if local_name(shape) == "graphicFrame" else shape.find("{*}spPr/{*}xfrm")
    if place is None or place.get("rot") or next(shape.iterancestors("{*}grpSp"), None) is not None:
        return None
    corner, size = place.find("{*}off"), place.find("{*}ext")
    if corner is None or size is None:
        return None
    try:
        left, top = int(corner.get("x", "")), int(corner.get("y", ""))
        return left, top, left + int(size.get("cx", "")), top + int(size.get("cy", ""))
    except ValueError:
        return None


def _parsed(color: str) -> Color | None:
    try:
        return tuple(bytes.fromhex(color)) if len(color) == 6 else None
    except ValueError:
        return None
