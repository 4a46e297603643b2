"""`rag-eval`: measure retrieval and answers on judged questions, and compare two measurements."""

import argparse
import asyncio
import json
import logging
import random
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.corpus import Corpus, open_corpus
from ingest.errors import IngestError
from ingest.settings import load
from ingest.version import installed_version
from rag_api.answer.errors import ModelFailed
from rag_api.evaluation import evaluate, report
from rag_api.evaluation.collection import Collection
from rag_api.settings import Settings

TELL_S = 1.0


def main() -> None:
    arguments = _parser().parse_args()
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        arguments.run(arguments)
    except (IngestError, ModelFailed) as error:
        sys.exit(f"rag-eval: {error}")
    except KeyboardInterrupt:
        sys.exit("rag-eval: stopped.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rag-eval", description=__doc__)
    parser.add_argument("--version", action="version", version=f"rag-eval {installed_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="ingest collections in BEIR's form, ask their questions, print how it went")
    run.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    run.add_argument("--data-dir", type=Path, help="keep what is ingested here, and use it again the next time")
    run.add_argument("--sample", type=int, metavar="N", help="ask only N of the questions, always the same")
    run.add_argument("--no-answers", action="store_true", help="search only")
    run.add_argument("--json", type=Path, metavar="FILE", help="write all results into a file, question by question")
    run.set_defaults(run=_run)
    compare = commands.add_parser("compare", help="two files of results, question by question")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.set_defaults(run=_compare)
    return parser


def _run(arguments: argparse.Namespace) -> None:
    results = []
    with ExitStack() as opened:
        folder = arguments.data_dir or Path(opened.enter_context(TemporaryDirectory(prefix="rag-eval-")))
        settings = load(Settings, data_dir=folder)
        corpus = opened.enter_context(open_corpus(settings))
        for path in arguments.folders:
            collection = Collection(path)
            outcomes = _outcomes(collection, corpus, settings, arguments)
            print(*report.table(collection.name, outcomes), "", sep="\n", flush=True)
            results.append(report.as_json(collection.name, outcomes, _reported(settings)))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))


def _outcomes(
    collection: Collection, corpus: Corpus, settings: Settings, arguments: argparse.Namespace
) -> dict[str, evaluate.Outcome]:
    questions = collection.questions()
    if arguments.sample and arguments.sample < len(questions):
        questions = random.Random(0).sample(questions, arguments.sample)
    tell = _Teller()
    store_id = evaluate.ingest(collection, corpus, tell)
    outcomes = evaluate.search(questions, store_id, corpus, tell)
    if not arguments.no_answers:
        answered = asyncio.run(evaluate.answer(questions, store_id, corpus, settings, tell))
        outcomes = {question: outcomes.get(question, {}) | outcome for question, outcome in answered.items()}
    tell.end()
    return outcomes


def _compare(arguments: argparse.Namespace) -> None:
    before = {result["collection"]: result for result in report.load(arguments.before)}
    for result in report.load(arguments.after):
        if result["collection"] in before:
            print(*report.compared(before[result["collection"]], result), "", sep="\n")


def _reported(settings: Settings) -> dict[str, Any]:
    """The settings to report, without where things are and without keys."""
    return settings.model_dump(mode="json", exclude={"data_dir", "api_keys", "openai_api_key", "public_url"})


class _Teller:
    """Shows the progress on a terminal."""

    def __init__(self) -> None:
        self._told_at = 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        if sys.stderr.isatty() and (time.monotonic() - self._told_at > TELL_S or done == of):
            self._told_at = time.monotonic()
            print(f"\r\x1b[K{done:,}{f' of {of:,}' if of else ''} {what}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
