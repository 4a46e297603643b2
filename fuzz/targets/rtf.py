"""RTF, from its first byte."""

from fuzz.documents import read
from fuzz.target import Target, literals
from ingest.convert.formats import rtf

SEEDS = [b"{\\rtf1 " + body + b"}" for body in literals("tests/ingest/convert/formats/test_rtf.py")]
TARGET = Target(
    lambda data: read(data, ".rtf", times=40),
    SEEDS,
    tokens=[
        *(f"\\{word} " for word in rtf.CONTROLS),
        "\\'e4",
        "\\u8364?",
        "\\bin5 ",
        "{\\*\\",
        "\\fonttbl",
        "\\object",
    ],
    grows=True,
)
