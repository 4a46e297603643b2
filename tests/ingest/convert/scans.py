"""Pages as a scanner makes them, of text that is known."""

import io
import re
import unicodedata
from collections.abc import Sequence
from glob import glob
from typing import Any

import numpy as np
import pytest
from haystack import Document

from ingest.convert import ocr

A4 = 1654, 2339  # at 200 dpi
MARGIN = 150
WHITE, BLACK = 255, 20


def font(size: int, name: str = "DejaVuSans.ttf") -> Any:
    fonts = pytest.importorskip("PIL.ImageFont", reason="text recognition is not installed")
    found = sorted(glob(f"/usr/share/fonts/**/{name}", recursive=True))
    if not found:
        pytest.skip(f"the font {name} is not here")
    return fonts.truetype(found[0], size)


def needs_language(code: str) -> None:
    pytest.importorskip("tesserocr", reason="text recognition is not installed")
    from ingest.convert.ocr.languages import installed

    if code not in installed():
        pytest.skip(f"the language {code} is not installed for text recognition")


def page(*placed: tuple[int, int, str], font: Any, size: tuple[int, int] = A4) -> Any:
    """A picture in shades of grey; each text stands at x, y, one line below the other."""
    image = pytest.importorskip("PIL.Image").new("L", size, WHITE)
    draw = pytest.importorskip("PIL.ImageDraw").Draw(image)
    for x, y, text in placed:
        draw.multiline_text((x, y), text, font=font, fill=BLACK, spacing=font.size // 3)
    return image


def grain(size: tuple[int, int], strength: float) -> Any:
    """The same each time, unlike that which Pillow makes."""
    across, down = size
    grey = np.random.default_rng(1).normal(128, strength, (down, across)).clip(0, 255).astype("uint8")
    return pytest.importorskip("PIL.Image").fromarray(grey)


def scanned(image: Any, askew: float = 1.5, noise: float = 12) -> Any:
    """Laid on the glass a little askew, and grainy."""
    images = pytest.importorskip("PIL.Image")
    turned = image.rotate(askew, fillcolor=WHITE, resample=images.Resampling.BICUBIC)
    return pytest.importorskip("PIL.ImageChops").add(turned, grain(turned.size, noise), offset=-128)


def as_pdf(images: Sequence[Any]) -> bytes:
    return saved(images[0], "PDF", save_all=True, append_images=images[1:], resolution=200)


def saved(image: Any, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.copy().save(out, kind, **options)
    return out.getvalue()


def character_errors(text: str, expected: str) -> float:
    """The edit distance (Levenshtein 1965) without white space, as a share of what was expected."""
    found, wanted = (re.sub(r"\s", "", unicodedata.normalize("NFC", each)) for each in (text, expected))
    distances = list(range(len(found) + 1))
    for number, letter in enumerate(wanted, start=1):
        before, distances[0] = distances[0], number
        for place, other in enumerate(found, start=1):
            changed = before + (letter != other)
            before = distances[place]
            distances[place] = min(changed, before + 1, distances[place - 1] + 1)
    return distances[-1] / len(wanted)


needs_ocr = pytest.mark.skipif(not ocr.is_installed(), reason="text recognition is not installed")


GERMAN = """\
Die Prüfgebühr für Straßenfahrzeuge beträgt 417 Euro.
Sie wird fällig, sobald der Antrag eingegangen ist, und ist binnen
vierzehn Tagen zu überweisen. Für größere Fahrzeuge mit mehr als
drei Achsen erhöht sich die Gebühr um 58 Euro je weitere Achse.
Über Ausnahmen entscheidet die Behörde auf schriftlichen Antrag."""


LEFT = "\n".join(f"Herons of the western shore, line {number} of the first column." for number in range(1, 9))


ENGLISH = """\
The committee met for the first time on the ninth of April, in the
upper room of the Corn Exchange, and elected Mr. Halloran to
the chair. It was agreed that minutes should be kept and that any
member absent from three meetings in a row should be thought
to have resigned. The engineer's estimate for the repair of the
bridge was 12,450 pounds, of which the county had offered to
pay not more than a third. A toll would be charged on carts and
wagons until the sum had been raised."""


def text_of(document: Document) -> str:
    return document.content or ""


def joined(*files: bytes) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter()
    for file in files:
        writer.append(io.BytesIO(file))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
