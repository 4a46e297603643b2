"""Clients that upload, search and delete while parts of an installation die, and what they were told."""

import itertools
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import openai
from openai import OpenAI

FILES = int(os.environ.get("RAG_TEST_DEATHS_FILES", "200"))
PATIENCE_S = 240.0
LETTERS = str.maketrans("0123456789", "bcdfghjkmp")  # a word with digits would be found by its parts, too
SENTENCES = 200  # in a file, so that a worker has something to do


def word(number: int) -> str:
    return "heron" + str(number).translate(LETTERS)


def text(number: int) -> bytes:
    more = (f"Of {number * SENTENCES + k} nobody knows where it went." for k in range(SENTENCES))
    return " ".join([f"The {word(number)} eats.", *more]).encode()


def wait_until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Load:
    """What clients ask for, and are told."""

    def __init__(self, client: OpenAI) -> None:
        self.client = client
        self.store_id = client.vector_stores.create(name="herons").id
        self.words: dict[str, str] = {}  # of each file whose upload and batch were acknowledged
        self.deleted: dict[str, str] = {}
        self._numbers = itertools.count()

    def add(self, number: int) -> None:
        """Upload so many files, each until it is acknowledged, and put them into the store."""
        with ThreadPoolExecutor(4) as pool:
            uploaded = dict(pool.map(self._upload, itertools.islice(self._numbers, number)))
        ids = list(uploaded)
        insist(lambda again: self.client.vector_stores.file_batches.create(self.store_id, file_ids=ids, **again))
        self.words |= uploaded

    def delete(self, file_ids: list[str]) -> None:
        for file_id in file_ids:
            with suppress(openai.NotFoundError):  # what an earlier try did, whose answer did not come
                insist(lambda again: self.client.files.delete(file_id, **again))  # noqa: B023
            self.deleted[file_id] = self.words.pop(file_id)

    def found(self, wanted: str) -> list[str]:
        """The files with this word; of one that nobody has any more, near spellings are found."""
        search = partial(self.client.vector_stores.search, self.store_id, query=wanted, max_num_results=50)
        passages = insist(lambda again: search(**again)).data
        return [each.file_id for each in passages if f"The {wanted} eats." in each.content[0].text]

    def _upload(self, number: int) -> tuple[str, str]:
        named = (f"{word(number)}.txt", text(number))
        file = insist(lambda again: self.client.files.create(file=named, purpose="vision", **again))
        return file.id, word(number)


def insist(ask: Callable[[dict[str, Any]], Any]) -> Any:
    """Ask again while a part of the installation is away, and say so, as the client's own retries do."""
    deadline = time.monotonic() + PATIENCE_S
    for count in itertools.count():
        try:
            return ask({"extra_headers": {"x-stainless-retry-count": str(count)}} if count else {})
        except openai.APIConnectionError:
            pass
        except openai.InternalServerError as error:
            if error.status_code != 503:
                raise
        assert time.monotonic() < deadline
        time.sleep(0.2)
