"""Where chunks are kept and found. `backend.py` says what that takes, and opens the backend that the settings name.

To add one: a module as `backend.Backend` describes it, and a line here. The contract tests run it unasked.
"""

BACKENDS = {
    "embedded": "ingest.index.embedded",
    "memory": "ingest.index.memory",
}
"""By the name that RAG_INDEX_BACKEND has for it, the module; it is imported only when used, and a vendor's library with
it."""
