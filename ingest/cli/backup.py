"""Copy the data folder while a server may be at work in it; a second time, only what is new."""

import argparse
from pathlib import Path

from ingest.settings import Settings
from ingest.upkeep.backup import backup


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("destination", type=Path, metavar="DEST", help="the folder of the backup, new or to be renewed")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    copied = backup(settings.data_dir, arguments.destination)
    print(f"copied {copied.blobs:,} files that are new, {copied.bytes:,} bytes, and all records")
    for name in sorted(copied.harmed.values()):
        print(f"damaged  {name}  (its bytes are not those that were uploaded, and not in the backup)")
    return 1 if copied.harmed else 0
