"""What the inline styles of a page hide, and its old attributes of colours. What a rule of a stylesheet hides stays, as
tabs and folds are made so; and what a stylesheet may have changed is taken for seen."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

Color = tuple[int, int, int, float]  # red, green, blue of 255, and how dense it is, of 1

COLORED = frozenset("body table thead tbody tfoot tr td th font".split())  # have attributes for colours
# Without a class, a stylesheet hardly gives these a size, a colour or a background.
PLAIN = frozenset("b i em strong u s span font small big sub sup br p div center".split())
LINKS = ("a", "area")
WITH_BACKGROUND = ("mark", "button", "legend")
CHANGES_LOOK = COLORED.union(WITH_BACKGROUND)  # even without a style

TINY = 1.5  # pixels of letters that nobody can read
CLEAR = 0.05  # of 1
ALIKE = 8  # of 255: colours that differ less in red, green and blue are one to the eye
FAR_OFF, FAR_OFF_WITH_SCRIPTS = -999.0, -9000.0  # pixels beyond the edge of the page; slides lie beside each other
FAR_RIGHT = 9000.0
LEADING = ("left", "top")
EDGES = (*LEADING, "right", "bottom")

ORDINARY = 16.0  # pixels
UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "rem": ORDINARY}
UNITS |= {"em": ORDINARY, "ex": 8.0, "ch": 8.0, "vw": 10.0, "vh": 10.0, "": 1.0}
LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))([a-z%]*)")
RELATIVE = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}
SIZES = ("medium", "small", "large", "x-small", "x-large", "xx-small", "xx-large", "xxx-large", "initial")

COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
IMPORTANT = re.compile(r"\s*!\s*important\s*\Z")

HEX = re.compile(r"#([0-9a-f]{3,8})")
FUNCTION = re.compile(r"(rgba?|hsla?)\(([^()]*)\)")
NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(%?)")
FIRST_COLOR = re.compile(r"#[0-9a-f]{3,8}\b|(?:rgba?|hsla?)\([^()]*\)|\b[a-z]{3,20}\b")
NAMES = {
    **{"white": "#fff", "black": "#000", "red": "#f00", "lime": "#0f0", "blue": "#00f", "yellow": "#ff0"},
    **{"aqua": "#0ff", "cyan": "#0ff", "fuchsia": "#f0f", "magenta": "#f0f", "gray": "#808080", "grey": "#808080"},
    **{"silver": "#c0c0c0", "maroon": "#800000", "olive": "#808000", "green": "#008000", "purple": "#800080"},
    **{"teal": "#008080", "navy": "#000080", "orange": "#ffa500", "snow": "#fffafa", "ivory": "#fffff0"},
    **{"ghostwhite": "#f8f8ff", "whitesmoke": "#f5f5f5", "floralwhite": "#fffaf0", "azure": "#f0ffff"},
    **{"mintcream": "#f5fffa", "seashell": "#fff5ee", "transparent": "#0000"},
}
WHITE: Color = (255, 255, 255, 1.0)


class Page(NamedTuple):
    """What a page has beside its elements that decides what is seen."""

    scripted: bool = False
    styled: bool = False


def page_of(roots: Sequence[etree._Element]) -> Page:
    scripted = styled = False
    for each in (each for root in roots for each in root.iter("script", "style", "link", "meta")):
        match each.tag:
            case "script":
                scripted = True
            case "style":
                styled = True
            case "link":
                styled |= "stylesheet" in each.get("rel", "").lower()
            case _:
                styled |= each.get("name", "").lower() == "color-scheme"
    return Page(scripted, styled)


class Look(NamedTuple):
    """How letters look within an element, as far as that is known; it is handed on to the elements in it."""

    visible: bool = True
    size: float = ORDINARY
    color: Color | None = None
    background: Color | None = None
    drawn: bool = False  # by more than their colour: a shadow, or a picture that fills them

    is_seen: bool = True
    is_plain: bool = True  # no rule of a stylesheet could make letters seen that are not


def first_look(page: Page) -> Look:
    return Look(background=None if page.styled else WHITE)


@lru_cache(512)
def declarations(style: str) -> Mapping[str, str]:
    """The properties of an inline style, the last of each."""
    if "/*" in style:
        style = COMMENT.sub("", style)
    if "\\" in style:
        style = ESCAPE.sub(_unescaped, style)
    declared = {}
    for each in style.lower().split(";"):
        name, _, value = each.partition(":")
        declared[name.strip()] = IMPORTANT.sub("", value.strip())
    return declared


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    return chr(code) if 0 < code < 0x80 else escape[2] or ""


def takes_away(declared: Mapping[str, str], page: Page) -> bool:
    """Whether nothing in an element with this style is seen, however that is styled itself. A script may show later
    what is clear, has no height, or lies a little way off, so that stays in a page with one."""
    if (
        declared.get("display") == "none"
        or declared.get("mso-hide") == "all"
        or declared.get("content-visibility") == "hidden"
    ):
        return True
    if _is_far_off(declared, FAR_OFF_WITH_SCRIPTS if page.scripted else FAR_OFF) or _is_clipped(declared):
        return True
    return not page.scripted and (_is_clear(declared) or _has_no_room(declared) or _is_moved_off(declared))


def _is_clear(declared: Mapping[str, str]) -> bool:
    opacity = NUMBER.match(declared.get("opacity", ""))
    if opacity and float(opacity[1]) * (0.01 if opacity[2] else 1) <= CLEAR:
        return True
    shown = declared.get("filter", "").replace(" ", "")
    return bool(re.search(r"opacity\(0*\.?0*%?\)|alpha\(opacity=0*\)", shown))


def _has_no_room(declared: Mapping[str, str]) -> bool:
    if not {declared.get(name) for name in ("overflow", "overflow-x", "overflow-y")} & {"hidden", "clip"}:
        return False
    sides = (_pixels(declared.get(side, "")) for side in ("height", "max-height", "width", "max-width"))
    return any(side is not None and side <= 1 for side in sides)


def _is_far_off(declared: Mapping[str, str], far: float) -> bool:
    def pixels(name: str) -> float:
        return _pixels(declared.get(name, "")) or 0

    if min(pixels("text-indent"), *(pixels(f"margin-{side}") + pixels(f"padding-{side}") for side in LEADING)) <= far:
        return True
    if declared.get("position") not in ("absolute", "fixed", "relative"):
        return False
    return min(map(pixels, EDGES)) <= far or max(map(pixels, LEADING)) >= FAR_RIGHT


def _is_moved_off(declared: Mapping[str, str]) -> bool:
    move = re.search(r"translate(?:x|y|3d)?\(([^()]*)\)", declared.get("transform", ""))
    return move is not None and any(abs(_pixels(each) or 0) >= -FAR_OFF for each in move[1].split(","))


def _is_clipped(declared: Mapping[str, str]) -> bool:
    if re.search(r"scale(?:x|y|3d)?\(\s*0*\.?0*\s*[,)]", declared.get("transform", "")):
        return True
    if declared.get("position") in ("absolute", "fixed") and (
        clip := re.match(r"rect\(([^()]*)\)", declared.get("clip", ""))
    ):
        edges = [_pixels(each) for each in re.split(r"[,\s]+", clip[1].strip())]
        if len(edges) == 4 and None not in edges:
            top, right, bottom, left = (edge or 0 for edge in edges)
            return right - left <= 1 or bottom - top <= 1
    path = declared.get("clip-path", "")
    if inset := re.match(r"inset\(\s*(\d+)(?:\.\d*)?%\s*\)", path):
        return int(inset[1]) >= 50
    return bool(re.match(r"(?:circle|ellipse)\(\s*0(?![\d.])", path))


def look(element: etree._Element, tag: str, around: Look, page: Page) -> Look:
    """How letters look in an element, by those around it."""
    style = element.get("style")
    attributes = tag in COLORED and bool(element.keys())
    if style is None and around.is_plain and not attributes and tag not in WITH_BACKGROUND:
        return around
    declared = declarations(style) if style else {}
    visible, size, color, background, drawn, *_ = around
    if page.styled and (tag not in PLAIN or element.get("class") or element.get("id")):
        size, color, background = ORDINARY, None, None  # as its rules may say
    if tag in LINKS:
        color = None
    if tag in WITH_BACKGROUND or declared.get("position") in ("absolute", "fixed", "sticky"):
        background = None  # it may lie over a picture
    if attributes:
        color = _color(element.get("text" if tag == "body" else "color", ""), color)
        background = None if element.get("background") else _color(element.get("bgcolor", ""), background)
    if "visibility" in declared:
        visible = declared["visibility"] not in ("hidden", "collapse")
    size = _size(declared, size)
    color = _color(declared.get("-webkit-text-fill-color") or declared.get("color", ""), color)
    drawn = drawn or any(
        value not in ("", "none", "0")
        and (name.startswith("-webkit-text-stroke") or name == "text-shadow" or value == "text")
        for name, value in declared.items()
        if name in ("text-shadow", "background-clip", "-webkit-background-clip")
        or name.startswith("-webkit-text-stroke")
    )
    background = _background(declared, background)
    is_seen = visible and size > TINY and (drawn or _is_visible(color, background))
    is_plain = is_seen and color is None and (background is None or not page.styled)
    return Look(visible, size, color, background, drawn, is_seen, is_plain)


def _is_visible(color: Color | None, background: Color | None) -> bool:
    if color is None:
        return True
    return color[3] > CLEAR and (background is None or not _alike(color, background))


def _size(declared: Mapping[str, str], around: float) -> float:
    stated = declared.get("font-size") or ""
    if not stated and (short := LENGTH.search(declared.get("font", ""))):
        stated = short[0] if short[2] or float(short[1]) == 0 else ""
    if stated in SIZES:
        return ORDINARY
    if found := LENGTH.fullmatch(stated):
        number, unit = float(found[1]), found[2]
        return number * RELATIVE[unit] * around if unit in RELATIVE else number * UNITS.get(unit, ORDINARY)
    return ORDINARY if stated and stated not in ("inherit", "smaller", "larger", "unset") else around


def _background(declared: Mapping[str, str], around: Color | None) -> Color | None:
    stated = f"{declared.get('background', '')} {declared.get('background-color', '')}".strip()
    picture = declared.get("background-image", "")
    if "(" in picture or re.search(r"url|gradient|var|image", stated):
        return None
    if not stated or stated in ("none", "transparent", "inherit"):
        return around
    colors = [found for each in FIRST_COLOR.findall(stated) if (found := _parsed(each))]
    if not colors:
        return None
    return around if colors[-1][3] <= CLEAR else colors[-1] if colors[-1][3] > 1 - CLEAR else None


def _color(stated: str, around: Color | None) -> Color | None:
    """None if it is not known."""
    return around if stated in ("", "inherit", "currentcolor", "unset") else _parsed(stated.strip().lower())


def _parsed(stated: str) -> Color | None:
    stated = NAMES.get(stated, stated)
    if found := HEX.fullmatch(stated if stated.startswith("#") else f"#{stated}"):
        digits = found[1] if len(found[1]) > 4 else "".join(digit * 2 for digit in found[1])
        if len(digits) in (6, 8):
            red, green, blue, *clear = bytes.fromhex(digits)
            return red, green, blue, (clear[0] / 255 if clear else 1.0)
    if found := FUNCTION.fullmatch(stated):
        values = [(float(number), bool(percent)) for number, percent in NUMBER.findall(found[2])]
        if len(values) in (3, 4):
            dense = values[3][0] * (0.01 if values[3][1] else 1) if len(values) == 4 else 1.0
            if found[1].startswith("rgb"):
                red, green, blue = (round(min(value * (2.55 if percent else 1), 255)) for value, percent in values[:3])
                return red, green, blue, dense
            if values[2][0] in (0, 100):  # black or white, whatever the hue
                light = round(values[2][0] * 2.55)
                return light, light, light, dense
            return (-1, -1, -1, dense) if dense <= CLEAR else None
    return None


def _alike(first: Color, second: Color) -> bool:
    return all(abs(one - other) <= ALIKE for one, other in zip(first[:3], second[:3], strict=True))


def _pixels(stated: str) -> float | None:
    found = LENGTH.fullmatch(stated.strip())
    return float(found[1]) * UNITS[found[2]] if found and found[2] in UNITS else None
