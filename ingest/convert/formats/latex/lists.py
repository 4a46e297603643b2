"""The lists of LaTeX that are open, and how each counts its items: as LaTeX does by itself, as a package is told to, or
as the document defines it."""

import re

from ingest.convert.parts.count import shown

MARKS = ("1.", "(a)", "i.", "A.")
KIND = {"arabic": "1", "alph": "a", "Alph": "A", "roman": "i", "Roman": "I"}
LEVELS = ("i", "ii", "iii", "iv")
COUNTER = re.compile(r"\\(arabic|alph|Alph|roman|Roman)\s{0,9}(?:\*|\{?enum(?:iv|i{1,3})\}?)")
DEFINED_MARK = re.compile(
    r"\s{0,9}\{?\\?labelenum(iv|i{1,3})\}?\s{0,9}\{([^{}\n]{0,100}(?:\{[^{}\n]{0,50}\}[^{}\n]{0,50})?)\}"
)
SET_COUNTER = re.compile(r"\s{0,9}\{enum(iv|i{1,3})\}\s{0,9}\{\s{0,9}(\d{1,6})\s{0,9}\}")
LABEL_OPTION = re.compile(r"label\s{0,9}=\s{0,9}(\{[^{}]{0,100}\}|[^,]{1,100})")
START_OPTION = re.compile(r"start\s{0,9}=\s{0,9}(\d{1,6})")


class Lists:
    def __init__(self) -> None:
        self._open: list[_Numbers | None] = []
        self._ended: dict[int, int] = {}  # by depth: where the last list ended, from which one may go on
        self._marks = dict(enumerate(MARKS))

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def depth(self) -> int:
        """Of the innermost one; the outermost has 0."""
        return len(self._open) - 1

    def begin(self, options: str | None) -> None:
        """Open one that counts its items by these options, or one that does not count."""
        self._open.append(None if options is None else self._numbers(options))

    def end(self) -> None:
        if numbers := self._open[-1]:
            self._ended[len(self._counting()) - 1] = numbers.next
        self._open.pop()

    def next_mark(self) -> str:
        numbers = self._open[-1]
        return numbers.take() if numbers else "-"

    def set_counter(self, level: str, number: int) -> None:
        if (depth := LEVELS.index(level)) < len(counting := self._counting()):
            counting[depth].next = number + 1

    def set_mark(self, level: str, label: str) -> None:
        if (depth := LEVELS.index(level)) < len(counting := self._counting()):
            counting[depth].mark = _mark(label)
        else:
            self._marks[depth] = _mark(label)

    def _counting(self) -> list["_Numbers"]:
        return [numbers for numbers in self._open if numbers]

    def _numbers(self, options: str) -> "_Numbers":
        depth = len(self._counting())
        label, start = LABEL_OPTION.search(options), START_OPTION.search(options)
        mark = self._marks.get(depth, "1.")
        if label:
            mark = _mark(label[1].removeprefix("{").removesuffix("}"))
        elif "=" not in options and re.search("[1aAiI]", options):
            mark = options  # as the older package has it
        first = self._ended.get(depth, 1) if "resume" in options else 1
        return _Numbers(mark, int(start[1]) if start else first)


class _Numbers:
    """Of the items of a list: `mark` has the kind of number where it stands, as in (a)."""

    def __init__(self, mark: str, start: int = 1) -> None:
        self.mark, self.next = mark, start

    def take(self) -> str:
        count, self.next = self.next, self.next + 1
        return re.sub("[1aAiI]", lambda kind: shown(count, kind[0]), self.mark, count=1) or "-"


def _mark(label: str) -> str:
    """From what LaTeX would typeset before an item: with 1, a, A, i or I for its number."""
    kind = COUNTER.search(label)
    before, behind = (label[: kind.start()], label[kind.end() :]) if kind else ("", "")
    return f"{_bare(before)}{KIND[kind[1]]}{_bare(behind)}" if kind else ""


def _bare(text: str) -> str:
    """Without commands and letters, which would pass for the number."""
    return re.sub(r"\\[a-zA-Z]+|[\\{}\w\s]", "", text)
