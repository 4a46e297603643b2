"""What of a passage may be said as an answer: in source code, other lines than in a text."""

import pytest
from haystack import Document

from rag_api.answer.citations import Citation, CitationReader
from rag_api.answer.extractive.generator import answer
from rag_api.answer.language.languages import ENGLISH

SCRIPT = """#!/bin/sh

# The nightly backup of the greenhouse runs at 03:15 in the morning.
cat prices.txt \\
  | sort -n \\
  | head -5
"""


def said(question: str, filename: str) -> str:
    return answer(question, [Document(content=SCRIPT, score=0.9, meta={"filename": filename})], question, 0.05)


@pytest.mark.parametrize(
    "question", ["When does the nightly backup of the greenhouse run?", "When does the backup run?"]
)
def test_a_comment_in_code_is_a_sentence_and_a_line_that_goes_on_is_none(question: str) -> None:
    assert said(question, "deploy.sh") == "The nightly backup of the greenhouse runs at 03:15 in the morning. [1]"


def test_the_same_line_is_a_heading_where_such_lines_are() -> None:
    assert said("When does the backup run?", "deploy.md") == ENGLISH.replies.unanswered


def test_a_bar_within_a_cell_is_said_as_it_is_read() -> None:
    table = (
        "| Spade | Weight | Made |\n| --- | --- | --- |\n| Left | light | 1990 |\n| Right | heavy \\| robust | 1991 |"
    )
    question = "What is the weight of the right spade?"
    told = answer(question, [Document(content=table, score=0.9, meta={"filename": "spades.md"})], question, 0.05)
    assert told == "Right, Weight: heavy | robust [1]"


MINUTES = """# Committee

**1. Scores.** Hettie Blum has to find 45 copies of the Fauré. She asks the county library first.

**2. Piano.** Three offers were received for tuning, from £79 to £110. It was agreed to take Hobday.

- **New:** a dark theme for the booking page. Choose it under `*Settings*`.
"""


def minuted(question: str) -> str:
    return answer(question, [Document(content=MINUTES, score=0.9, meta={"filename": "minutes.md"})], question, 0.05)


def test_a_label_names_what_all_sentences_of_its_paragraph_are_about() -> None:
    told = minuted("What was decided about the piano?")
    assert told.startswith("2. Piano. Three offers were received for tuning, from £79 to £110. [1]")
    assert "It was agreed to take Hobday. [1]" in told
    assert "Fauré" not in told


def test_marks_of_emphasis_are_not_told_but_those_in_code_are() -> None:
    assert minuted("What is new of the booking page?").startswith("New: a dark theme for the booking page. [1]")
    assert "`*Settings*`" in minuted("Where do I choose the new theme?")


def test_a_label_on_a_line_of_its_own_is_told_only_with_what_it_names() -> None:
    text = "**Piano.**\n\nIt was agreed to take Hobday for the tuning."
    passage = Document(content=text, score=0.9, meta={"filename": "minutes.md"})
    question = "What was agreed about the piano?"
    assert answer(question, [passage], question, 0.05) == "It was agreed to take Hobday for the tuning. [1]"


LIMITER = """// Package throttle limits how often clients may call. Buckets live in memory only, so
// a restart gives every client a full bucket.
package throttle

// DefaultBurst is how many calls a new client may make at once.
const DefaultBurst = 40

// idleTTL is how long a bucket is kept before it is dropped.
const idleTTL = 15 * time.Minute

// New makes a Limiter. A rate of zero switches limiting off.
func New(rate, burst float64) *Limiter {
\treturn &Limiter{rate: rate, burst: burst}
}
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What is the default burst?",
            "DefaultBurst is how many calls a new client may make at once. const DefaultBurst = 40 [1]",
        ),
        (
            "How long is an idle bucket kept?",
            "idleTTL is how long a bucket is kept before it is dropped. const idleTTL = 15 * time.Minute [1]",
        ),
        ("What happens with a rate of zero?", "A rate of zero switches limiting off. [1]"),
        (
            "What does a restart give every client?",
            "Buckets live in memory only, so a restart gives every client a full bucket. [1]",
        ),
    ],
)
def test_code_is_told_by_its_lines_and_comments(question: str, expected: str) -> None:
    passage = Document(content=LIMITER, score=0.9, meta={"filename": "limiter.go"})
    assert answer(question, [passage], question, 0.05) == expected
    (citation,) = cited(expected, passage)
    assert citation.quote in LIMITER
    assert citation.quote.replace("\n// ", " ").replace("\n", " ") == expected.removesuffix(" [1]")


def cited(said: str, passage: Document) -> list[Citation]:
    reader = CitationReader([passage], 0.0)
    reader.feed(said)
    return reader.finish()
