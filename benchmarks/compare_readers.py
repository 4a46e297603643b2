"""How many words of real files are read here, beside those that other readers find in the same files.

    .venv/bin/python -m benchmarks.compare_readers FOLDER TEXTS... [--worst FILES]

FOLDER has the files, each folder TEXTS what one other reader made of them: of `letter.docx` in `letter.docx.txt`. For
each ending are printed: files, those refused here, words on which two others agree (if only one has read a file: its
words), the share of them that is found here as many times, how many of a thousand different words only this reader has,
and seconds. With --worst, the files follow where most is missing or foreign, with some of these words.
"""

import argparse
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ingest.convert.file_converter import FileConverter

WORD = re.compile(r"[^\W_]+")
SHOWN = 25  # words of a file


class Compared(NamedTuple):
    """A file, and how its words here differ from those that others find."""

    path: Path
    refused: str
    seconds: float
    own: Counter[str]
    others: Counter[str]  # on which two of them agree, if there are two
    missing: Counter[str]
    foreign: set[str]


def words(text: str) -> Counter[str]:
    return Counter(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def compare(converter: FileConverter, path: Path, texts: list[Path]) -> Compared:
    started = time.perf_counter()
    found = converter.run([path])
    seconds = time.perf_counter() - started
    own = words("\n".join(document.content for document in found["documents"]))
    refused = "".join(str(failure.error) for failure in found["failures"])
    once: Counter[str] = Counter()  # as many times as the reader says a word that does so most often
    twice: Counter[str] = Counter()  # as many times as two of them do
    made = [text for folder in texts if (text := folder / f"{path.name}.txt").exists()]
    for text in made:
        told = words(text.read_text(errors="replace"))
        once, twice = once | told, twice | (once & told)
    agreed = twice if len(made) > 1 else once
    return Compared(path, refused, seconds, own, agreed, agreed - own, own.keys() - once.keys() if once else set())


def table(compared: list[Compared]) -> Iterator[str]:
    by_ending: defaultdict[str, list[Compared]] = defaultdict(list)
    for each in compared:
        by_ending[each.path.suffix.lower()].append(each)
    yield "ending    files  refused     words  found here  only here  seconds"
    for ending, files in sorted(by_ending.items()):
        refused = sum(bool(each.refused) for each in files)
        others, missing = (sum(each.others.total() for each in files), sum(each.missing.total() for each in files))
        foreign, own = (sum(len(each.foreign) for each in files), sum(len(each.own) for each in files))
        yield (
            f"{ending:<8} {len(files):>6} {refused:>8} {others:>9,}"
            f" {1 - missing / max(others, 1):>11.4f} {1000 * foreign / max(own, 1):>10.1f}"
            f" {sum(each.seconds for each in files):>8.2f}"
        )


def worst(compared: list[Compared], count: int) -> Iterator[str]:
    def weight(each: Compared) -> float:
        return each.missing.total() + len(each.foreign)

    for each in sorted(compared, key=weight, reverse=True)[:count]:
        yield f"\n{each.path.name}  {each.seconds:.2f} s  {each.refused}"
        yield f"  missing {each.missing.total()}: {' '.join(word for word, _ in each.missing.most_common(SHOWN))}"
        yield f"  foreign {len(each.foreign)}: {' '.join(sorted(each.foreign)[:SHOWN])}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--worst", type=int, default=0)
    given = parser.parse_args()
    with closing(FileConverter(workers=1)) as converter:
        converter.warm_up()
        compared = [compare(converter, path, given.texts) for path in sorted(given.folder.iterdir()) if path.is_file()]
    sys.stdout.writelines(f"{line}\n" for line in [*table(compared), *worst(compared, given.worst)])


if __name__ == "__main__":
    main()
