"""What is done to a scan before its letters are read: whether there are any, even light, straight lines, a good size.

All of it is measured on strips: the picture made so narrow that each pixel is the mean of a few letters of a line. Rows
of letters stand out there, and a page takes a tenth of a second.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise

from PIL import Image, ImageChops, ImageFilter, ImageMath

Place = tuple[int, int, int, int]  # left, top, right, bottom; y goes down
Direction = tuple[int, int]
RIGHT, LEFT, DOWN, UP = (1, 0), (-1, 0), (0, 1), (0, -1)

CONTRAST = 48  # of 255; between paper and ink
INKED = re.compile(rb"\x01+")
EDGE_OF_INK = 2  # pixels around it, which are paler
LEAST_INK = 0.002  # of a picture: with less, and no text in it, it shows nothing
PART = 16, 8  # pixels; a part of the picture that is smaller than a word
INK_OF_PART = 0.18  # at least, where there are letters; a grain of dust fills less

GRAIN = 0.4  # of the ink, at most, has ink around it: the rest are single points
MEDIANS = 3, 5  # pixels around each; the second where the first leaves grain

# Light, in parts of the picture:
LIT = 24  # pixels
UNEVEN = 24  # shades of grey between the darker and the lighter parts of the paper
SMOOTH = 12  # shades at most between most parts and those beside them; else it is no light, but something printed
MOST_PIXELS_AT_ONCE = 2_000_000

FAINT = 32  # of 255; between paper and rules, which are often grey
LEAST_BESIDE_RULES = 17  # pixels, of letters: smaller ones are harmed, as they stand as close as a rule is thick
LEAST_OF_LETTERS = 8  # pixels high: what is lower is a piece of a rule, or a dot
RULE_GAP = 3  # pixels, of a rule that is as grey
LEAST_RULE = 4  # pixels, of what is too thick for one
RULE_REACH = 4  # pixels around one that lies, where one that stands may end
RULE_EDGE = 10  # the part of a letter's height around, that is lighter than the rule and darker than the paper
# In heights of a letter:
RULE = 3.5  # at least, of one that stands upright: no letter is so high beside others
LEVEL_RULE = 6  # at least, of one that lies: a dash is shorter
LONG_RULE = 20  # at least, of one that is removed though it lies: letters of Devanagari hang at shorter ones
SHORT_RULE = 1.5  # at least, of one that stands upright between two that lie; a letter may touch one
MIXED = 1.2  # a capital, in small letters and capitals that are mixed, at most
RULE_WIDTH = 0.3  # less: thicker is a picture, or a letter of a heading

BOX = 1.6  # at least, of the sides of a box for a letter; a box to tick is smaller
LARGEST_BOX = 3.5
BOX_WIDTH = 0.2  # less: thicker is a letter of a heading that is a box, as some of Chinese are

# In heights of the highest letters, but few:
DOT = 0.3  # less
LEADER = 3  # at least, in which there is nothing but dots
LEADER_GAP = 0.8  # between two dots
LEADER_EDGE = 0.15  # around letters, whose strokes may lie
HIGHEST = 0.95  # of what may be letters is not higher

STRIP = 16  # pixels
STRAIGHTENED_AT = 1600  # pixels of the longer side
MOST_ASKEW = 80  # tenths of a degree
LEAST_ASKEW = 2

LETTER = 5, 100  # pixels high; more or less is a rule or a picture
MOST_LETTERS = 2000  # that were not read
SPACE = 0.6  # heights, between two letters of a word at most
INK_OF_LETTER = 0.08  # of a strip: a stroke
GOOD_HEIGHT = 32  # pixels, of capitals and figures
SMALL = 22  # those that are smaller are enlarged: a point has to be of several pixels
MOST_PIXELS = 16_000_000  # of what was enlarged
MOST_ENLARGED = 3.0


def inked(image: Image.Image, contrast: int = CONTRAST) -> Image.Image:
    """White where the picture differs from its paper, of whatever shade; else black."""
    paper = shade(image)
    return image.point([255 * (abs(each - paper) > contrast) for each in range(256)])


def without_haze(image: Image.Image) -> Image.Image:
    """With paper of one shade around its ink: where there is little ink, Tesseract takes what is grainy for letters."""
    clean = Image.new("L", image.size, shade(image))
    clean.paste(image, mask=_spread(inked(image), EDGE_OF_INK))
    return clean


def has_ink(ink: Image.Image) -> bool:
    """Whether there may be a word: dust is in more places, but at none of them enough for a letter."""
    width, height = PART
    parts = ink.resize((max(ink.width // width, 1), max(ink.height // height, 1)), Image.Resampling.BOX)
    return bool(parts.getextrema()[1] > INK_OF_PART * 255)


def has_much_ink(ink: Image.Image) -> bool:
    histogram: list[int] = ink.histogram()
    return histogram[255] > LEAST_INK * sum(histogram)


def evened(image: Image.Image) -> Image.Image:
    """As if the same light fell on all of the paper, whose shade is taken for that of the lightest dots around."""
    light = (
        image.reduce(3)
        .filter(ImageFilter.MaxFilter(5))
        .resize((max(image.width // LIT, 1), max(image.height // LIT, 1)), Image.Resampling.BOX)
        .filter(ImageFilter.MaxFilter(3))
        .filter(ImageFilter.MedianFilter(5))
    )
    if _share(light, 0.95) - _share(light, 0.05) < UNEVEN:
        return image
    steps = ImageMath.lambda_eval(
        lambda of: of["convert"](of["most"] - of["least"], "L"),
        most=light.filter(ImageFilter.MaxFilter(3)),
        least=light.filter(ImageFilter.MinFilter(3)),
    )
    if _share(steps, 0.9) > SMOOTH:
        return image
    paper = light.filter(ImageFilter.GaussianBlur(2)).resize(image.size, Image.Resampling.BICUBIC)
    rows = max(MOST_PIXELS_AT_ONCE // image.width, 1)
    result = Image.new("L", image.size)
    for top in range(0, image.height, rows):
        box = (0, top, image.width, min(top + rows, image.height))
        part = ImageMath.lambda_eval(
            lambda of: of["convert"](of["min"](of["image"] * 255 / of["max"](of["paper"], 1), 255), "L"),
            image=image.crop(box),
            paper=paper.crop(box),
        )
        result.paste(part, box)
    return result


def without_grain(image: Image.Image) -> Image.Image:
    """Without the points of which most of its ink is: each would be tried as a letter, for minutes."""
    for size in MEDIANS:
        ink = inked(image)
        kept = ink.filter(ImageFilter.MedianFilter(3))
        if kept.histogram()[255] >= GRAIN * ink.histogram()[255]:
            break
        image = image.filter(ImageFilter.MedianFilter(size))
    return image


def _share(image: Image.Image, share: float) -> int:
    """The shade of grey that so much of the picture is not above."""
    left = share * image.width * image.height
    for shade, count in enumerate(image.histogram()):
        left -= count
        if left <= 0:
            return shade
    return 255


def straight(image: Image.Image) -> Image.Image:
    """With its lines level: those of a page that lay askew are skipped by Tesseract, or taken for two."""
    angle = slope(image)
    return image.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=shade(image)) if angle else image


def slope(image: Image.Image) -> float:
    """Of its lines, in degrees counterclockwise."""
    angle = _askew(inked(image))
    return angle / 10 if abs(angle) >= LEAST_ASKEW else 0.0


def shade(image: Image.Image) -> int:
    """Of the paper."""
    histogram: list[int] = image.histogram()
    return histogram.index(max(histogram))


def without_rules(image: Image.Image) -> Image.Image:
    """Without the lines of tables and the boxes of forms: beside a figure, Tesseract takes one for a 1."""
    heights = [height for height in sorted(_heights(inked(image))) if height >= LEAST_OF_LETTERS]
    if not heights:
        return image
    height = min(_capital(heights), round(MIXED * heights[len(heights) // 2]))  # many may be of the rules
    ink = inked(image, FAINT)
    closed = _eroded(_dilated(ink, DOWN, RULE_GAP), DOWN, RULE_GAP)
    rules = _boxes(ink, closed, height)
    if _capital(heights) >= LEAST_BESIDE_RULES:
        level = _thin(ink, RIGHT, LEVEL_RULE * height, height)
        short = _thin(closed, DOWN, round(SHORT_RULE * height), height)
        rules = ImageChops.lighter(rules, _thin(closed, DOWN, round(RULE * height), height))
        rules = ImageChops.lighter(rules, _between(short, level, (UP, DOWN), round(RULE * height)))
        if height >= SMALL:
            rules = ImageChops.lighter(rules, _thin(ink, RIGHT, LONG_RULE * height, height))
    result = image.copy()
    result.paste(shade(image), mask=_spread(rules, height // RULE_EDGE))
    return result


def _boxes(ink: Image.Image, closed: Image.Image, height: int) -> Image.Image:
    """The sides of boxes for a letter each, that are higher and thinner than the letters: Tesseract takes a letter with
    its box for a picture. Only of those that stand alone: a part of a grid is worse than all of it."""
    upright = _thin(closed, DOWN, round(BOX * height), height, BOX_WIDTH)
    if not upright.getbbox():
        return upright
    level = _thin(ink, RIGHT, round(BOX * height), height, BOX_WIDTH)
    upright = ImageChops.subtract(upright, _opened(closed, DOWN, round(LARGEST_BOX * height)))
    level = ImageChops.subtract(level, _opened(ink, RIGHT, LEVEL_RULE * height))
    for _ in range(2):  # a box has both
        upright = _between(upright, level, (UP, DOWN), round(LARGEST_BOX * height))
        level = _between(level, upright, (LEFT, RIGHT), round(LARGEST_BOX * height))
    return ImageChops.lighter(upright, level)


def _between(lines: Image.Image, others: Image.Image, directions: Sequence[Direction], reach: int) -> Image.Image:
    """Those lines that run from one of the others to another."""
    ends = ImageChops.darker(lines, _spread(others, RULE_REACH))
    one, other = (_dilated(ends, direction, reach) for direction in directions)
    return ImageChops.darker(lines, ImageChops.darker(one, other))


def without_leaders(image: Image.Image) -> Image.Image:
    """Without the dots that lead from words to a figure: where many do, hardly anything else is read."""
    ink = inked(image.reduce(2))
    heights = sorted(_heights(ink))
    height = heights[int(len(heights) * HIGHEST)] if heights else 0
    strokes = _opened(ink, DOWN, max(round(DOT * height), 2) + 1)
    edge = max(round(LEADER_EDGE * height), 1)
    letters = strokes
    for direction in (RIGHT, LEFT, DOWN, UP):
        letters = _dilated(letters, direction, edge)
    dots = ImageChops.subtract(ink, letters)
    gap = round(LEADER_GAP * height)
    closed = _eroded(_dilated(dots, RIGHT, gap), LEFT, gap)
    leaders = ImageChops.darker(_opened(ImageChops.subtract(closed, letters), RIGHT, LEADER * height), dots)
    if not height or not leaders.getbbox():
        return image
    result = image.copy()
    result.paste(shade(image), mask=_spread(leaders, 1).resize(image.size))
    return result


def _thin(ink: Image.Image, direction: Direction, length: int, height: int, width: float = RULE_WIDTH) -> Image.Image:
    """The lines of this length at least (by an opening, as of mathematical morphology)."""
    x, y = direction
    lines = _opened(ink, direction, length)
    return ImageChops.subtract(lines, _opened(lines, (y, x), max(round(width * height), LEAST_RULE)))


def _opened(ink: Image.Image, direction: Direction, length: int) -> Image.Image:
    x, y = direction
    return _dilated(_eroded(ink, direction, length), (-x, -y), length)


def _spread(ink: Image.Image, reach: int) -> Image.Image:
    """Each point with all around it. Pillow's MaxFilter does the same, and takes twenty times as long."""
    for direction in (RIGHT, LEFT, DOWN, UP):
        ink = _dilated(ink, direction, reach + 1)
    return ink


