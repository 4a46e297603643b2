"""What of a chunk is indexed: whose it is, its attributes and its terms."""

from hashlib import blake2b
from os.path import splitext
from typing import Any, NamedTuple

from ingest.index.analysis import chunk_terms
from ingest.languages import BY_NAME, Language, language_of

ID_COLUMNS = ("store_id", "file_id", "store_file_id")


class ChunkTerms(NamedTuple):
    language: Language
    words: list[str]
    bigrams: list[str]
    numbers: set[str]
    """Apart from the words, so that a table is not taken for a long text."""


def terms_of(meta: dict[str, Any], content: str) -> ChunkTerms:
    title = _title(meta)
    language = language_of_chunk(meta, content)
    # Titles count twice, by measurement.
    terms, bigrams = chunk_terms(f"{title}\n{title}\n{content}", language)
    numbers = set(filter(str.isdecimal, terms))
    return ChunkTerms(language, [term for term in terms if term not in numbers] if numbers else terms, bigrams, numbers)


def language_of_chunk(meta: dict[str, Any], content: str) -> Language:
    return BY_NAME.get(str(meta.get("language"))) or language_of(content)


def content_hash(content: str) -> int:
    """Of 63 bits, which is a whole number for SQLite, Tantivy, Lucene and NumPy alike."""
    return int.from_bytes(blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


def _title(meta: dict[str, Any]) -> str:
    """The words a chunk stands under: file name, title, headings."""
    headings = meta.get("headings")
    parts = [splitext(str(meta.get("filename", "")))[0].replace("_", " "), meta.get("title")]
    parts += headings if isinstance(headings, list) else []
    return "\n".join(str(part) for part in parts if part)
