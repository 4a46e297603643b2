"""The colours of an RTF, entry by entry of its table."""

PRIMARIES = ("red", "green", "blue")
WHITE = 250  # of 255, each of red, green and blue, at least


class Colors:
    def __init__(self) -> None:
        self._table: list[tuple[int, ...] | None] = []  # None is the one that programs choose
        self._entry: dict[str, int] = {}  # that is being read

    def set(self, primary: str, value: int) -> None:
        self._entry[primary] = value

    def end(self) -> None:
        self._table.append(tuple(map(self._entry.get, PRIMARIES, (0, 0, 0))) if self._entry else None)
        self._entry = {}

    def __getitem__(self, number: int) -> tuple[int, ...] | None:
        return self._table[number] if number in self else None

    def __contains__(self, number: int) -> bool:
        """Whether the table has it; the first one, 0, is that of programs."""
        return 0 < number < len(self._table)

    def is_white(self, number: int) -> bool:
        return min(self[number] or (0,)) >= WHITE
