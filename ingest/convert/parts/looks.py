"""Words whose look says something: raised digits, and what a line strikes out."""

import re
from collections.abc import Iterable, Sequence

POWER = re.compile(r"\s*(?:[-+−–]?\d|[-+−–]\s*$)")  # whose sign may be a run of its own

# Around struck words while a paragraph is put together: no text has these, which Unicode keeps for such uses.
STRUCK, END = "\ufdd0", "\ufdd1"
BETWEEN = re.compile(rf"{END}([^\S\n]*){STRUCK}")  # runs of letters, as when a part is bold
MARKS = re.compile(f"[{STRUCK}{END}]")


def is_power(text: str, said: Sequence[str]) -> bool:
    """Whether raised words are a power of the digit before them: 10^6 is not 106."""
    return bool(said) and said[-1][-1:].isdigit() and POWER.match(text) is not None


def struck(text: str) -> str:
    """To be marked where the paragraph is put together; spaces around it are not."""
    words = text.strip()
    return text.replace(words, f"{STRUCK}{words}{END}", 1) if words else text


def put_together(pieces: Iterable[str]) -> str:
    text = "".join(pieces)
    return MARKS.sub("~~", BETWEEN.sub(r"\1", text)) if STRUCK in text else text
