"""`rag-ingest restore`: the data folder of a backup."""

import argparse

from ingest.counted import counted
from ingest.printable import printable
from ingest.settings import Settings
from ingest.upkeep.backup import check_all_is_here, restore


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    check_all_is_here(settings)
    copied = restore(arguments.source, settings.data_dir)
    told = f"{counted(copied.blobs, 'file')}, {counted(copied.bytes, 'byte')}"
    print(f"restored {told}, and all records; the next start makes the index")
    for name in sorted(copied.harmed.values()):
        print(f"damaged  {printable(name)}  (its bytes are not in the backup as they were uploaded)")
    return 1 if copied.harmed else 0
