"""The commands `rag-api pipelines`: the pipeline that answers, as a file, and what is wrong with such a file."""

import argparse
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rag_api.access.commands import Commands

if TYPE_CHECKING:
    from rag_api.settings import Settings


def add(commands: Commands) -> None:
    """Add them to the parser of `rag-api`."""
    ours = commands.add_parser("pipelines", help="export and check pipelines of your own").add_subparsers(required=True)
    told = "Print the pipeline that answers if no other is set: change it, and set RAG_QUERY_PIPELINE to its file."
    ours.add_parser("export", help=told, description=told).set_defaults(run=export)
    told = "Say what is wrong with pipelines and with steps, and try each with a question or a text that is made up."
    check_parser = ours.add_parser("check", help=told, description=told)
    check_parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check_parser.set_defaults(run=check)


def export(arguments: argparse.Namespace) -> None:
    from rag_api.answer.dry_run import made_up
    from rag_api.answer.pipeline import extractive_pipeline, upstream_pipeline
    from rag_api.answer.pipeline_file import written

    settings = _settings()
    live = made_up(settings)
    print(written(upstream_pipeline(live) if settings.upstream else extractive_pipeline(live)), end="")


def check(arguments: argparse.Namespace) -> None:
    import asyncio

    from ingest.convert import steps
    from ingest.errors import Invalid
    from ingest.work.pipeline import try_steps
    from rag_api.answer import dry_run

    settings = _settings()
    wrong = 0
    for path in arguments.files:
        logging.disable()  # what a component says when it fails is told with its file
        try:
            if steps.are_in(path):
                try_steps(path, settings)
                print(f"{path}: takes a text to its chunks")
            else:
                asyncio.run(dry_run.run(settings, path))
                print(f"{path}: answers a question")
        except Invalid as error:
            wrong += 1
            print(error)
        finally:
            logging.disable(logging.NOTSET)
    sys.exit(wrong and f"rag-api: {wrong} of {len(arguments.files)} cannot be used")


def _settings() -> "Settings":
    from ingest.errors import IngestError
    from ingest.settings import load
    from rag_api.settings import Settings

    try:
        return load(Settings)
    except IngestError as error:
        sys.exit(f"rag-api: {error}")
