"""What each structure of each format costs when there is twice as much of it: processor time, and characters of text.

    .venv/bin/python -m benchmarks.readers [ENDING] [STRUCTURE]

A line for each: so many of it, the size of the file (unpacked), the seconds, how many times those of half as many, the
seconds for a megabyte, the characters for a byte. Lines that grow more than 2.6 times are marked. Each structure has a
process of its own, with 3 GB and a minute.
"""

import resource
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from typing import NamedTuple

from ingest.convert.extract import extract
from ingest.convert.file_converter import MAX_CHARACTERS
from ingest.errors import ConversionFailed
from tests.ingest.convert.growing import STRUCTURES
from tests.ingest.convert.growing.form import Build

FIRST = 50
MOST = 2.6
MEMORY, SECONDS = 3 << 30, 60
LONG_ENOUGH = 0.25  # seconds; what takes less says little
LARGEST, LARGEST_REFUSED = 6_000_000, 50_000  # bytes


class Cost(NamedTuple):
    size: int
    seconds: float
    characters: int
    refused: str


def cost(ending: str, data: bytes) -> Cost:
    begin = time.process_time()
    characters, refused = 0, ""
    try:
        characters = len(extract(BytesIO(data), f"a{ending}", ending, MAX_CHARACTERS)["text"])
    except ConversionFailed as failure:
        refused = failure.message
    return Cost(unpacked(data), time.process_time() - begin, characters, refused)


def unpacked(data: bytes) -> int:
    if not data.startswith(b"PK"):
        return len(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def measure(ending: str, structure: str, build: Build) -> None:
    number, before = FIRST, Cost(0, 0.0, 0, "")
    while True:
        data = build(number)
        now = cost(ending, data.encode() if isinstance(data, str) else data)
        largest = LARGEST_REFUSED if now.refused else LARGEST
        if (now.seconds > LONG_ENOUGH and before.size) or now.size > largest:
            break
        number, before = 2 * number, now
    times = now.seconds / max(before.seconds, 0.001)
    mark = "!" if times > MOST and now.seconds > LONG_ENOUGH else ""
    print(
        f"{mark:1} {ending:6} {structure:40} {number:8} {now.size // 1000:6} KB {now.seconds:6.2f} s x {times:4.1f} "
        f"{1e6 * now.seconds / now.size:7.2f} s/MB {now.characters / now.size:7.1f}  {now.refused[:60]}",
        flush=True,
    )


def main() -> None:
    wanted = dict(enumerate(sys.argv[1:]))
    for ending, structures in STRUCTURES.items():
        for structure, build in structures.items():
            if wanted.get(0, ending) != ending or wanted.get(1, structure) != structure:
                continue
            if len(wanted) == 2:
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
                resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
                measure(ending, structure, build)
                continue
            one = [sys.executable, "-m", "benchmarks.readers", ending, structure]
            if status := subprocess.run(one).returncode:
                print(f"! {ending:6} {structure:40} ended with {status}", flush=True)


if __name__ == "__main__":
    main()
