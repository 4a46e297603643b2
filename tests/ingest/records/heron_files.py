"""Files about herons, to be put into stores, and how they are found there."""

from typing import Any

from ingest.corpus import Corpus
from ingest.records.files import StoredFile
from ingest.records.store_files import NewStoreFile
from tests.corpora import found, put


def upload(corpus: Corpus, name: str = "a.txt", content: bytes = b"Herons eat frogs.") -> StoredFile:
    return put(corpus, name, content, store_id=None)


def uploads(corpus: Corpus, count: int) -> list[NewStoreFile]:
    return [NewStoreFile(upload(corpus, f"{n}.txt").id) for n in range(count)]


def with_herons(corpus: Corpus, store_id: str, filters: dict[str, Any] | None = None) -> list[str]:
    return sorted(found(corpus, "herons", store_id, filters))


def year_is(year: int) -> dict[str, Any]:
    return {"field": "meta.attributes.number:year", "operator": "==", "value": year}
