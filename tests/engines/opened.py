"""The engines that are running for the tests, and what a test keeps in them: its own, and gone afterwards."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ingest.index.backend import Index, drop_index, open_index
from ingest.settings import Settings
from tests.databases import EmptyDatabases
from tests.engines.s3 import CREDENTIALS

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


@pytest.fixture(scope="session")
def shared_opensearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """For tests that do not mind what was removed before: to make an index takes half a second."""
    with index_of("opensearch", tmp_path_factory.mktemp("index")) as index:
        yield index


@contextmanager
def emptied_index(backend: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Index]:
    """An index with nothing in it."""
    if backend != "opensearch":
        with index_of(backend, folder) as index:
            yield index
        return
    shared: Index = request.getfixturevalue("shared_opensearch")
    yield shared
    store: Any = shared.store
    store.delete_all_documents()


@contextmanager
def installation(databases: EmptyDatabases, blob_url: str, folder: Path) -> Iterator[dict[str, str]]:
    """The environment of servers and workers that share one installation in all engines; nobody else uses it."""
    url = databases.take()
    with index_settings("opensearch", folder) as settings:
        assert settings.opensearch_url
        yield {
            "RAG_DATABASE_URL": url,
            "RAG_INDEX_BACKEND": "opensearch",
            "RAG_OPENSEARCH_URL": settings.opensearch_url.get_secret_value(),
            "RAG_OPENSEARCH_INDEX": settings.opensearch_index,
            "RAG_OPENSEARCH_REPLICAS": "0",
            "RAG_BLOB_URL": blob_url,
            **CREDENTIALS,
        }
    databases.give_back(url)


@pytest.fixture
def shared_settings(tmp_path: Path, s3_url: str, empty_databases: EmptyDatabases) -> Iterator[dict[str, str]]:
    with installation(empty_databases, s3_url, tmp_path) as settings:
        yield settings


@pytest.fixture
def shared_file(tmp_path: Path, shared_settings: dict[str, str]) -> Path:
    """These settings as a file, but for the credentials."""
    path = tmp_path / "shared.env"
    own = {name: value for name, value in shared_settings.items() if name.startswith("RAG_")}
    path.write_text("".join(f"{name}={value}\n" for name, value in own.items()))
    return path
