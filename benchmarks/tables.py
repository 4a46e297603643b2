"""Questions about tables: how often the built-in model says the right cells, rows and numbers, and nothing else.

    .venv/bin/python -m benchmarks.tables [--show] [--only WORD]

The tables and the questions are in `tables.toml`; each table is made into a file of its format, and all are in one
store. `--show` prints every answer that is not right, `--only` asks the questions that have a word.
"""

import asyncio
import io
import sys
import tomllib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx

from benchmarks.follow_ups import held
from benchmarks.index_search import row
from ingest.corpus import open_corpus
from ingest.records.files import NewFile
from ingest.settings import load
from rag_api.answer.answerer import Answerer
from rag_api.answer.language.languages import LANGUAGES
from rag_api.settings import Settings
from tests.ingest.convert.office_files import rows as sheet
from tests.ingest.convert.office_files import xlsx
from tests.ingest.convert.pdf_files import Body, drawn, lines

MOST_BYTES = 100_000
SET = Path(__file__).with_suffix(".toml")
ROWS = 120  # of the long table
REFUSED = {language.replies.unanswered for language in LANGUAGES}


def main(*, show: bool, only: str) -> None:
    known = tomllib.loads(SET.read_text(encoding="utf-8"))
    with TemporaryDirectory() as folder:
        settings = load(Settings, data_dir=Path(folder))
        with open_corpus(settings) as corpus:
            store = corpus.stores.add("tables", {})
            for name, table in known["tables"].items():
                with corpus.blobs.draft(MOST_BYTES) as draft:
                    draft.write(made(name, list(_rows(table))))
                    corpus.files.add_all(store.id, "user_data", [NewFile(draft, name, {})])
            corpus.worker.run_until_idle(lambda _: None)
            answerer = Answerer.over(settings, corpus)
            asyncio.run(measure(answerer, store.id, known["questions"], show, only))


async def measure(answerer: Answerer, store_id: str, questions: dict[str, Any], show: bool, only: str) -> None:
    row("", "questions", "right", "refused", "wrong")
    for kind, asked in questions.items():
        counts = [0, 0, 0, 0]
        for one in asked:
            if only not in one["question"]:
                continue
            _, answer = await held(answerer, store_id, [one["question"]])
            refused = answer in REFUSED
            right = is_right(answer, one) if "right" in one else refused
            counts = [counts[0] + 1, counts[1] + right, counts[2] + refused, counts[3] + (not right and not refused)]
            if (show and not right) or only:
                print(one["question"], one.get("right", "-"), answer.replace("\n", "\n    "), sep="\n    ")
        row(kind, *counts)


def is_right(answer: str, one: dict[str, Any]) -> bool:
    return all(part in answer for part in one["right"]) and not any(part in answer for part in one.get("wrong", ()))


def _rows(table: dict[str, Any]) -> Iterator[list[str]]:
    head, *others = table["rows"]
    if "cities" in table:
        pattern, cities, drivers = others[0], table["cities"], table["drivers"]
        others = [
            pattern.format(n=n, units=n * 37 % 101 + 5, city=cities[n % len(cities)], driver=drivers[n % len(drivers)])
            for n in range(1, ROWS + 1)
        ]
    for line in (head, *others):
        yield [cell.strip() for cell in line.split(" | ")]


def made(name: str, table: Sequence[Sequence[str]]) -> bytes:
    """The table as a file of the format that its name has."""
    match name.rpartition(".")[2]:
        case "xlsx":
            return xlsx({"Sheet1": sheet(*table)})
        case "docx":
            document, out = docx.Document(), io.BytesIO()
            grid = document.add_table(len(table), len(table[0]))
            for cells, its in zip(grid.rows, table, strict=True):
                for cell, text in zip(cells.cells, its, strict=True):
                    cell.text = text
            document.save(out)
            return out.getvalue()
        case "html":
            cells = ("".join(f"<td>{escape(cell)}</td>" for cell in line) for line in table)
            return f"<table>{''.join(f'<tr>{line}</tr>' for line in cells)}</table>".encode()
        case "md":
            head, *others = (f"| {' | '.join(line)} |" for line in table)
            return "\n".join([head, "|---" * len(table[0]) + "|", *others]).encode()
        case "csv":
            return "\n".join(";".join(line) for line in table).encode()
    parts = [
        (72 + (150 if place else 0) + 80 * place, 720 - 16 * number, 10, cell)
        for number, line in enumerate(table)
        for place, cell in enumerate(line)
    ]
    return drawn(Body(lines(*parts)))


if __name__ == "__main__":
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    main(show="--show" in sys.argv, only=only)
