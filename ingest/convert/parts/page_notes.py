"""Notes on pages, for whoever put a file in: what of them was not read."""

from collections.abc import Mapping, Sequence

SHOWN_RANGES = 5  # of pages


def page_notes(reasons: Mapping[int, str], pages: int) -> str | None:
    """`2 of 5 pages (2, 4) have no text.`: a sentence for each reason; of a file of one page, `It has ...`. Pages are
    counted from 0 in `reasons`."""
    by_reason: dict[str, list[int]] = {}
    for page in sorted(reasons):
        by_reason.setdefault(reasons[page], []).append(page + 1)
    return (
        " ".join(
            f"{len(numbers)} of {pages} pages ({_ranges(numbers)}) {'has' if len(numbers) == 1 else 'have'} {reason}."
            if pages > 1
            else f"It has {reason}."
            for reason, numbers in by_reason.items()
        )
        or None
    )


def _ranges(numbers: Sequence[int]) -> str:
    """`2 to 4, 7`"""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    shown = [" to ".join(map(str, each)) for each in ranges[:SHOWN_RANGES]]
    return ", ".join(shown + ["..."] * (len(ranges) > SHOWN_RANGES))
