"""A quote is found however a page spells its words, and nothing else is taken for it."""

import random

import pytest

from ingest.convert.parts.quote import MOST_PLACES, found, letters
from tests.ingest.convert.test_growth import calls_of

PAGE = """The grey heron (Ardea cinerea) is a long-legged wad-
ing bird. It eats ﬁsh, frogs and insects: 500 g a day. The heron nests in trees.
Éléphants do not. Herons' nests are in the tops."""


def marked(quote: str, page: str = PAGE) -> tuple[str, list[str]]:
    within = letters(page)
    match, pieces = found(quote, within)
    return match, [page[within.at[start] : within.at[end - 1] + 1] for start, end in pieces]


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("a long-legged wading bird", "a long-legged wad-\ning bird"),
        ("It eats fish, FROGS and insects", "It eats ﬁsh, frogs and insects"),
        ("ELEPHANTS do not", "Éléphants do not"),
        ("500g a day", "500 g a day"),
        ("« grey\n\n heron »", "grey heron"),
    ],
)
def test_how_it_is_spelled_does_not_count(quote: str, words: str) -> None:
    assert marked(quote) == ("exact", [words])


def test_all_places_of_the_same_words_are_marked() -> None:
    assert marked("heron nests") == ("exact", ["heron nests"])
    assert marked("nests") == ("exact", ["nests", "nests"])
    assert len(marked("a", "a " * 100)[1]) == MOST_PLACES


def test_words_are_not_found_within_others() -> None:
    assert marked("eat") == ("none", [])
    assert marked("50") == ("none", [])
    assert marked("the grey heron", "Seethegreyheronnow") == ("exact", ["thegreyheron"])  # a page without spaces


def test_words_of_scripts_without_spaces_are_found() -> None:
    assert marked("光合作用", "植物通过光合作用制造养分") == ("exact", ["光合作用"])
    assert marked("𠮷野家", "昨日は𠮷野家で食べた") == ("exact", ["𠮷野家"])
    assert marked("हिन्दी", "यह हिन्दी है") == ("exact", ["हिन्दी"])
    assert marked("हिन्दा", "यह हिन्दी है") == ("none", [])


def test_of_a_quote_that_goes_over_what_stands_between_its_pieces_are_marked() -> None:
    page = PAGE.replace("and insects", "and 17 Handbook of Birds insects")
    match, words = marked(PAGE[PAGE.index("long") : PAGE.index("Éléph")], page)
    assert match == "close"
    assert words == [
        "long-legged wad-\ning bird. It eats ﬁsh, frogs and",
        "insects: 500 g a day. The heron nests in trees",
    ]


def test_what_is_not_there_is_not_marked() -> None:
    assert marked("Storks eat mice and live on the roofs of the village") == ("none", [])
    assert marked("...") == ("none", [])
    assert marked("heron", "") == ("none", [])


def words(number: int, of: str = "abcdefghij") -> str:
    chosen = random.Random(number)
    return " ".join("".join(chosen.choices(of, k=5)) for _ in range(number))


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        (words, lambda n: words(n)[::-1]),
        (lambda n: "a" * n + "b", lambda n: "a" * n),
        (lambda n: ("a" * 23 + "b") * (n // 24), lambda n: ("a" * 23 + "c") * (n // 24)),
        (lambda n: words(n, "ab"), lambda n: words(n + 1, "ab")),
        (lambda n: "ab" * n, lambda n: "xab" * n),
    ],
    ids=["other words", "one letter", "almost the same", "two letters", "in pieces"],
)
def test_twice_as_much_is_at_most_some_twice_the_work(quote: object, page: object) -> None:
    def work(n: int) -> int:
        assert callable(quote)
        assert callable(page)
        said, within = quote(n), letters(page(n))
        return calls_of(lambda: found(said, within))

    assert work(4_000) <= 2.6 * work(2_000) + 1_500
