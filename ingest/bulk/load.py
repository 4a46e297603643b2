"""A run: decides what to do with each file found, has it put into the store, and waits until it is searchable."""

import os
import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import quote

from ingest.bulk.gather import EMPTY, Found, Unfit, sentence
from ingest.bulk.origins import BATCH, MAX_VALUE, Attributes, Kept, Origins
from ingest.bulk.report import Report
from ingest.bulk.target import GONE, Group, Target, Wanted
from ingest.errors import Invalid
from ingest.records.attributes import index_fields
from ingest.records.filenames import kept_name
from ingest.records.store_files import State
from ingest.web_address import ATTRIBUTE

GROUP_FILES = 200  # put into the store in one transaction
GROUP_BYTES = 64 << 20
PREFETCH = 2000  # files that may wait to be ingested: enough for all cores, and few to keep in memory
ASKED = 2  # groups to ask about, since they end roughly in order
# From this size on, recording a file's new time costs less than reading the file again in every run.
LARGE = 8 << 20
INDEX = "index.html"  # programs that copy a web site call so what a folder of it shows


@dataclass(frozen=True)
class Plan:
    """What a run does beyond adding new files."""

    attributes: Attributes  # for every file
    url_prefix: str | None = None  # of the address at which each file of a folder is found
    mirror: str | None = None  # a folder: what is no longer in it is deleted from the store
    allow_empty: bool = False
    dry_run: bool = False

    def attributes_of(self, found: Found) -> Attributes:
        if self.url_prefix is None or found.relative is None:
            return self.attributes
        path = found.relative.removesuffix(INDEX) if found.name == INDEX else found.relative
        address = self.url_prefix + quote(os.fsencode(path))
        return self.attributes | ({ATTRIBUTE: address} if len(address) <= MAX_VALUE else {})


