"""What a worker makes of a file, taken piece by piece: only what is sound, and no more than an honest one sends."""

from collections.abc import Mapping, Sequence
from sys import getsizeof
from typing import Any

from haystack import Document

from ingest.chunk.meta import FOUND, PLACE, WHOSE, is_sound
from ingest.errors import ConversionFailed
from ingest.no_copy import NoCopy

# The memory that a file may take here: so much for each of the most characters that it may have. English in chunks of
# 100 tokens, the smallest, of which half overlap, takes ten.
BYTES_PER_CHARACTER = 16
DOCUMENT_BYTES = 1200  # that a Document takes beside its texts

# Files that say more than they are long are packed, which makes them at most a thousand times shorter.
CHARACTERS_PER_BYTE = 1000
LEAST_CHARACTERS = 4_000_000

LONGEST_ID = 100


class Text(NoCopy, Document):
    """A Document as it comes out of the sandbox."""

    __setattr__ = object.__setattr__  # Haystack's looks whether a document is changed, and takes longer than the rest


class Converted:
    """The meta that was found and the Documents, or the numbers of the `pictures` that are to be recognised first."""

    def __init__(self, given: Mapping[str, Any], size: int, max_characters: int, *, cut: bool, seen: bool) -> None:
        """`given` is the meta of a file of `size` bytes, which is `cut` into chunks or not. Once its pictures were
        `seen`, it has no more."""
        self.meta: dict[str, Any] | None = None
        self.pictures: Sequence[int] = ()
        self._documents: list[tuple[str, dict[str, Any], list[str]]] = []
        self._given = given
        self._whose = {name: given[name] for name in WHOSE if name in given}
        self._needed = PLACE if cut else frozenset[str]()
        self._seen = seen
        self._room = BYTES_PER_CHARACTER * min(max_characters, LEAST_CHARACTERS + CHARACTERS_PER_BYTE * size)

    def take(self, piece: Any) -> None:
        """Raises `ValueError` or its like for what is not sound, and `ConversionFailed` for too much."""
        if self.pictures:
            raise ValueError("nothing comes after pictures")
        if self.meta is None:
            self._take_found(piece)
            return
        for part in piece:
            if isinstance(part, str):
                self._take_text(part)
            else:
                self._take_document(*part)

    def documents(self) -> list[Text]:
        return [Text(id=id, content="".join(parts), meta=meta) for id, meta, parts in self._documents]

    def _take_found(self, found: Any) -> None:
        match found:
            case {"pictures": [_, *_] as pages} if not self._seen and all(map(_is_number, pages)):
                self.pictures = pages
            case {"converter": str()} if is_sound(found):
                self.meta = {**self._given, **found}
            case _:
                raise ValueError("not the meta of a text")

    def _take_document(self, id: Any, text: Any, meta: Any) -> None:
        if not isinstance(id, str) or len(id) > LONGEST_ID or not isinstance(text, str):
            raise ValueError("not a document")
        if not self._needed <= meta.keys():
            raise ValueError("not a chunk")
        others = meta.keys() - FOUND  # which a step may have kept, and not changed
        if not is_sound({name: meta[name] for name in meta.keys() & FOUND} if others else meta):
            raise ValueError("not the meta of a document")
        self._documents.append((id, {**meta, **{name: self._given[name] for name in others}, **self._whose}, []))
        self._keep(DOCUMENT_BYTES + sum(map(getsizeof, [*meta.values(), *meta.get("headings", ())])))
        self._take_text(text)

    def _take_text(self, text: str) -> None:
        self._keep(getsizeof(text))
        self._documents[-1][2].append(text)

    def _keep(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise ConversionFailed(
                f"'{self._given['filename']}' is cut into more chunks than are kept at a time. "
                "Split it into smaller files."
            )


def _is_number(page: object) -> bool:
    return type(page) is int and page >= 0
