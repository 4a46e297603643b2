"""The history: responses, conversations and chat completions that are kept, in `answers.db`.

It knows neither HTTP nor the JSON it keeps: an item of a conversation is a dictionary with an `id`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from ingest.data_folder import ANSWERS
from ingest.records.database import DatabaseSettings, open_database
from ingest.records.leases import Lease
from ingest.records.reserve import Reserve
from ingest.work.expiry import Expiry
from rag_api.history.background import Runs
from rag_api.history.completions import Completions
from rag_api.history.conversations import Conversations
from rag_api.history.elsewhere import Elsewhere
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
    elsewhere: Elsewhere | None
    """What other servers make, where they share the database."""


@contextmanager
def open_history(
    settings: DatabaseSettings, *, days: int = 0, reserve: Reserve | None = None, lease: Lease | None = None
) -> Iterator[History]:
    """Open `answers.db` of a project; responses whose server has ended have failed. Without a `lease`, no other server
    has it open. Raises `StorageFailed`.

    Responses and completions are kept for so many days, or for ever (0); conversations until they are deleted.
    """
    database = open_database(settings, ANSWERS, reserve)
    try:
        lease = lease or Lease(database, alone=True)
        lease.start()
        responses = Responses(database, lease)
        if lease.alone:
            responses.fail_unfinished()
        elsewhere = None if lease.alone else Elsewhere(database, responses)
        expiries = [partial(remove_old, database, days)] if days else []
        with lease.telling(responses.fail_unfinished), Expiry(expiries):
            yield History(
                responses,
                Conversations(database, lease),
                Completions(database),
                Items(database),
                Runs(elsewhere),
                elsewhere,
            )
    finally:
        database.close()