class Load:
    """A thread of its own takes files in while others are ingested; the calling thread waits and reports."""

    def __init__(self, target: Target, report: Report, plan: Plan, stopping: threading.Event) -> None:
        self._target = target
        self._report = report
        self._plan = plan
        self._stopping = stopping
        self._wanted: list[Wanted] = []
        self._wanted_bytes = 0
        self._updates: dict[str, Attributes] = {}
        self._groups: deque[Group] = deque()
        self._fewer_wait = threading.Condition()
        self._waiting = 0

    def run(self, items: Iterable[Found | Unfit]) -> None:
        """Returns when all files are ingested. Raises `IngestError`; if interrupted, it raises once what was taken in
        is safe."""
        read_before = self._target.files_read
        with ThreadPoolExecutor(1, thread_name_prefix="load") as pool:
            taking = pool.submit(self._take_in, items)
            try:
                while self._groups or not taking.done():
                    if taking.done():
                        taking.result()
                    self._hear_of_ends()
                    self._report.show(self._target.files_read - read_before)
                    time.sleep(self._target.poll_s)
            except BaseException:
                self._stopping.set()
                with self._fewer_wait:
                    self._fewer_wait.notify()
                wait([taking])
                self._report.pending(sum(len(group.waiting) for group in self._groups))
                raise
            taking.result()

    def _take_in(self, items: Iterable[Found | Unfit]) -> None:
        with closing(Origins(self._target.kept())) as origins:
            if origins.superseded and not self._plan.dry_run:
                for start in range(0, len(origins.superseded), BATCH):
                    self._target.delete(origins.superseded[start : start + BATCH])
            for item in items:
                if self._stopping.is_set():
                    return
                if isinstance(item, Found):
                    self._consider(item, origins)
                elif item.failed:
                    origins.spare(item.path)
                    self._report.failed(item.path, item.reason)
                else:
                    self._report.skipped(item.path, item.reason)
            self._flush()
            if self._plan.mirror is not None:
                self._delete_what_is_gone(origins, self._plan.mirror)

    def _consider(self, found: Found, origins: Origins) -> None:
        kept, first_time = origins.see(found.path)
        if not first_time:
            return
        try:
            if kept is not None:
                self._compare(found, kept)
            elif self._plan.mirror is not None and (moved := _moved_here(found, origins)):
                self._move(found, moved, origins)
            else:
                self._want(Wanted(found, "added", self._plan.attributes_of(found)))
        except FileNotFoundError:
            self._report.skipped(found.path, GONE)
        except (OSError, Invalid) as error:
            self._report.failed(found.path, sentence(error))

    def _compare(self, found: Found, kept: Kept) -> None:
        origin = kept.origin
        planned = self._plan.attributes_of(found)
        attributes = kept.attributes | planned
        if (found.size, found.mtime_ns) != (origin.size, origin.mtime_ns):
            if found.size != origin.size or found.sha256() != origin.sha256:
                self._want(Wanted(found, "changed", attributes, replaces=kept.file_id))
                return
            if found.size >= LARGE:
                attributes |= replace(origin, mtime_ns=found.mtime_ns).attributes()
        differs = index_fields(attributes) != index_fields(kept.attributes)  # as dicts, {"a": True} equals {"a": 1}
        if differs:
            self._updates[kept.file_id] = attributes
        if kept.state is not State.DONE:
            self._want(Wanted(found, "added", attributes, kept.file_id))
        elif differs and planned:
            self._report.ended("updated", found.path, file_id=kept.file_id)
        else:
            self._report.unchanged()

    def _move(self, found: Found, kept: Kept, origins: Origins) -> None:
        origin = replace(kept.origin, path=found.path, mtime_ns=found.mtime_ns)
        self._updates[kept.file_id] = kept.attributes | self._plan.attributes_of(found) | origin.attributes()
        origins.forget(kept.origin.path)
        self._report.ended("moved", found.path, before=kept.origin.path, file_id=kept.file_id)

    def _want(self, wanted: Wanted) -> None:
        if self._plan.dry_run:
            self._report.ended(wanted.what, wanted.found.path, wanted.found.size)
            return
        self._wanted.append(wanted)
        self._wanted_bytes += wanted.found.size
        if len(self._wanted) >= GROUP_FILES or self._wanted_bytes >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        updates, self._updates = self._updates, {}
        wanted, self._wanted, self._wanted_bytes = self._wanted, [], 0
        if updates and not self._plan.dry_run:
            self._target.update(updates)
        if not wanted:
            return
        with self._fewer_wait:
            self._fewer_wait.wait_for(lambda: self._waiting < PREFETCH or self._stopping.is_set())
        if self._stopping.is_set():
            return
        group = self._target.add(wanted)
        for each, reason in group.refused:
            (self._report.skipped if reason in (GONE, EMPTY) else self._report.failed)(each.found.path, reason)
        group.refused.clear()
        group.waiting = {file_id: each.taken() for file_id, each in group.waiting.items()}
        with self._fewer_wait:
            self._waiting += len(group.waiting)
        self._groups.append(group)

    def _hear_of_ends(self) -> None:
        for group in list(islice(self._groups, ASKED)):
            ended = self._target.ended(group) if group.waiting else {}
            replaced = []
            for file_id, (failure, note) in ended.items():
                wanted = group.waiting.pop(file_id)
                if failure is None:
                    more = {"note": note} if note else {}
                    self._report.ended(wanted.what, wanted.found.path, wanted.found.size, file_id=file_id, **more)
                else:
                    self._report.failed(wanted.found.path, failure)
                if wanted.replaces is not None:
                    replaced.append(wanted.replaces)
            if replaced:
                self._target.delete(replaced)
            if not group.waiting:
                self._groups.remove(group)
            with self._fewer_wait:
                self._waiting -= len(ended)
                self._fewer_wait.notify()

    def _delete_what_is_gone(self, origins: Origins, folder: str) -> None:
        gone = origins.unseen_below(folder)
        if gone and not self._plan.allow_empty and not origins.seen_below(folder):
            raise Invalid(
                f"{folder!r} has no file to take in, while the store has some from there: is a disk not mounted? "
                "Nothing was deleted. If the folder is meant to be empty, say so with --allow-empty."
            )
        while gone and not self._stopping.is_set():
            if not self._plan.dry_run:
                self._target.delete([file_id for _, file_id in gone])
            for path, file_id in gone:
                self._report.ended("deleted", path, file_id=file_id)
            gone = origins.unseen_below(folder)


def _moved_here(found: Found, origins: Origins) -> Kept | None:
    """The file of the store that was moved here. It must have the same name, since passages are cited by it."""
    sha256 = None
    for kept in origins.gone(kept_name(found.name), found.size):
        sha256 = sha256 or found.sha256()
        if kept.origin.sha256 == sha256:
            return kept
    return None
