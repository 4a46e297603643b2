"""The words on a picture, each with its place on it: to mark those of a quote."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from ingest.convert.ocr import languages, paper, script
from ingest.convert.ocr.words import read, tesseract
from ingest.convert.parts.boxes import Box


class PlacedWord(NamedTuple):
    text: str
    box: Box


def placed_words(image: Image.Image, chosen: Sequence[str] = ()) -> list[PlacedWord]:
    """The words on a picture in shades of grey, in the order of their lines, each with its place on it. Read once: what
    they are is known well enough from the time when the file was taken in."""
    image = paper.without_grain(paper.evened(image))
    if not paper.has_ink(paper.inked(image)):
        return []
    look = script.look(image)
    alike = languages.of_scripts_alike(look.script)
    reading = next(filter(None, (chosen, languages.of_script(look.script), *alike, languages.of_script("Latin"))))
    turn = look.turn if look.is_certain_of_turn else 0
    upright = image.rotate(turn, expand=True) if turn else image
    angle = paper.slope(upright)
    large = paper.of_good_size(paper.without_leaders(paper.without_rules(paper.straight(upright))))
    with tesseract(reading) as api:
        words = [word for line in read(api, large) for word in line.words]
    back = _Back(large.size, upright.size, angle, turn)
    return [PlacedWord(word.text, back.box(word.box)) for word in words]


class _Back(NamedTuple):
    """From a place on the picture that was read to the parts of the one that was given."""

    read: tuple[int, int]
    upright: tuple[int, int]
    angle: float
    turn: int

    def box(self, place: paper.Place) -> Box:
        left, top, right, bottom = place
        corners = [self._point(x, y) for x in (left, right) for y in (top, bottom)]
        (x0, x1), (y0, y1) = ((max(min(side), 0.0), min(max(side), 1.0)) for side in zip(*corners, strict=True))
        return Box(x0, y0, max(x1 - x0, 0.0), max(y1 - y0, 0.0))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        width, height = self.upright
        dx, dy = x / self.read[0] * width - width / 2, y / self.read[1] * height - height / 2
        sine, cosine = math.sin(math.radians(self.angle)), math.cos(math.radians(self.angle))
        across, down = (dx * cosine + dy * sine) / width + 0.5, (dy * cosine - dx * sine) / height + 0.5
        return {0: (across, down), 90: (1 - down, across), 180: (1 - across, 1 - down)}.get(
            self.turn, (down, 1 - across)
        )
