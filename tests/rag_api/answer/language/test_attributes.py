"""Questions for a phone number, an address or a colour, and what has one."""

import pytest

from rag_api.answer.language.attributes import attribute, has, without_asking
from rag_api.answer.language.languages import language_of


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is the phone number of the tenant?", "phone"),
        ("Wie lautet die Telefonnummer der Praxis?", "phone"),
        ("What is Ann's e-mail address?", "email"),
        ("Quelle est l'adresse e-mail du camping ?", "email"),
        ("What is the website of the club?", "web"),
        ("Welche Farbe hat der Gurt?", "colour"),
        ("What colour are the buses?", "colour"),
        ("How do I change my e-mail address?", None),
        ("Wie kann ich meine E-Mail-Adresse ändern?", None),
        ("Who paints the wall red?", None),
    ],
)
def test_what_is_asked_for(question: str, name: str | None) -> None:
    assert attribute(question, language_of(question)) == name


@pytest.mark.parametrize(
    ("name", "text", "is_there"),
    [
        ("phone", "telephone 0800 555 0170", True),
        ("phone", "+49 (0)89 / 123-456", True),
        ("phone", "numbers 11 and 12, 186 square metres", False),
        ("phone", "from 2024-10-12, 2019-2023", False),
        ("email", "write to support@ledgerly.example", True),
        ("email", "write to the support", False),
        ("web", "see www.example.org", True),
        ("web", "see the next page. There", False),
        ("colour", "Die Gurte sind dunkelblau.", True),
        ("colour", "The doors are RAL 7016.", True),
        ("colour", "The results of the first six months", False),
    ],
)
def test_what_has_one(name: str, text: str, is_there: bool) -> None:
    assert has(name, text) == is_there


def test_the_words_that_ask_need_not_be_in_the_answer() -> None:
    assert without_asking("What is the phone number of the shop?").split() == [
        "What",
        "is",
        "the",
        "of",
        "the",
        "shop?",
    ]
