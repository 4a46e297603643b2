"""What has to hold of a reader of documents: it returns text in proportion to the file, or says why it cannot."""

from io import BytesIO

from ingest.convert.extract import extract
from ingest.errors import ConversionFailed


def read(data: bytes, ending: str, times: int, besides: int = 0, *, again: bool = False) -> None:
    """The text has at most so many times the length of the file, and so many characters besides."""
    most = times * (len(data) + 100) + besides
    try:
        text = extract(BytesIO(data), f"fuzzed{ending}", ending, 1 << 40, again)["text"]
    except ConversionFailed:
        return
    assert len(text) <= most, f"{len(data)} bytes became {len(text)} characters"
