"""Building an index anew beside the present one, from the documents in it, of this version or of another."""

from itertools import islice

from haystack.document_stores.types import DuplicatePolicy

from ingest.index.opensearch.client import Client
from ingest.index.opensearch.index import Index
from ingest.index.opensearch.source import document
from ingest.index.opensearch.versions import Versions
from ingest.index.opensearch.writing import Writer

_AT_ONCE = 2000  # chunks: a few MB of text


def rebuild(client: Client, versions: Versions, old: Index) -> None:
    """Searches go on in the old index, and what is written meanwhile is refused. One of this version is then deleted;
    one of another is left to be searched by the programs of that version."""
    behind = versions.behind(old.name)
    for each in behind:
        client.ask("PUT", f"/{each}/_block/write")
    old.refresh()
    name = versions.make(versions.next_number(), used=False)
    new = Index(client, name, versions.shards, name)
    new.complete()
    writer = Writer(new)
    chunks = old.scan([])
    while batch := list(islice(chunks, _AT_ONCE)):
        documents = [document(hit["_id"], hit["_source"]["document"]) for hit in batch]
        writer.write(documents, DuplicatePolicy.OVERWRITE, {hit["_id"]: hit["_version"] for hit in batch})
    versions.replace(name)
    if versions.is_of_this_version(old):
        old.wait_until_unused()
        for each in behind:
            client.ask("DELETE", f"/{each}")
