"""The sections of documents, by their headings."""

from typing import Any

from haystack import Document

from rag_api.answer.overview.outline import outline, title_of


def chunk(content: str, position: int = 0, filename: str = "a.md", **meta: Any) -> Document:
    return Document(content=content, meta={"filename": filename, "position": position, **meta})


def found(*chunks: Document) -> list[str]:
    return [section.heading for section in outline(chunks)]


def test_the_sections_are_those_of_the_highest_level_of_which_there_are_several() -> None:
    text = "# Birds\n\n## Herons\n\n### Food\n\nFrogs.\n\n## Owls\n\n## Storks\n\nRoofs.\n"
    assert found(chunk(text)) == ["Herons", "Owls", "Storks"]
    assert found(chunk("# Herons\n\n# Owls\n\n## Food\n\n# Storks\n")) == ["Herons", "Owls", "Storks"]
    assert found(chunk("Herons eat frogs.")) == []


def test_levels_that_are_left_out_count_no_less() -> None:
    assert found(chunk("# Birds\n\n### Herons\n\n### Owls\n\n### Storks\n")) == ["Herons", "Owls", "Storks"]


def test_chunks_between_which_others_are_missing_say_where_they_stand() -> None:
    chunks = [
        chunk("# Birds\n\nThree of them.", 0, headings=["Birds"]),
        chunk("### Food\n\nFrogs.", 7, headings=["Birds", "Herons", "Food"]),
        chunk("They hunt at night.", 9, headings=["Birds", "Owls"]),
        chunk("## Storks\n\nThey breed on roofs.", 12, headings=["Birds", "Storks"]),
    ]
    sections = outline(chunks)
    assert [(each.heading, each.chunk.meta["position"]) for each in sections] == [
        ("Herons", 7),
        ("Owls", 9),
        ("Storks", 12),
    ]
    assert sections[2].chunk.content == "## Storks\n\nThey breed on roofs."
    assert sections[2].chunk.content[sections[2].below :] == "\n\nThey breed on roofs."


def test_comments_in_code_are_no_headings() -> None:
    fenced = "# Install\n\n```\n# first\napt update\n# second\n# third\n```\n\n# Run\n\n# Stop\n"
    assert found(chunk(fenced)) == ["Install", "Run", "Stop"]
    assert found(chunk("# one\nx = 1\n# two\n# three\n", filename="a.py")) == []


def test_a_plain_text_has_its_headings_in_capitals() -> None:
    text = (
        "APOLLO 11: A TIMELINE\nTo the Moon.\n\nTHE CREW\n\nThree men.\n\nTHE WAY HOME\n\nUTC.\n\nQUARANTINE\n\nAt sea"
    )
    assert found(chunk(text, filename="a.txt")) == ["APOLLO 11: A TIMELINE", "THE CREW", "THE WAY HOME", "QUARANTINE"]
    assert found(chunk("鹭吃青蛙\n\n鹭住在树上\n\n鹭在PDF里\n\n鹭是鸟\n\n鹭飞走\n", filename="a.txt")) == []


def test_a_list_of_contents_is_no_section() -> None:
    assert found(chunk("# Contents\n\n# Herons\n\n# Owls\n\n# Storks\n\n# Index\n")) == ["Herons", "Owls", "Storks"]


def test_a_title_is_what_the_document_calls_itself_or_its_first_heading() -> None:
    assert title_of(chunk("# Birds\n\nHerons.", title="All  Birds")) == "All Birds"
    assert title_of(chunk("# Birds\n\nHerons.")) == "Birds"
    assert title_of(chunk("Herons.\n\n# Birds")) == ""
