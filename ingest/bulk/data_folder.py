"""Stores in a data folder that this process holds."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

from ingest.bulk.gather import EMPTY, sentence
from ingest.bulk.origins import Attributes, Kept, Origin, path_of
from ingest.bulk.target import (
    CANCELLED,
    GONE,
    TAKEN_OUT,
    Ended,
    Group,
    Overview,
    Reading,
    Wanted,
    check_unchanged,
    find_store,
    side_by_side,
)
from ingest.corpus import Corpus, open_corpus
from ingest.data_folder import check_there
from ingest.errors import FolderInUse, Invalid, NotFound
from ingest.records.filenames import kept_name
from ingest.records.files import NewFile
from ingest.records.store_files import UNFINISHED, NewStoreFile, State, StoreFile, in_store, with_note
from ingest.records.stores import Store
from ingest.settings import Settings
from ingest.work.converters import outdated

THREADS = 8  # waiting for the disk, which flushes many files in little more time than one
PAGE = 1000
PURPOSE = "assistants"


@contextmanager
def open_stores(settings: Settings, *, ingesting: bool) -> Iterator["Stores"]:
    """All stores, with the worker running if `ingesting`. Raises `FolderInUse`, which also says how to go through the
    server that may hold the folder, and `NotFound` if there is no folder and nothing is to be put into it."""
    if not ingesting:
        check_there(settings.data_dir)
    try:
        with open_corpus(settings, searched=False) as corpus, ExitStack() as working:
            if ingesting:
                corpus.worker.start()
                working.callback(corpus.worker.stop)
            yield Stores(corpus)
    except FolderInUse as error:
        raise FolderInUse(
            f"{error.message} If that is the server, go through it: add its address, as in "
            "--url http://127.0.0.1:8001/v1."
        ) from None


class Stores:
    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def choose(self, wanted: str) -> str | None:
        return find_store(wanted, ((store.id, store.name) for store in self.all()))

    def add(self, name: str) -> str:
        return self._corpus.stores.add(name, {}).id

    def open(self, store_id: str, stopping: threading.Event) -> "DataFolder":
        return DataFolder(self._corpus, store_id, stopping)

    def all(self) -> Iterator[Overview]:
        after = None
        while True:
            page = self._corpus.stores.list(limit=PAGE, after=after, ascending=True)
            yield from map(_overview, page.items)
            if not page.has_more:
                return
            after = page.items[-1].id

    def get(self, store_id: str) -> Overview:
        return _overview(self._corpus.stores.get(store_id))

    def failed(self, store_id: str, limit: int) -> Iterator[tuple[str, str]]:
        page = self._corpus.store_files.list(in_store(store_id), [State.FAILED], limit=limit, ascending=True)
        return map(self._named, page.items)

    def noted(self, store_id: str, limit: int) -> tuple[list[tuple[str, str]], int]:
        noted = in_store(store_id) & with_note()
        page = self._corpus.store_files.list(noted, limit=limit, ascending=True)
        return list(map(self._named, page.items)), self._corpus.store_files.count(noted)

    def outdated(self) -> Mapping[str, int]:
        corpus = self._corpus
        return outdated(corpus.database, corpus.steps_version) if corpus.index.durable else {}

    def _named(self, store_file: StoreFile) -> tuple[str, str]:
        file = self._corpus.files.find(store_file.file_id)
        name = path_of(store_file.attributes) or (file.filename if file else store_file.file_id)
        return name, store_file.message or ""


def _overview(store: Store) -> Overview:
    files = Counter(store.counts)
    files[State.PENDING] += files.pop(State.RUNNING, 0)
    return Overview(store.id, store.name, files, store.usage_bytes)


class DataFolder:
    poll_s = 0.25

    def __init__(self, corpus: Corpus, store_id: str, stopping: threading.Event) -> None:
        self._corpus = corpus
        self._store_id = store_id
        self._stopping = stopping
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="take")

    @property
    def files_read(self) -> int:
        return self._corpus.converter.files_read

    def kept(self) -> Iterator[Kept]:
        after = None
        while True:
            page = self._corpus.store_files.list(in_store(self._store_id), limit=PAGE, after=after, ascending=True)
            for file in page.items:
                if origin := Origin.of(file.attributes):
                    yield Kept(file.file_id, origin, file.state, file.attributes)
            if not page.has_more:
                return
            after = page.items[-1].file_id

    def add(self, wanted: Sequence[Wanted]) -> Group:
        new = [each for each in wanted if each.file_id is None]
        again = {each.file_id: each for each in wanted if each.file_id is not None}
        with ExitStack() as drafts:
            futures = side_by_side(self._pool, lambda each: self._take(each, drafts), new)
            taken = [future.result() for future in futures]
            taken = self._within_quota(taken)
            kept = [(each, file) for each, file in zip(new, taken, strict=True) if isinstance(file, NewFile)]
            attached = [NewStoreFile(file_id, each.attributes) for file_id, each in again.items()]
            files = self._corpus.files.add_all(self._store_id, PURPOSE, [file for _, file in kept], attached)
        waiting = again | {file.id: each for file, (each, _) in zip(files, kept, strict=True)}
        refused = [(each, reason) for each, reason in zip(new, taken, strict=True) if isinstance(reason, str)]
        return Group(waiting=waiting, refused=refused)

    def _within_quota(self, taken: Sequence[NewFile | str]) -> list[NewFile | str]:
        """The same, with the reason in the place of each file that the project may not keep."""
        sizes = [file.draft.size for file in taken if isinstance(file, NewFile)]
        refusals = iter(self._corpus.files.refusals(sizes))
        within: list[NewFile | str] = []
        for file in taken:
            refusal = next(refusals) if isinstance(file, NewFile) else None
            within.append(refusal.message if refusal else file)
        return within

    def _take(self, wanted: Wanted, drafts: ExitStack) -> NewFile | str:
        """The file with its bytes on disk, or why there is none."""
        draft = drafts.enter_context(self._corpus.blobs.draft(self._corpus.settings.max_file_bytes))
        try:
            with wanted.found.open() as file:
                found = wanted.found.now(file)
                draft.expect(found.size)
                reading = Reading(file, self._stopping)
                while draft.size <= found.size and (data := reading.read()):
                    draft.write(data)
                check_unchanged(found, file, draft.size)
            if not draft.size:
                return EMPTY
            draft.finish()
        except FileNotFoundError:
            return GONE
        except (OSError, Invalid) as error:
            return sentence(error)
        origin = Origin(found.path, found.size, found.mtime_ns, draft.sha256)
        return NewFile(draft, kept_name(found.name), wanted.attributes_with(origin))

    def ended(self, group: Group) -> dict[str, Ended]:
        states = self._corpus.store_files.states(self._store_id, group.waiting)
        ended = dict.fromkeys(group.waiting.keys() - states.keys(), Ended(TAKEN_OUT))
        for file_id, (state, message) in states.items():
            if state is State.DONE:
                ended[file_id] = Ended(note=message)
            elif state not in UNFINISHED:
                ended[file_id] = Ended(CANCELLED if state is State.CANCELLED else message)
        return ended

    def update(self, attributes: Mapping[str, Attributes]) -> None:
        def update(changed: tuple[str, Attributes]) -> None:
            with suppress(NotFound):  # it was deleted meanwhile, as the next run will see
                self._corpus.store_files.update(self._store_id, *changed)

        for future in side_by_side(self._pool, update, attributes.items()):
            future.result()

    def delete(self, file_ids: Sequence[str]) -> None:
        self._corpus.files.delete_all(file_ids)
