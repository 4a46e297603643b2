"""A collection in BEIR's format: documents, questions, and which documents are right for which question."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import Invalid


@dataclass(frozen=True)
class JudgedDocument:
    id: str
    title: str
    text: str


@dataclass(frozen=True)
class JudgedQuestion:
    id: str
    text: str
    relevant: dict[str, int]
    """How right each document is, as judged by a person; for a question without an answer, where it was looked for."""
    answers: list[str]
    """A right answer, or passage, contains one of these."""
    support: list[list[str]]
    """The sentences that the answer comes from, as marked by people: a list for each person."""
    answerable: bool


class Collection:
    """`corpus.jsonl` has `_id`, `title` and `text` a line; `queries.jsonl` has `_id`, `text` and, where known,
    `answers`, `support` and `kind` ("answerable" or "unanswerable"); `qrels.tsv`, or `qrels/test.tsv`, has a header and
    then query, document and score, separated by tabs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.resolve().name

    def documents(self) -> Iterator[JudgedDocument]:
        """Raises `Invalid` if the file cannot be read."""
        for row in self._rows("corpus.jsonl"):
            yield JudgedDocument(row["_id"], row.get("title") or "", row.get("text") or "")

    def questions(self) -> list[JudgedQuestion]:
        """Those that can be judged: with a right document, or known to have none. Raises `Invalid` if a file cannot be
        read."""
        relevant = self._relevant()
        asked = [_question(row, relevant.get(row["_id"], {})) for row in self._rows("queries.jsonl")]
        return [question for question in asked if question.relevant or not question.answerable]

    def _relevant(self) -> dict[str, dict[str, int]]:
        path = self.folder / "qrels.tsv"
        if not path.exists():
            path = self.folder / "qrels" / "test.tsv"
        relevant: dict[str, dict[str, int]] = defaultdict(dict)
        for number, line in enumerate(_lines(path)):
            fields = line.split("\t")
            if len(fields) != 3 or not (number == 0 or fields[2].lstrip("-").isdigit()):
                raise Invalid(f"Line {number + 1} of '{path}' is not a query, a document and a score between tabs.")
            if number and int(fields[2]) > 0:
                relevant[fields[0]][fields[1]] = int(fields[2])
        return relevant

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(_lines(self.folder / name), 1):
            try:
                row = json.loads(line)
                row["_id"]
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                where = f"Line {number} of '{self.folder / name}'"
                raise Invalid(f"{where} is not a JSON object with an '_id'.") from error
            yield row


def _question(row: dict[str, Any], relevant: dict[str, int]) -> JudgedQuestion:
    answerable = row.get("kind") != "unanswerable"
    return JudgedQuestion(
        id=row["_id"],
        text=row.get("text") or "",
        relevant=relevant,
        answers=row.get("answers") or [],
        support=row.get("support") or [],
        answerable=answerable,
    )


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield line.rstrip("\n")
    except OSError as error:
        raise Invalid(
            f"'{path}' cannot be read ({error.strerror}). A collection has corpus.jsonl, queries.jsonl and qrels.tsv."
        ) from error
