"""The Haystack component that turns files into Documents, one sandboxed call a file."""

import os
from pathlib import Path
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

from ingest.convert import CONVERTERS, supported
from ingest.convert.sandbox import Crashed, OutOfMemory, OutOfTime, Sandbox
from ingest.errors import ConversionFailed, Reason

MEGABYTE = 1 << 20

# Some 25,000 pages; what is longer is data, or a bomb.
MAX_CHARACTERS = 50_000_000


@component
class FileConverter:
    """Reads each source in the sandbox, by its content and the ending of `meta["filename"]`.

    `workers` files are read at once, whatever the number of calling threads; `memory_mb` is what one may
    use, `seconds` + `seconds_per_mb` x size, at most `max_seconds`, how long it may use the processor.
    """

    def __init__(
        self,
        workers: int | None = None,
        memory_mb: int = 1024,
        seconds: float = 20.0,
        seconds_per_mb: float = 2.0,
        max_seconds: float = 120.0,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self.workers = workers
        self.memory_mb = memory_mb
        self.seconds = seconds
        self.seconds_per_mb = seconds_per_mb
        self.max_seconds = max_seconds
        self.max_characters = max_characters
        self._sandbox = Sandbox(workers or os.cpu_count() or 1, memory_mb * MEGABYTE)

    def to_dict(self) -> dict[str, Any]:
        return default_to_dict(
            self,
            workers=self.workers,
            memory_mb=self.memory_mb,
            seconds=self.seconds,
            seconds_per_mb=self.seconds_per_mb,
            max_seconds=self.max_seconds,
            max_characters=self.max_characters,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "FileConverter":
        return default_from_dict(cls, data)

    def warm_up(self) -> None:
        """Start the sandbox, which otherwise starts with the first file."""
        self._sandbox.start()

    def close(self) -> None:
        """End the sandbox's processes."""
        self._sandbox.close()

    @component.output_types(documents=list[Document], failures=list[ConversionFailed])
    def run(
        self,
        sources: list[str | Path],
        meta: dict[str, Any] | list[dict[str, Any]] | None = None,
    ) -> dict[str, list[Any]]:
        """One Document for each source that can be read, in order, and one failure for each that cannot.

        A failure is an output, not an exception: that a file is no good is no fault of the pipeline's, which would
        write down its whole state at an exception.
        """
        metas = meta if isinstance(meta, list) else [meta or {}] * len(sources)
        documents: list[Document] = []
        failures: list[ConversionFailed] = []
        for source, its in zip(sources, metas, strict=True):
            try:
                documents.append(self._convert(Path(source), dict(its)))
            except ConversionFailed as failure:
                failures.append(failure)
        return {"documents": documents, "failures": failures}

    def _convert(self, path: Path, meta: dict[str, Any]) -> Document:
        filename = meta.setdefault("filename", path.name)
        extension = Path(filename).suffix.lower()
        if extension not in CONVERTERS:
            raise ConversionFailed(
                f"Files ending in '{extension}' are not supported. Supported: {supported()}.",
                Reason.UNSUPPORTED,
            )
        size = path.stat().st_size
        if size == 0:
            raise ConversionFailed(f"'{filename}' is empty: it holds no bytes at all.")
        found = self._extract(path, filename, extension, size)
        return Document(id=meta.get("file_id", ""), content=found.pop("text"), meta=meta | found)

    def _extract(self, path: Path, filename: str, extension: str, size: int) -> dict[str, Any]:
        seconds = min(self.seconds + self.seconds_per_mb * size / MEGABYTE, self.max_seconds)

        def extract(again: bool) -> dict[str, Any]:
            arguments = (str(path), filename, extension, self.max_characters, again)
            found: dict[str, Any] = self._sandbox.call("ingest.convert.extract:extract", *arguments, seconds=seconds)
            return found

        try:
            try:
                return extract(again=False)
            except Crashed:
                return extract(again=True)
        except OutOfTime as error:
            raise ConversionFailed(
                f"'{filename}' took longer than {seconds:.0f} seconds to read. "
                "It may be damaged, or too large: try it in smaller parts.",
                Reason.INTERNAL,
            ) from error
        except OutOfMemory as error:
            raise ConversionFailed(
                f"'{filename}' needs more than {self.memory_mb} MB of memory to read. "
                "It may be damaged, or too large: try it in smaller parts.",
                Reason.INTERNAL,
            ) from error
        except Crashed as error:
            raise ConversionFailed(
                f"'{filename}' could not be read: the converter failed on it. "
                "It may be damaged: open it, save it anew and try again.",
                Reason.INTERNAL,
            ) from error
