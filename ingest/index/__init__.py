"""The index: where chunks are kept and found. `backend.py` has the protocols, and opens the backend that is set.

To add a backend: a module as described by `backend.Backend`, and a line here. The contract tests then run it unasked.
"""

BACKENDS = {
    "embedded": "ingest.index.embedded",
    "memory": "ingest.index.memory",
    "opensearch": "ingest.index.opensearch",
}
"""By its name in RAG_INDEX_BACKEND, the module. It is imported only when used, and a vendor's library with it."""
