"""Which way up letters stand on a picture, and of which script they are, as Tesseract's model of scripts sees it."""

import os.path
from operator import attrgetter
from typing import NamedTuple

import tesserocr
from PIL import Image

from ingest.convert.ocr import languages, paper
from ingest.convert.ocr.words import DPI, keep_off_files

SMALL_SCRIPT = 18.5  # pixels, of capitals: it is less sure of larger ones that are enlarged
CERTAIN = 2.0  # of the script: English pages have 5 to 25, tables as little as .03
CLEAR = 10.0  # of the script, whichever way up: grain has up to 5
CERTAIN_TURN = 5.0  # and which way up: pages of prose have 10 to 40
ASKEW = 1  # degrees, of the second look


class Look(NamedTuple):
    turn: int  # degrees counterclockwise that set them upright
    script: str
    script_certainty: float
    turn_certainty: float

    @property
    def is_certain(self) -> bool:
        """Of the script."""
        return self.script_certainty > CERTAIN

    @property
    def is_of_letters(self) -> bool:
        """Rather than of grain, of which the model of scripts is sometimes certain, too."""
        return self.is_certain_of_turn or self.script_certainty > CLEAR

    @property
    def is_certain_of_turn(self) -> bool:
        return self.turn_certainty > CERTAIN_TURN


UNCERTAIN = Look(0, "Latin", 0, 0)  # there are too few letters to tell


def look(image: Image.Image) -> Look:
    image = paper.of_good_size(image, SMALL_SCRIPT)
    first = _looked(image)
    if first.is_certain_of_turn and (first.is_certain or first.script in languages.ALIKE):
        return first
    # Letters that hang at a bar, as those of Hindi, are taken for its dirt if the bar is quite level.
    again = _looked(image.rotate(ASKEW, Image.Resampling.BICUBIC, fillcolor=paper.shade(image)))
    surer = max(first, again, key=attrgetter("script_certainty"))
    upright = max(first, again, key=attrgetter("turn_certainty"))
    return Look(upright.turn, surer.script, surer.script_certainty, upright.turn_certainty)


def _looked(image: Image.Image) -> Look:
    osd = languages.installed()[languages.SCRIPTS]
    with tesserocr.PyTessBaseAPI(
        path=f"{osd.parent}{os.path.sep}",
        lang=languages.SCRIPTS,
        psm=tesserocr.PSM.OSD_ONLY,
        oem=tesserocr.OEM.TESSERACT_ONLY,
    ) as api:
        keep_off_files(api)
        api.SetImage(image)
        api.SetSourceResolution(DPI)
        found = api.DetectOrientationScript()
    if not found:
        return UNCERTAIN
    return Look(found["orient_deg"], found["script_name"], found["script_conf"], found["orient_conf"])
