"""The limits of a request: how long its texts may be, and how many of each there may be.

Where OpenAI names a limit, it is that one, mostly; the others leave room for whatever clients were seen to send.
`docs/clients.md` lists them, and the OpenAPI document carries them.

Lists are read up to their first fault (`fail_fast`): only one is told, and to gather thousands takes long.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

ID = 256  # characters, as all lengths here
NAME = 512
MODEL = 1_024  # it may have the name of a store in it
DESCRIPTION = 100_000
STOP = 1_024
QUERY = 32_000
MARKED = 20_000  # of a quote
KEY, VALUE = 64, 512  # of metadata and attributes
TEXT = 800_000
"""Of one text: some 200,000 tokens."""
ALL_TEXT = 4_000_000
"""Of all texts of a request together."""
IMAGE = FILE = COMPACTION = 20 << 20  # as much as a body may have
COMPACTIONS = 16

PAIRS = 16  # of metadata, and attributes of a file
MESSAGES = 5_000
"""Of a chat, and items of a response, those in a compaction included."""
NEW_ITEMS = 20  # of a conversation, at a time
PARTS = 1_000  # of a message; and calls of tools in one
ANNOTATIONS, LOGPROBS = 10_000, 100_000
FOUND = 1_000  # of a search, when they are sent back
TOOLS = 512
PROPERTIES = 1_000  # of a JSON object whose keys are not ours
STORES = 100
QUERIES = 32
CLAUSES, DEPTH = 200, 10  # of a filter
VALUES = 2_000  # of all 'in' and 'nin' of a filter
INCLUDED = 32
NEW_FILES, BATCH = 500, 2_000
MARKED_PAGES = 20
UPLOAD_PARTS = 10_000


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("it has the character NUL (U+0000), which not every database can keep: leave it out")
    return text


Kept = AfterValidator(_without_nul)
"""For a text that is kept as it is, rather than in JSON."""

Id = Annotated[str, Field(max_length=ID)]
Name = Annotated[str, Field(max_length=NAME), Kept]
Model = Annotated[str, Field(max_length=MODEL), Kept]
Text = Annotated[str, Field(max_length=TEXT)]
Description = Annotated[str, Field(max_length=DESCRIPTION), Kept]
Key = Annotated[str, Field(max_length=KEY)]
Metadata = Annotated[dict[Annotated[Key, Kept], Annotated[str, Field(max_length=VALUE), Kept]], Field(max_length=PAIRS)]
Json = Annotated[dict[str, Any], Field(max_length=PROPERTIES)]
StoreIds = Annotated[list[Id], Field(max_length=STORES, fail_fast=True)]
