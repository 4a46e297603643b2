"""Paragraphs, headings, lists and tables, written down as the plain text that all structured formats share."""

import re

SPACE = re.compile(r"[^\S\n]+")


def collapse(text: str) -> str:
    """One space between words, no empty lines; line breaks stay."""
    lines = (SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


class Blocks:
    """Collects blocks in reading order; `text()` separates them as Markdown does."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, str]] = []

    def heading(self, level: int, text: str) -> None:
        self._add("heading", collapse(text).replace("\n", " "), "#" * min(level, 6) + " ")

    def paragraph(self, text: str) -> None:
        self._add("paragraph", collapse(text))

    def item(self, depth: int, text: str) -> None:
        indent = "  " * max(min(depth, 8), 0)
        self._add("item", collapse(text).replace("\n", f"\n{indent}  "), f"{indent}- ")

    def row(self, cells: list[str]) -> None:
        words = [collapse(cell).replace("\n", " ") for cell in cells]
        if any(words):
            self._blocks.append(("row", "| " + " | ".join(words) + " |"))

    def verbatim(self, text: str) -> None:
        """Text whose lines and indentation matter; fenced, so that a `#` in it is not a heading."""
        if text.strip():
            self._blocks.append(("verbatim", "```\n" + text.strip("\n") + "\n```"))

    def extend(self, other: "Blocks") -> None:
        self._blocks.extend(other._blocks)

    @property
    def plain(self) -> bool:
        """Nothing but paragraphs?"""
        return all(kind == "paragraph" for kind, _ in self._blocks)

    def _add(self, kind: str, text: str, prefix: str = "") -> None:
        if text:
            self._blocks.append((kind, prefix + text))

    def text(self) -> str:
        pieces: list[str] = []
        previous = None
        for kind, text in self._blocks:
            if previous is not None:
                pieces.append("\n" if kind == previous and kind in ("item", "row") else "\n\n")
            pieces.append(text)
            previous = kind
        return "".join(pieces)
