"""The Haystack component that turns files into Documents, with one call of the sandbox per file."""

import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from haystack import Document, component, default_from_dict, default_to_dict
from haystack.core.serialization import component_from_dict, component_to_dict, import_class_by_name

from ingest.convert import CONVERTERS
from ingest.convert.confinement import Mode
from ingest.convert.converted import Converted
from ingest.convert.ocr.pages import PageText, recognised_pages
from ingest.convert.sandbox import Sandbox
from ingest.convert.sandbox.call import Call, CalledOff, Crashed, OutOfMemory, OutOfTime, always
from ingest.convert.steps import named, version
from ingest.convert.unsupported import unsupported
from ingest.counted import counted
from ingest.errors import ConversionFailed, Reason
from ingest.no_copy import NoCopy

MEGABYTE = 1 << 20

# Some 25,000 pages; longer texts are data, or a bomb.
MAX_CHARACTERS = 50_000_000

# Said of a file that was deleted while it waited, too, but then nobody reads it.
GONE = "The bytes of this file are missing from the data folder: upload it again, or restore a backup."

# For a file that is read in a group, and for the group: one that takes longer is read by itself, so that the others
# need not wait. Where there is one, there may be many: so many of those behind it are read with little time for each.
# It is the processor's time, as on a busy machine the time of a clock is over before a few are read.
QUICK_SECONDS = 1.0
BRIEF_SECONDS = 0.1
BEHIND = 32


@dataclass(frozen=True)
class Source(NoCopy):
    """A file to read, and the meta of its Document."""

    path: Path
    meta: dict[str, Any] = field(default_factory=dict)


class Failure(NamedTuple):
    """The meta of a source that cannot be read, and why."""

    meta: dict[str, Any]
    error: ConversionFailed
    busy: bool = False  # it ran out of time on a busy machine, and may be read when that is less busy


@dataclass(frozen=True)
class _Read:
    path: Path
    filename: str
    extension: str
    meta: dict[str, Any]
    bytes: int
    seconds: float  # that it may take
    texts: Sequence[PageText] | None = None  # of the pages that are pictures, once they are recognised


