"""Each backend passes Haystack's own tests of document stores."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.testing import document_store as sync
from haystack.testing import document_store_async as twins

from ingest.index import BACKENDS
from tests.engines.opened import emptied_index


class TestDocumentStore(
    sync.DocumentStoreBaseExtendedTests,
    sync.CountDocumentsByFilterTest,
    sync.CountUniqueMetadataByFilterTest,
    sync.GetMetadataFieldsInfoTest,
    sync.GetMetadataFieldMinMaxTest,
    sync.GetMetadataFieldUniqueValuesTest,
    twins.CountDocumentsAsyncTest,
    twins.WriteDocumentsAsyncTest,
    twins.DeleteDocumentsAsyncTest,
    twins.DeleteAllAsyncTest,
    twins.DeleteByFilterAsyncTest,
    twins.UpdateByFilterAsyncTest,
    twins.FilterDocumentsAsyncTest,
    twins.CountDocumentsByFilterAsyncTest,
    twins.CountUniqueMetadataByFilterAsyncTest,
    twins.GetMetadataFieldsInfoAsyncTest,
    twins.GetMetadataFieldMinMaxAsyncTest,
    twins.GetMetadataFieldUniqueValuesAsyncTest,
):
    @pytest.fixture(params=BACKENDS)
    def document_store(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
        with emptied_index(request.param, tmp_path, request) as index:
            yield index.store

    # For stores that make their index anew by a parameter of delete_all_documents; the others would skip them.
    test_delete_all_documents_with_recreate_index = None  # type: ignore[assignment]
    test_delete_all_documents_without_recreate_index = None  # type: ignore[assignment]
    test_delete_all_documents_with_recreate_index_async = None
    test_delete_all_documents_without_recreate_index_async = None

    def test_write_documents(self, document_store: Any) -> None:
        document = Document(content="once")
        assert document_store.write_documents([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            document_store.write_documents([document])

    @pytest.mark.asyncio
    async def test_write_documents_async(self, document_store: Any) -> None:
        document = Document(content="once")
        assert await document_store.write_documents_async([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            await document_store.write_documents_async([document])
