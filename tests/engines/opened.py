"""The engines that are running for the tests, and what a test keeps in them: its own, and gone afterwards."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingest.index.backend import Index, drop_index, open_index
from ingest.settings import Settings

OPENSEARCH = "RAG_TESTS_OPENSEARCH_URL"


@contextmanager
def index_settings(backend: str, folder: Path) -> Iterator[Settings]:
    """Settings for an index of this backend that nobody else uses; skips the test if its engine is not running."""
    settings = Settings(_env_file=None, data_dir=folder)
    if backend != "opensearch":
        yield settings.model_copy(update={"index_backend": backend})
        return
    if not (url := os.environ.get(OPENSEARCH)):
        pytest.skip(f"{OPENSEARCH} is not set: `make test-distributed` starts OpenSearch")
    pytest.importorskip("opensearchpy")
    own = {"opensearch_url": SecretStr(url), "opensearch_index": f"test-{secrets.token_hex(6)}"}
    settings = settings.model_copy(update={"index_backend": backend, "opensearch_replicas": 0, **own})
    yield settings
    drop_index(settings)


@contextmanager
def index_of(backend: str, folder: Path) -> Iterator[Index]:
    with index_settings(backend, folder) as settings:
        index = open_index(settings)
        yield index
        index.close()