def _eroded(ink: Image.Image, direction: Direction, length: int) -> Image.Image:
    return _combined(ink, direction, length, ImageChops.darker)


def _dilated(ink: Image.Image, direction: Direction, length: int) -> Image.Image:
    return _combined(ink, direction, length, ImageChops.lighter)


def _combined(
    ink: Image.Image, direction: Direction, length: int, combine: Callable[[Image.Image, Image.Image], Image.Image]
) -> Image.Image:
    """Each point with those that follow in this direction: as many again in each turn."""
    reach = 1
    while reach < length:
        further = min(reach, length - reach)
        x, y = direction[0] * further, direction[1] * further
        ink = combine(ink, ink.crop((x, y, x + ink.width, y + ink.height)))
        reach += further
    return ink


def _askew(ink: Image.Image) -> int:
    """In tenths of a degree counterclockwise: lines stand out most against what is between them if they are level."""
    strips = ink.reduce(max(max(ink.size) // STRAIGHTENED_AT, 1))
    narrow = max(strips.width // STRIP, 1)
    step = strips.width / narrow
    strips = strips.resize((narrow, strips.height), Image.Resampling.BOX)

    def contrast(angle: int) -> int:
        rise = -math.tan(math.radians(angle / 10)) * step
        shift = (1, 0, 0, rise, 1, -rise * narrow / 2)
        moved = strips.transform(strips.size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR)
        rows = moved.resize((1, strips.height), Image.Resampling.BOX).tobytes()
        return sum((row - below) ** 2 for row, below in pairwise(rows))

    best = max(range(-MOST_ASKEW, MOST_ASKEW + 1, 5), key=contrast)
    return max(range(best - 5, best + 6), key=contrast)


def of_good_size(image: Image.Image, small: float = SMALL) -> Image.Image:
    """With its letters large enough to be told apart; larger ones are read less well."""
    scale = min(_enlarged(image, small), MOST_ENLARGED, math.sqrt(MOST_PIXELS / (image.width * image.height)))
    if scale <= 1:
        return image
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)


def _enlarged(image: Image.Image, small: float) -> float:
    height = _capital(sorted(_heights(inked(image))))
    return GOOD_HEIGHT / height if 0 < height < small else 1.0


def _capital(heights: Sequence[int]) -> int:
    """The height of capitals and figures, of those in order; 0 if there are none."""
    return heights[len(heights) * 4 // 5] if heights else 0  # of French, more than three quarters are small letters


def _heights(ink: Image.Image) -> Iterator[int]:
    return (bottom - top for _, top, bottom in _letters(ink))


def has_letters(ink: Image.Image, count: int = 1) -> bool:
    """Whether there may be so many that were not read, and not just rules or grain."""
    return has_ink(ink) and sum(1 for _ in islice(_letters(ink), count)) == count


def words(ink: Image.Image, least: float) -> list[Place]:
    """Where words may stand, at least so high; none if there is so much that it is grain or a drawing."""
    letters = list(_letters(ink))  # or the parts of one, of which each strip may have but some
    if len(letters) > MOST_LETTERS:
        return []
    found: list[Place] = []
    for x, top, bottom in letters:  # from left to right
        near = STRIP + SPACE * (bottom - top)
        for place, (left, above, right, below) in enumerate(found):
            shared = min(below, bottom) - max(above, top)
            if x - right < near and 2 * shared > min(below - above, bottom - top):
                found[place] = (left, min(above, top), max(right, x + STRIP), max(below, bottom))
                break
        else:
            found.append((x, top, x + STRIP, bottom))
    whole: list[Place] = []
    for left, top, right, bottom in (_whole(ink, place) for place in found):
        for number, (start, above, end, below) in enumerate(whole):
            if left < end and start < right and top < below and above < bottom:  # parts of the same
                whole[number] = min(start, left), min(above, top), max(end, right), max(below, bottom)
                break
        else:
            whole.append((left, top, right, bottom))
    return [place for place in whole if place[3] - place[1] >= least]


def _whole(ink: Image.Image, place: Place) -> Place:
    """With the parts of its letters that lie beyond its strips, or are thinner."""
    left, top, right, bottom = place
    left, right, height = max(left - STRIP, 0), min(right + STRIP, ink.width), bottom - top
    above = max(top - height, 0)
    band = ink.crop((left, above, right, min(bottom + height, ink.height)))
    rows = band.resize((1, band.height), Image.Resampling.BOX).tobytes()
    top, bottom = rows.rfind(b"\0", 0, top - above) + 1, rows.find(b"\0", bottom - above)
    box = band.crop((0, top, band.width, bottom if bottom >= 0 else band.height)).getbbox()
    return place if box is None else (left + box[0], above + top + box[1], left + box[2], above + top + box[3])


def _letters(ink: Image.Image) -> Iterator[tuple[int, int, int]]:
    """What may be one: the left edge of its strip, its top and its bottom."""
    strips = ink.resize((max(ink.width // STRIP, 1), ink.height), Image.Resampling.BOX)
    letters = strips.point([shade > INK_OF_LETTER * 255 for shade in range(256)])
    columns = letters.transpose(Image.Transpose.TRANSPOSE).tobytes()
    least, most = LETTER
    for strip, start in enumerate(range(0, len(columns), ink.height)):
        for run in INKED.finditer(columns, start, start + ink.height):
            if least <= run.end() - run.start() <= most:
                yield strip * ink.width // strips.width, run.start() - start, run.end() - start
