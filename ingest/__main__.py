"""`python -m ingest`: the same as `rag-ingest`."""

from ingest.cli import main

main()
