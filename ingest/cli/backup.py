"""`rag-ingest backup`: a copy of the data folder."""

import argparse

from ingest.counted import counted
from ingest.printable import printable
from ingest.settings import Settings
from ingest.upkeep.backup import backup, check_all_is_here


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    check_all_is_here(settings)
    copied = backup(settings.data_dir, arguments.destination)
    print(f"copied {counted(copied.blobs, 'new file')}, {counted(copied.bytes, 'byte')}, and all records")
    for name in sorted(copied.harmed.values()):
        print(f"damaged  {printable(name)}  (its bytes are not those that were uploaded, and not in the backup)")
    return 1 if copied.harmed else 0
