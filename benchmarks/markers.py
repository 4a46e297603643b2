"""How long finding the citations takes in an answer that was made for it: processor time for half and all of it.

    .venv/bin/python -m benchmarks.markers

Twice the text may take twice the time, and no more.
"""

import time

from haystack import Document

from benchmarks.index_search import row
from rag_api.answer.citations import CitationReader

LENGTH = 1_000_000  # characters
PASSAGES = [Document(content="The refund is paid within 14 days. Shipping costs 5 euros. " * 20) for _ in range(8)]
REPEATED = [
    *(
        "[",
        "【",
        "(",
        "<",
        "[[",
        "[^",
        "[1",
        "[1,",
        "[1-",
        "[1][2]",
        "【1†a",
        "[Source 1: a",
        "(source 1, ",
        "<source 1 ",
    ),
    *("\ue200cite\ue202a", "`a``b", "```\n", "[1](x)", "[1]\n", "The refund is paid within 14 days [1]. "),
]


def main() -> None:
    row("", "half, s", "all, s", "citations")
    for piece in REPEATED:
        answer = piece * (LENGTH // len(piece))
        half, _ = measured(answer[: LENGTH // 2])
        whole, citations = measured(answer)
        row(piece.strip()[:40], f"{half:.2f}", f"{whole:.2f}", citations)


def measured(answer: str) -> tuple[float, int]:
    reader = CitationReader(PASSAGES, 0.3)
    reader.feed(answer)
    began = time.process_time()
    citations = reader.finish()
    return time.process_time() - began, len(citations)


if __name__ == "__main__":
    main()
