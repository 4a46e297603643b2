"""How the built-in model tells of documents as wholes."""

from typing import Any

from haystack import Document

from rag_api.answer.extractive.generator import overview_of
from rag_api.answer.language.overviews import LANGUAGES
from rag_api.answer.overview.request import Kind
from rag_api.answer.overview.retriever import Overview

ENGLISH = next(language for language in LANGUAGES if language.name == "en")
HEAD = "Hedgehogs and garden fences Page 1"
TITLED = f"{HEAD}\n\n# Hedgehogs and garden fences\n\nL. Thorne, M. Adeyemi."


def of(kind: Kind, content: str, topic: str = "", **meta: Any) -> str:
    passage = Document(content=content, score=0.9, meta={"filename": "report.pdf", **meta})
    return overview_of(Overview(kind, ENGLISH, 1, 1, topic), [passage])


def test_the_head_of_a_page_is_not_told_below_the_title_that_it_says() -> None:
    title: dict[str, Any] = {"title": "Hedgehogs and garden fences", "headings": ["Hedgehogs and garden fences"]}
    told = of(Kind.FIND, f"{TITLED} Holes in fences help hedgehogs a lot.", "hedgehogs", **title)
    assert told.splitlines()[-1] == (
        "1. Hedgehogs and garden fences (report.pdf): Holes in fences help hedgehogs a lot. [1]"
    )
    alone = of(Kind.FIND, TITLED, "hedgehogs", **title)
    assert alone.splitlines()[-1] == "1. Hedgehogs and garden fences (report.pdf) [1]"


def test_what_tells_of_no_topic_is_told_by_its_first_sentence() -> None:
    told = of(Kind.FIND, "The price is 5 euros. The shop is closed.", "hedgehogs")
    assert told.splitlines()[-1] == "1. report.pdf: The price is 5 euros. [1]"


def test_the_columns_of_a_table_are_no_title() -> None:
    told = of(Kind.LIST, "| Article | Price |\n| Clay | 5 |", filename="prices.csv", described={"kind": "CSV"})
    assert told.splitlines()[-1] == "1. prices.csv [1] (CSV)"


def test_marks_of_emphasis_are_not_told() -> None:
    told = of(Kind.FIND, "**4. Piano.** Three offers were received for the tuning.", "piano", filename="minutes.md")
    assert told.splitlines()[-1] == "1. minutes.md: 4. Piano. Three offers were received for the tuning. [1]"
