"""The history: responses, conversations and chat completions that are kept, in `answers.db`.

It knows neither HTTP nor the JSON it keeps: an item of a conversation is a dictionary with an `id`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from ingest.data_folder import ANSWERS
from ingest.records.database import DatabaseSettings, open_database
from ingest.records.reserve import Reserve
from ingest.work.expiry import Expiry
from rag_api.history.background import Runs
from rag_api.history.completions import Completions
from rag_api.history.conversations import Conversations
from rag_api.history.items import Item, Items
from rag_api.history.responses import Responses
from rag_api.history.retention import remove_old

__all__ = ["History", "Item", "open_history"]


@dataclass(frozen=True)
class History:
    responses: Responses
    conversations: Conversations
    completions: Completions
    items: Items
    runs: Runs


@contextmanager
def open_history(settings: DatabaseSettings, *, days: int = 0, reserve: Reserve | None = None) -> Iterator[History]:
    """Open `answers.db` of a project that this process holds; responses that were still being made have failed. Raises
    `StorageFailed`.

    Responses and completions are kept for so many days, or for ever (0); conversations until they are deleted.
    """
    database = open_database(settings, ANSWERS, reserve)
    try:
        responses = Responses(database)
        responses.fail_unfinished()
        with Expiry([partial(remove_old, database, days)] if days else []):
            yield History(responses, Conversations(database), Completions(database), Items(database), Runs())
    finally:
        database.close()
