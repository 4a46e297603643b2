"""Pictures in Office documents and books that may show text: which those are, and what was recognised on them."""

from collections.abc import Mapping, Sequence

from ingest.chunk.meta import on_one_page
from ingest.convert import PICTURES, Extracted, Recognised, ocr
from ingest.convert.parts.embedded import plain

ENDINGS = tuple(PICTURES)
LEAST_BYTES = 4000  # a smaller one is a bullet, a rule or an icon
MOST_PICTURES = 100  # of a document
UNREAD = "no text read; if there is some, {advice}"


class Pictures:
    """Those that a document shows, each read where it is shown first. They are numbered as the parts of its file."""

    def __init__(self, sizes: Mapping[str, int], texts: Mapping[int, Recognised] | None) -> None:
        """`sizes` are those of the parts, by their names; `texts` those recognised, without which `extracted` says
        what is to be."""
        self._sizes = sizes
        self._texts = texts
        self._numbers = {name: number for number, name in enumerate(sizes)}
        self._shown: dict[int, None] = {}

    def text(self, part: str | None) -> str:
        """What is known to stand on the picture; nothing if it was shown before."""
        if part is None or self._sizes.get(part, 0) < LEAST_BYTES or not part.lower().endswith(ENDINGS):
            return ""
        number = self._numbers[part]
        if number in self._shown:
            return ""
        self._shown[number] = None
        found = (self._texts or {}).get(number)
        return plain(on_one_page(found.text)) if found else ""

    def extracted(self, found: Extracted) -> Extracted:
        """What was found in the document: with the pictures to be recognised first, or a note on those that were
        not."""
        wanted = list(self._shown)[:MOST_PICTURES]
        if wanted and self._texts is None and ocr.is_installed():
            return Extracted("", found.converter, pictures=wanted)
        texts = self._texts or {}
        unread = Recognised("", UNREAD.format(advice=ocr.advice()))
        reasons = [texts.get(number, unread).reason for number in self._shown]
        read = any(text for text, _ in texts.values())
        return found._replace(
            converter=f"{found.converter.removesuffix(')')} and {ocr.engine()})" if read else found.converter,
            note=_note([reason for reason in reasons if reason and reason != ocr.NO_TEXT]),
        )


def _note(reasons: Sequence[str]) -> str | None:
    sentences = []
    for reason in dict.fromkeys(reasons):
        count = reasons.count(reason)
        sentences.append(f"A picture in it has {reason}." if count == 1 else f"{count} pictures in it have {reason}.")
    return " ".join(sentences) or None