@component
class FileConverter:
    """Reads each source in the sandbox, by its content and the ending of `meta["filename"]`.

    At most `workers` files are read at once, however many threads call `run`. A file may use `memory_mb` of memory, and
    `seconds` + `seconds_per_mb` x size of processor time, at most `max_seconds`.

    `steps` are components that each Document goes through in the process that read it, with as much time again: so a
    large text does not keep this process from its other work. Meta must be JSON.

    Pages that are pictures have their text recognised one by one, each with time of its own, in the `ocr_languages` (as
    Tesseract calls them) or those of the script that a page shows.

    With a `sandbox`, files are read there, with its number of workers, their memory and confinement; its owner closes
    it.
    """

    def __init__(
        self,
        workers: int | None = None,
        memory_mb: int = 1024,
        seconds: float = 20.0,
        seconds_per_mb: float = 2.0,
        max_seconds: float = 120.0,
        max_characters: int = MAX_CHARACTERS,
        steps: Sequence[Any] = (),
        ocr_languages: Sequence[str] = (),
        sandbox: Sandbox | None = None,
        confinement: Mode = "auto",
    ) -> None:
        self.workers = workers
        self.memory_mb = memory_mb
        self.seconds = seconds
        self.seconds_per_mb = seconds_per_mb
        self.max_seconds = max_seconds
        self.max_characters = max_characters
        self.steps = list(steps)
        self.ocr_languages = list(ocr_languages)
        self.confinement = confinement
        self.steps_version = version(self.steps)
        self._steps = orjson.dumps(self._steps_as_dicts()).decode()
        self._own_sandbox = sandbox is None
        self.sandbox = sandbox or Sandbox(
            workers or os.cpu_count() or 1,
            memory_mb * MEGABYTE,
            first=("ingest.convert.read:components", [self._steps]),
            mode=confinement,
        )
        self._closed = False
        self.files_read = 0  # about, where several threads count: for whoever shows how far it is

    def to_dict(self) -> dict[str, Any]:
        return default_to_dict(
            self,
            workers=self.workers,
            memory_mb=self.memory_mb,
            seconds=self.seconds,
            seconds_per_mb=self.seconds_per_mb,
            max_seconds=self.max_seconds,
            max_characters=self.max_characters,
            steps=self._steps_as_dicts(),
            ocr_languages=self.ocr_languages,
            confinement=self.confinement,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "FileConverter":
        parameters = data.get("init_parameters", {})
        steps = [
            component_from_dict(import_class_by_name(step["type"]), step, step["type"])
            for step in parameters.get("steps", [])
        ]
        return default_from_dict(cls, data | {"init_parameters": parameters | {"steps": steps}})

    def _steps_as_dicts(self) -> list[dict[str, Any]]:
        return [component_to_dict(step, type(step).__name__) for step in self.steps]

    def warm_up(self) -> None:
        """Start the sandbox now, rather than with the first file."""
        self.sandbox.start()

    def close(self) -> None:
        """Stop reading: files that are being read become failures, and an own sandbox is closed."""
        self._closed = True
        if self._own_sandbox:
            self.sandbox.close()

    @component.output_types(
        documents=list[Document], read=list[Source], failures=list[Failure], late=list[dict[str, Any]]
    )
    def run(
        self,
        sources: list[str | Path | Source],
        meta: dict[str, Any] | list[dict[str, Any]] | None = None,
        quick: bool = False,
        still_wanted: Callable[[], bool] = always,
    ) -> dict[str, list[Any]]:
        """A Document, or what the steps make of it, for each source that can be read, and in `read` that source with
        the meta that was found; a failure for each that cannot.

        A failure is an output rather than an exception, since it is no fault of the pipeline's, which would log its
        whole state.

        With `quick`, this takes no longer than a group of small files should: a source that takes long is not read, and
        its meta is among the `late`; sources that are left when time is up have no output at all. While a source takes
        long, `still_wanted` is asked now and then; if it returns False, the source is a failure.
        """
        metas = meta if isinstance(meta, list) else [meta or {}] * len(sources)
        documents: list[Document] = []
        found: list[Source] = []
        failures: list[Failure] = []
        late: list[dict[str, Any]] = []
        readable: list[_Read] = []
        for source, its in zip(sources, metas, strict=True):
            given = source if isinstance(source, Source) else Source(Path(source), its)
            try:
                readable.append(self._read(given.path, dict(given.meta), quick))
            except ConversionFailed as error:
                failures.append(Failure(given.meta, error))
        left = QUICK_SECONDS if quick else math.inf
        rounds = deque([(readable, False)])
        while rounds:
            these, again = rounds.popleft()
            crashed: list[_Read] = []
            pictures: list[tuple[_Read, Sequence[int]]] = []
            for read, answer, used in self._ask(these, again, still_wanted):
                left -= used
                match answer:
                    case Converted(pictures=[_, *_]) if quick:
                        late.append(read.meta)
                    case Converted(pictures=[_, *_]):
                        pictures.append((read, answer.pictures))
                    case Converted(meta=dict(its_meta)):
                        its_meta["converter"] = named(its_meta["converter"], self.steps_version)
                        found.append(Source(read.path, its_meta))
                        documents += answer.documents()
                        self.files_read += 1
                    case Crashed() if not again:
                        crashed.append(read)
                    case OutOfTime() if quick:
                        late.append(read.meta)
                        if read.seconds > BRIEF_SECONDS:
                            behind = these[these.index(read) + 1 :][:BEHIND]
                            rounds.append(([replace(each, seconds=BRIEF_SECONDS) for each in behind], again))
                            left = math.inf
                            break
                    case _:
                        busy = isinstance(answer, OutOfTime) and answer.busy
                        failures.append(Failure(read.meta, self._in_words(read, answer), busy))
                if left < 0:
                    break
            if crashed:  # tried once more, with the fallback
                rounds.append((crashed, True))
            for read, pages in pictures:
                try:
                    rounds.append(([replace(read, texts=self._recognised(read, pages, still_wanted))], again))
                except CalledOff as error:
                    failures.append(Failure(read.meta, self._in_words(read, error)))
        return {"documents": documents, "read": found, "failures": failures, "late": late}

    def _read(self, path: Path, meta: dict[str, Any], quick: bool) -> _Read:
        filename = meta.setdefault("filename", path.name)
        extension = Path(filename).suffix.lower()
        if extension not in CONVERTERS:
            raise ConversionFailed(f"'{filename}' is not read. {unsupported(extension)}", Reason.UNSUPPORTED)
        try:
            size = path.stat().st_size
        except FileNotFoundError as error:
            raise ConversionFailed(GONE) from error
        if size == 0:
            raise ConversionFailed(f"'{filename}' is empty: it holds no bytes at all.")
        seconds = min(self.seconds + self.seconds_per_mb * size / MEGABYTE, self.max_seconds)
        return _Read(path, filename, extension, meta, size, min(seconds, QUICK_SECONDS) if quick else seconds)

    def _ask(
        self, sources: Sequence[_Read], again: bool, still_wanted: Callable[[], bool]
    ) -> Iterator[tuple[_Read, Any, float]]:
        """What each source was converted into, or the exception, and how much of the processor's time it took."""
        converted = [
            Converted(
                each.meta,
                each.bytes,
                self.max_characters,
                cut=bool(self.steps),
                seen=each.texts is not None,
            )
            for each in sources
        ]
        calls = [
            Call(
                (
                    each.filename,
                    each.extension,
                    self.max_characters,
                    again,
                    each.meta,
                    self._steps,
                    each.texts and [tuple(text) for text in each.texts],
                ),
                each.seconds,
                each.path,
                its.take,
            )
            for each, its in zip(sources, converted, strict=True)
        ]
        with closing(self.sandbox.call_each("ingest.convert.read:read", calls, self._while(still_wanted))) as answers:
            for source, call, its, answer in zip(sources, calls, converted, answers, strict=True):
                # One that ended its process takes another one.
                yield source, its if answer is None else answer, call.used or BRIEF_SECONDS

    def _recognised(self, source: _Read, pages: Sequence[int], still_wanted: Callable[[], bool]) -> list[PageText]:
        file = source.path, source.filename, source.extension
        return recognised_pages(self.sandbox, file, pages, self.ocr_languages, self._while(still_wanted))

    def _while(self, still_wanted: Callable[[], bool]) -> Callable[[], bool]:
        return lambda: not self._closed and still_wanted()

    def _in_words(self, source: _Read, error: Exception) -> ConversionFailed:
        match error:
            case ConversionFailed():
                return error
            case CalledOff():
                sentence = "was cancelled or deleted while it was read."
            case OutOfTime():
                sentence = (
                    f"took longer than {counted(round(source.seconds), 'second')} of the processor's time to read. "
                    "It may be damaged, or too large: try it in smaller parts."
                )
            case OutOfMemory():
                sentence = (
                    f"needs more than {self.sandbox.memory // MEGABYTE} MB of memory to read. "
                    "It may be damaged, or too large: try it in smaller parts."
                )
            case _:
                sentence = (
                    "could not be read: the converter failed on it. "
                    "It may be damaged: open it, save it anew and try again."
                )
        if self.steps_version and not isinstance(error, CalledOff):
            sentence += " Or a step of RAG_INGEST_STEPS does this."
        return ConversionFailed(f"'{source.filename}' {sentence}", Reason.INTERNAL)
