"""The vectors of one model, in memory, one byte per dimension; a search compares the question with all of them.

That is exact, needs no index, and takes only as long as reading them from memory: docs/quality.md.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ingest.index.embedded.passing import Passing
from ingest.index.fusion import UNRELATED, above

_FEW = 2_000  # up to so many passing rows are compared one by one; of more, the best of all rows are filtered
_SAMPLE = 500  # rows from which to tell the usual likeness of question and chunk

Bytes = npt.NDArray[np.int8]


def packed(embedding: Sequence[float]) -> bytes | None:
    """One byte per dimension; the rounding does not show in the results. None for a text that has nothing the model
    knows."""
    vector = np.asarray(embedding, np.float64)
    largest = np.abs(vector).max(initial=0)
    if not (np.isfinite(largest) and largest > 0):
        return None
    rounded: Bytes = np.rint(vector * (127 / largest)).astype(np.int8)
    return rounded.tobytes()


class Vectors:
    """Any number of readers and one writer at a time: arrays that a reader may hold are not moved."""

    def __init__(self, model: str) -> None:
        self.model = model
        self._rows: npt.NDArray[np.int64] = np.empty(0, np.int64)  # ascending, with spare room
        self._hashes: npt.NDArray[np.int64] = np.empty(0, np.int64)  # of their contents
        self._matrix: Bytes = np.empty((0, 0), np.int8)
        self._count = 0
        self._gone = 0

    def __len__(self) -> int:
        return self._count - self._gone

    @property
    def last_row(self) -> int:
        return int(self._rows[self._count - 1]) if self._count else 0

    def remove(self, rows: Iterable[int]) -> None:
        for place in _places(self._rows[: self._count], list(rows)):
            if self._matrix[place].any():
                self._matrix[place] = 0  # alike to nothing
                self._gone += 1
        if self._gone > self._count // 4 + 1000:
            kept = self._matrix[: self._count].any(axis=1)
            self._rows, self._hashes = self._rows[: self._count][kept], self._hashes[: self._count][kept]
            self._matrix = self._matrix[: self._count][kept]
            self._count, self._gone = len(self._rows), 0

    def add(self, vectors: Sequence[tuple[int, int, bytes]]) -> None:
        """Add rows, with the hashes of their contents; their numbers are higher than all before. If the length of
        vectors changes, the model has: then only those as long as the last are kept."""
        if not vectors:
            return
        dimensions = len(vectors[-1][2])
        if dimensions != self._matrix.shape[1]:
            self._rows, self._hashes = np.empty(0, np.int64), np.empty(0, np.int64)
            self._matrix = np.empty((0, dimensions), np.int8)
            self._count = self._gone = 0
        fitting = [each for each in vectors if len(each[2]) == dimensions]
        end = self._count + len(fitting)
        if end > len(self._rows):
            room = max(end, len(self._rows) * 3 // 2) - self._count
            self._rows = np.concatenate([self._rows[: self._count], np.zeros(room, np.int64)])
            self._hashes = np.concatenate([self._hashes[: self._count], np.zeros(room, np.int64)])
            self._matrix = np.concatenate([self._matrix[: self._count], np.zeros((room, dimensions), np.int8)])
        self._rows[self._count : end] = [row for row, _, _ in fitting]
        self._hashes[self._count : end] = [hashed for _, hashed, _ in fitting]
        self._matrix[self._count : end] = np.frombuffer(b"".join(v for _, _, v in fitting), np.int8).reshape(
            -1, dimensions
        )
        self._count = end

    def nearest(self, vector: Sequence[float], passing: Passing, depth: int) -> "Nearest | None":
        """None if there is nothing to compare."""
        question = packed(vector)
        rows, hashes, matrix, count = self._rows, self._hashes, self._matrix, self._count
        if not count or question is None or len(question) != matrix.shape[1]:
            return None
        import simsimd  # an extra

        distances = simsimd.cdist(np.frombuffer(question, np.int8)[np.newaxis], matrix[:count], "cosine")
        cosines = np.nan_to_num(1 - np.asarray(distances, np.float32)[0], copy=False)
        return Nearest(rows[:count], hashes[:count], cosines, passing, depth)


class Nearest:
    """How alike the question and the chunks are: `best` has the `depth` best rows that pass, with their scores, one of
    each content; where there are fewer contents, also their copies."""

    def __init__(
        self,
        rows: npt.NDArray[np.int64],
        hashes: npt.NDArray[np.int64],
        cosines: npt.NDArray[np.float32],
        passing: Passing,
        depth: int,
    ) -> None:
        self._rows = rows
        self._hashes = hashes
        self._cosines = cosines
        count = passing.count()
        if count <= _FEW:
            typical, copies = self._told_apart(_places(rows, passing.all(count)))
            best = self._best(typical, depth)
            if len(best) < depth:
                best = np.concatenate([best, self._best(copies, depth - len(best))])
        else:
            sample = np.arange(0, len(rows), max(1, len(rows) // _SAMPLE))
            typical, _ = self._told_apart(self._passing(sample, passing))
            best = self._sieved(passing, depth, looked_at=2 * depth * (1 + len(rows) // count))
        self._floor = float(cosines[typical].sum()) / (len(typical) + UNRELATED)
        self.best = self._scores(best)

    def of(self, rows: Sequence[int]) -> dict[int, float]:
        """The scores of these rows, as far as they have vectors."""
        return self._scores(_places(self._rows, rows))

    def hashes(self, rows: Sequence[int]) -> dict[int, int]:
        """The hashes of the contents of these rows, as far as they have vectors."""
        places = _places(self._rows, rows)
        return dict(zip(self._rows[places].tolist(), self._hashes[places].tolist(), strict=True))

    def _scores(self, places: npt.NDArray[np.int64]) -> dict[int, float]:
        found = zip(self._rows[places].tolist(), self._cosines[places].tolist(), strict=True)
        return {row: above(self._floor, cosine) for row, cosine in found}

    def _best(self, places: npt.NDArray[np.int64], depth: int) -> npt.NDArray[np.int64]:
        if depth < len(places):
            places = places[np.argpartition(-self._cosines[places], depth)[:depth]]
        return places[np.argsort(-self._cosines[places], kind="stable")]

    def _sieved(self, passing: Passing, depth: int, looked_at: int) -> npt.NDArray[np.int64]:
        everything = np.arange(len(self._rows))
        while True:
            firsts, copies = self._told_apart(self._passing(self._best(everything, looked_at), passing))
            if len(firsts) >= depth or looked_at >= len(everything):
                return np.concatenate([firsts, copies])[:depth]
            looked_at *= 4

    def _told_apart(self, places: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The first place of each content, and those of its copies, both in the order given."""
        is_first = np.zeros(len(places), np.bool_)
        is_first[np.unique(self._hashes[places], return_index=True)[1]] = True
        return places[is_first], places[~is_first]

    def _passing(self, places: npt.NDArray[np.int64], passing: Passing) -> npt.NDArray[np.int64]:
        among = passing.among(self._rows[places].tolist())
        return places if among is None else places[np.isin(self._rows[places], list(among))]


def _places(known: npt.NDArray[np.int64], rows: Sequence[int]) -> npt.NDArray[np.int64]:
    """The positions of these rows in `known`, as far as they are there."""
    wanted = np.sort(np.asarray(rows, np.int64))
    places = np.searchsorted(known, wanted)
    there = places < len(known)
    found: npt.NDArray[np.int64] = places[there][known[places[there]] == wanted[there]]
    return found
