import pytest
from haystack import Document

from ingest.chunk.detect_language import LanguageDetector

GERMAN = "Der Reiher steht am Ufer und wartet, bis sich im seichten Wasser etwas bewegt. "
ENGLISH = "The heron stands on the bank and waits until something moves in the shallow water. "


def detected(text: str, language: str | None = None) -> str:
    [document] = LanguageDetector(language).run([Document(content=text)])["documents"]
    return str(document.meta["language"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ("Цапля стоит на берегу и ждёт.", "ru"),
        ("นกกระสายืนอยู่ริมฝั่งน้ำ", "th"),
        ("", "en"),
        ("4711 0815", "en"),
    ],
)
def test_the_language_of_a_document_is_found(text: str, name: str) -> None:
    assert detected(text) == name


def test_a_foreign_beginning_does_not_tell() -> None:
    assert detected(ENGLISH * 12 + GERMAN * 60) == "de"


def test_a_language_that_is_set_goes_for_all() -> None:
    assert detected(GERMAN, "en") == "en"
