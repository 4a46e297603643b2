"""`rag-ingest migrate`: bring the tables of all projects up to date."""

import argparse
from contextlib import ExitStack, closing

from ingest.data_folder import ACCESS, ANSWERS, RECORDS, hold
from ingest.projects import DEFAULT
from ingest.records.database import open_database
from ingest.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    names = [RECORDS, ANSWERS, *([ACCESS] if settings.project == DEFAULT else [])]
    with ExitStack() as held:
        if settings.database_url is None:
            held.enter_context(hold(settings.data_dir))
        for name in names:
            with closing(open_database(settings, name)) as database:
                print(f"{name.removesuffix('.db')}: version {database.version()}")
    return 0
