"""`rag-ingest copy`: an installation from a folder to shared engines, or back."""

import argparse

from ingest.counted import counted
from ingest.printable import printable
from ingest.settings import Settings
from ingest.upkeep.copy import copy
from ingest.upkeep.installations import installation


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    harmed: dict[str, str] = {}
    with installation(arguments.source, settings) as source, installation(arguments.target, settings) as target:
        for copied in copy(source, target):
            harmed |= copied.harmed
            print(
                f"{copied.project}: {counted(copied.files, 'file')} of {counted(copied.bytes, 'byte')}, "
                f"{counted(copied.chunks, 'chunk')} and {counted(copied.rows, 'row')} are the same in both",
                flush=True,
            )
        print(f"{target.name} is complete: start servers there, and none at {source.name} any more")
    for name in sorted(harmed.values()):
        print(f"damaged  {printable(name)}  (its bytes are not those that were uploaded, and were not copied)")
    return 1 if harmed else 0
