"""Make the data folder of a backup; it must be empty."""

import argparse
from pathlib import Path

from ingest.settings import Settings
from ingest.upkeep.backup import restore


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="SRC", help="the folder of the backup")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    copied = restore(arguments.source, settings.data_dir)
    print(f"restored {copied.blobs:,} files, {copied.bytes:,} bytes, and all records; the next start makes the index")
    for name in sorted(copied.harmed.values()):
        print(f"damaged  {name}  (its bytes are not in the backup as they were uploaded)")
    return 1 if copied.harmed else 0
