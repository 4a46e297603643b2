"""Pictures, and those in documents: the text on them. A TIFF may have pages; of what moves, the first one is read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

from ingest.chunk.clean import has_words
from ingest.chunk.meta import PAGE_BREAK, on_one_page
from ingest.convert import Extracted, Recognised, ocr
from ingest.convert.formats import html
from ingest.convert.ocr.marks import MOST_PAGES, NOT_THERE, marked
from ingest.convert.ocr.placed import PlacedWord, placed_words
from ingest.convert.ocr.tesseract import recognised
from ingest.convert.page_view import Marked, MarkedPage
from ingest.convert.parts.archive import Archive
from ingest.convert.parts.boxes import joined
from ingest.convert.parts.page_notes import page_notes
from ingest.convert.parts.png import png
from ingest.errors import ConversionFailed

CONVERTER = f"picture 9 ({ocr.engine()})"
KINDS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")

MOST_PIXELS = 100_000_000  # a page of A4 at 1,000 dpi
LEAST_SIZE = 300, 100  # pixels, of one in a document; on a smaller one there is hardly a sentence
LONGEST_SIDE = 4000  # pixels; more makes nothing clearer
LONGEST_SHOWN = 10_000
PLAIN_MODES = ("L", "LA", "RGB", "RGBA", "CMYK")
DEEP_GREYS = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")

UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError)  # Pillow, of damaged files

Image.MAX_IMAGE_PIXELS = None  # the limit is ours


def convert(file: BinaryIO, filename: str, texts: Mapping[int, Recognised] | None = None) -> Extracted:
    """`texts` are those recognised; without, the pages on which there may be some."""
    try:
        with Image.open(file, formats=KINDS) as image:
            pages = _count(image)
            width, height = image.size
    except UNREADABLE as error:
        raise ConversionFailed(
            f"'{filename}' is damaged, or no picture in a known format (PNG, JPEG, TIFF, WebP, GIF or BMP)."
        ) from error
    if pages == 1 and width * height > MOST_PIXELS:
        raise ConversionFailed(
            f"'{filename}' has {width:,} by {height:,} pixels; at most {MOST_PIXELS:,} in all are read. "
            "Make it smaller: 200 dots per inch are enough."
        )
    if texts is None:
        return Extracted("", CONVERTER, pictures=range(pages))
    if not texts:
        raise ConversionFailed(f"'{filename}' is a picture: {ocr.advice()}.")
    reasons = {page: text.reason for page, text in texts.items() if text.reason}
    if not any(has_words(text) for text, _ in texts.values()):
        raise ConversionFailed(f"'{filename}' has {next(iter(reasons.values()), 'nothing on it')}.")
    text = PAGE_BREAK.join(on_one_page(texts[page].text) if page in texts else "" for page in range(pages))
    return Extracted(text, CONVERTER, paged=pages > 1, note=page_notes(reasons, pages))


def recognise(file: BinaryIO, filename: str, page: int, languages: Sequence[str]) -> Recognised:
    try:
        with Image.open(file, formats=KINDS) as image:
            image.seek(page)
            if image.width * image.height > MOST_PIXELS:
                return Recognised("", f"more than {MOST_PIXELS:,} pixels")
            return recognised(_in_grey(image), languages)
    except UNREADABLE:
        return Recognised("", "a picture that is damaged")


def draw(file: BinaryIO, filename: str, number: int, width: int) -> tuple[int, bytes]:
    """As a page of a PDF is drawn, but no larger than it is."""
    with _opened(file, filename) as image:
        count = _count(image)
        if number > count:
            return count, b""
        _check(image, number, filename)
        image.draft("RGB", (2 * width, 2 * width))  # a JPEG is decoded no larger than needed
        upright = ImageOps.exif_transpose(image)
        if upright.mode in DEEP_GREYS:
            upright = _without_depth(upright)
        shown = _on_white(upright) if upright.has_transparency_data else upright.convert("RGB")
        scale = min(width / shown.width, LONGEST_SHOWN / shown.height, 1.0)
        size = max(round(shown.width * scale), 1), max(round(shown.height * scale), 1)
        return count, png(shown.resize(size, Image.Resampling.BOX, reducing_gap=2).tobytes(), *size)


def mark(file: BinaryIO, filename: str, quote: str, first: int, last: int, languages: Sequence[str] = ()) -> Marked:
    """On the pages from `first` on, as many as can be recognised while somebody waits."""
    with _opened(file, filename) as image:
        count = _count(image)
        numbers = range(first, min(last, count) + 1)
        sizes: list[tuple[int, int]] = []
        words: list[list[PlacedWord]] = []
        for number in numbers:
            _check(image, number, filename)
            seen = number < first + MOST_PAGES
            grey = _in_grey(image) if seen else image
            sizes.append(grey.size)
            words.append(placed_words(grey, languages) if seen else [])
    match, boxes = marked(quote, words)
    pages = [
        MarkedPage(number, width, height, joined(its, width / height))
        for number, (width, height), its in zip(numbers, sizes, boxes, strict=True)
    ]
    return Marked(count, match, NOT_THERE if match == "none" else None, pages)


@contextmanager
def _opened(file: BinaryIO, filename: str) -> Iterator[Image.Image]:
    """Raises `ConversionFailed` for a damaged one."""
    try:
        with Image.open(file, formats=KINDS) as image:
            yield image
    except UNREADABLE as error:
        raise ConversionFailed(f"'{filename}' is damaged: it cannot be shown.") from error


def _count(image: Image.Image) -> int:
    return getattr(image, "n_frames", 1) if image.format == "TIFF" else 1


def _check(image: Image.Image, number: int, filename: str) -> None:
    """Go to this page, from 1. Raises `ConversionFailed` if it is too large."""
    image.seek(number - 1)
    if image.width * image.height > MOST_PIXELS:
        raise ConversionFailed(f"'{filename}' has more than {MOST_PIXELS:,} pixels, and cannot be shown.")


def _on_white(image: Image.Image) -> Image.Image:
    seen = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def recognise_part(file: BinaryIO, filename: str, number: int, languages: Sequence[str]) -> Recognised:
    """On a picture in a document: the part with this number."""
    with Archive(file, filename) as archive:
        return recognise_within(archive.read(list(archive.sizes())[number]) or b"", languages)


def recognise_data(file: BinaryIO, filename: str, number: int, languages: Sequence[str]) -> Recognised:
    """On a picture that a page of HTML holds itself."""
    try:
        content = html.held_picture(file.read(), filename, number)
    except ValueError:
        return Recognised("", "damage and was left out")
    return recognise_within(content, languages)


def recognise_within(content: bytes, languages: Sequence[str]) -> Recognised:
    """No text and no reason for a picture on which there is hardly any."""
    try:
        with Image.open(BytesIO(content), formats=KINDS) as image:
            width, height = image.size
            if width < LEAST_SIZE[0] or height < LEAST_SIZE[1]:
                return Recognised("")
            if width * height > MOST_PIXELS:
                return Recognised("", f"more than {MOST_PIXELS:,} pixels")
            return recognised(_in_grey(image), languages, within=True)
    except UNREADABLE:
        return Recognised("", "damage and was left out")


def _in_grey(image: Image.Image) -> Image.Image:
    """Upright, on white, and not too large."""
    image.draft("L", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than needed
    if max(image.size) >= 2 * LONGEST_SIDE and image.mode in PLAIN_MODES:  # first: each copy of it is large, too
        upright = ImageOps.exif_transpose(image.reduce(max(image.size) // LONGEST_SIDE))
    else:
        upright = ImageOps.exif_transpose(image)
    if upright.mode in DEEP_GREYS:
        grey = _without_depth(upright)
    elif upright.has_transparency_data:
        grey = _on_white(upright).convert("L")
    else:
        grey = upright.convert("L")
    scale = LONGEST_SIDE / max(grey.size)
    return grey if scale >= 1 else grey.resize((max(round(grey.width * scale), 1), max(round(grey.height * scale), 1)))


def _without_depth(image: Image.Image) -> Image.Image:
    """From more than 256 shades of grey; Pillow would make all beyond white."""
    deep = image.convert("F")
    darkest, lightest = deep.getextrema()
    scale = 255 / max(lightest - darkest, 1)
    return deep.point(lambda shade: shade * scale - darkest * scale).convert("L")
