"""The sections of documents, by their headings."""

from typing import Any

import pytest
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


@pytest.mark.parametrize(
    "headings",
    [
        ["§ 1 Mietgegenstand", "§ 2 Dauer", "§ 3 Miete"],
        ["Article 1 - Services", "Article 2 - Price", "Article 3 - Notice"],
        ["1. Term", "2. Interest", "3. Security"],
        ["Artículo 1. Objeto", "Artículo 2. Precio", "Artículo 3. Plazo"],
        ["Статья 1. Предмет", "Статья 2. Цена", "Статья 3. Срок"],
        ["Madde 1 Konu", "Madde 2 Bedel", "Madde 3 Süre"],
        ["第一条 目的", "第二条 价格", "第三条 期限"],
        ["제1조 목적", "제2조 가격", "제3조 기간"],
        ["Chapter IV Fees", "Chapter V Refunds", "Chapter VI Notice"],
    ],
)
def test_the_numbered_sections_of_a_plain_text_are_its_outline(headings: list[str]) -> None:
    text = "Contract\n\n" + "".join(f"{heading}\n\nThe parties agree on this.\n\n" for heading in headings)
    assert found(chunk(text, filename="a.txt")) == headings


def test_sections_within_numbered_sections_are_one_level_deeper() -> None:
    parts = ["1. Term", "2. Interest", "2.1 Late payment", "2.2 Early payment", "3. Security"]
    text = "".join(f"{part}\n\nIt is so.\n\n" for part in parts)
    assert found(chunk(text, filename="a.txt")) == ["1. Term", "2. Interest", "3. Security"]


def test_the_items_of_a_list_are_no_sections() -> None:
    text = "How to row\n\n1. Take the oars\n\n2. Sit down\n\n3. Pull the oars\n\nThen rest."
    assert "1. Take the oars" not in found(chunk(text, filename="a.txt"))
    assert found(chunk("Article on bees\n\nThey fly.\n\n417 bees flew\n\nHome.", filename="a.txt")) == []


def test_a_date_is_no_section() -> None:
    letter = "Wessex Mutual\n\n9 October 2025\n\nDear Mr Okonkwo,\n\nthank you for the photographs.\n"
    assert found(chunk(letter, filename="a.txt")) == []
