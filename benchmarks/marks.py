"""How often a quote is found on the page that it is from, and what that and the picture of the page cost.

    .venv/bin/python -m benchmarks.marks PDF...

Quotes are of 200 characters, from the text as it is read here, up to twelve of a file. Each is looked for on its own
page and on one that is half of the file away, where it should not be (but slides and headings repeat themselves).
"""

import argparse
import random
import time
from collections import Counter
from pathlib import Path
from statistics import median

from ingest.convert.formats.pdf import convert
from ingest.convert.formats.pdf.drawing import draw
from ingest.convert.formats.pdf.marks import marks
from ingest.errors import ConversionFailed

QUOTE = 200  # characters
LEAST = 300  # of a page
QUOTES = 12  # of a file
WIDTH = 1200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="PDF")
    chosen = random.Random(1)
    own: Counter[str] = Counter()
    others: Counter[str] = Counter()
    looked, drawn, sizes = [], [], []
    for path in parser.parse_args().files:
        with path.open("rb") as file:
            try:
                pages = convert(file, path.name, {}).text.split("\f")
            except ConversionFailed as error:
                print(error.message)
                continue
            full = [number for number, text in enumerate(pages, start=1) if len(text) > LEAST]
            for number in chosen.sample(full, min(QUOTES, len(full))):
                text = pages[number - 1]
                start = text.find(" ", chosen.randrange(len(text) - QUOTE)) + 1
                quote = text[start : start + QUOTE].rsplit(" ", 1)[0]
                began = time.process_time()
                match = marks(file, path.name, quote, number, number).match
                looked.append(time.process_time() - began)
                own[match] += 1
                if match != "exact":
                    print(f"{path.name}, page {number}: {match}: {quote!r}")
                if (other := (number - 1 + len(pages) // 2) % len(pages) + 1) != number:
                    others[marks(file, path.name, quote, other, other).match] += 1
                began = time.process_time()
                sizes.append(len(draw(file, path.name, number, WIDTH)[1]))
                drawn.append(time.process_time() - began)
    print(f"on the page: {dict(own)}, on another: {dict(others)}")
    print(f"looked for in {1000 * median(looked):.0f} ms at the median, {1000 * max(looked):.0f} at most")
    print(f"drawn in {1000 * median(drawn):.0f} ms, {1000 * max(drawn):.0f} at most; {median(sizes) // 1000:.0f} KB")


if __name__ == "__main__":
    main()
