from haystack import Document

from ingest.chunk.clean import cleaner


def cleaned(text: str) -> str | None:
    found = cleaner().run([Document(id="kept", content=text, meta={"paged": True})])["documents"][0]
    assert (found.id, found.meta) == ("kept", {"paged": True})
    return found.content


def test_pages_and_indentation_are_kept() -> None:
    text = "\n\ndef f():\n\n\n    return 1\n\f\f\n  second page\t|\tcolumn"
    assert cleaned(text) == text


def test_spaces_at_the_end_of_lines_go() -> None:
    assert cleaned("a  \t\nb\u00a0\n \nc ") == "a\nb\n\nc"


def test_more_than_two_empty_lines_become_two() -> None:
    assert cleaned("a\n\n\n\n \n\nb") == "a\n\n\nb"


def test_characters_that_join_others_stay() -> None:
    assert cleaned("क्\u200dष \u200c👩\u200d👧") == "क्\u200dष \u200c👩\u200d👧"


def test_characters_are_composed() -> None:
    assert cleaned("Cafe\u0301") == "Café"


def test_line_ends_of_other_systems_are_newlines() -> None:
    assert cleaned("a\r\nb\rc\u2028d\x0be") == "a\nb\nc\nd\ne"


def test_long_runs_take_no_longer_than_other_text() -> None:
    """A pattern that tries each space of a run anew would need hours here."""
    spaces = " " * 3_000_000
    assert cleaned(f"a{spaces}b\n{spaces}c") == f"a{spaces}b\n{spaces}c"
