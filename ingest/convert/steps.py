"""Steps of the operator's own, which each text goes through in the process that read its file: Haystack components that
take and give `documents`, before the text is cut into chunks, and after."""

import hashlib
import inspect
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from haystack import Document, component, default_to_dict
from haystack.core.component import Component
from haystack.core.serialization import component_from_dict, component_to_dict

from ingest.chunk.clean import has_words
from ingest.chunk.meta import FOUND, KEPT, is_sound
from ingest.chunk.split import count_tokens
from ingest.component_file import make, nearest_or_all, read
from ingest.counted import counted
from ingest.errors import ConversionFailed, Invalid, Reason

BEFORE, AFTER = "before_splitting", "after_splitting"

SHOWN = 300  # characters of an exception
INSTALLED = ("haystack", "haystack_integrations", "haystack_experimental", "ingest", "rag_api")
"""Packages that have versions of their own."""


@component
class Step:
    """Runs a component of the operator's own, and takes of what it makes only what the next steps can bear. Whatever
    goes wrong is said of the file, with the name of the step."""

    def __init__(self, own: Component | None, *, cuts: bool = False, fault: str = "") -> None:
        """With `cuts`, the documents are chunks: there may be fewer of them, or more. A `fault` is why the component
        could not be made here."""
        self.own = own
        self.cuts = cuts
        self._fault = fault
        self.name = type(own).__name__

    def to_dict(self) -> dict[str, Any]:
        assert self.own is not None
        return default_to_dict(self, own=component_to_dict(self.own, self.name), cuts=self.cuts)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Step":
        """In the sandbox, which has no environment and no network: what needs them fails each file, not the sandbox."""
        own, cuts = data["init_parameters"]["own"], data["init_parameters"]["cuts"]
        module, _, name = own["type"].rpartition(".")
        try:
            step = cls(component_from_dict(getattr(import_module(module), name), own, name), cuts=cuts)
        except Exception as error:
            step = cls(None, cuts=cuts, fault=_told(error))
        step.name = name
        return step

    def warm_up(self) -> None:
        try:
            if self.own is not None and hasattr(self.own, "warm_up"):
                self.own.warm_up()
        except Exception as error:
            self._fault = _told(error)

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """Raises `ConversionFailed`."""
        if not documents:
            return {"documents": []}
        given = [replace(document, meta=dict(document.meta)) for document in documents]
        filename = documents[0].meta.get("filename", "")
        try:
            if self.own is None or self._fault:
                raise ConversionFailed(f"cannot be made in the sandbox ({self._fault})")
            try:
                made = self.own.run(documents=documents)["documents"]
            except (MemoryError, ConversionFailed):
                raise
            except Exception as error:
                raise ConversionFailed(f"failed ({_told(error)})") from error
            return {"documents": self._chunks(given, made) if self.cuts else self._texts(given, made)}
        except ConversionFailed as error:
            message = f"'{filename}' was not taken in: the step {self.name} {error.message}."
            raise ConversionFailed(message, Reason.INTERNAL) from error

    def _texts(self, given: Sequence[Document], made: object) -> list[Document]:
        texts = self._sound(given, made)
        if len(texts) != len(given):
            raise ConversionFailed(
                f"made {counted(len(texts), 'document')} of {len(given)}; before it is cut, a file is one"
            )
        if not all(has_words(text.content or "") for text in texts):
            raise ConversionFailed("left no text of it")
        return [_of(before, text) for before, text in zip(given, texts, strict=True)]

    def _chunks(self, given: Sequence[Document], made: object) -> list[Document]:
        """The chunks that were made, in order, as the text that they are now."""
        chunks = [chunk for chunk in self._sound(given, made) if has_words(chunk.content or "")]
        if not chunks:
            raise ConversionFailed("left no chunk of it")
        if [chunk.content for chunk in chunks] == [chunk.content for chunk in given]:
            return [_of(before, chunk) for before, chunk in zip(given, chunks, strict=True)]
        whole = replace(given[0], meta={name: its for name, its in given[0].meta.items() if name in KEPT})
        placed = []
        start = 0
        for position, chunk in enumerate(chunks):
            content = chunk.content or ""
            end = start + len(content)
            place = {"position": position, "start": start, "end": end, "tokens": count_tokens(content)}
            meta = {name: its for name, its in chunk.meta.items() if name != "space_before"}
            placed.append(_of(whole, replace(chunk, meta=meta | place)))
            start = end + 2  # an empty line
        return placed

    def _sound(self, given: Sequence[Document], made: object) -> list[Document]:
        if not isinstance(made, list) or not all(isinstance(each, Document) for each in made):
            raise ConversionFailed("gave no list of documents")
        documents: list[Document] = made
        for document in documents:
            for name, its in document.meta.items():
                if name in FOUND and not is_sound({name: its}):
                    raise ConversionFailed(f"gave the meta {name!r} a value that it cannot have")
                if name not in FOUND and name not in given[0].meta:
                    raise ConversionFailed(f"gave the meta {name!r}, which is not kept: {', '.join(MAY_GIVE)} are")
        return documents


MAY_GIVE = ("title", "language", "headings", "note")


def _of(given: Document, made: Document) -> Document:
    """The same file's, whatever was made of it."""
    whose = {name: its for name, its in given.meta.items() if name not in FOUND}
    return replace(made, id=given.id, meta={**given.meta, **made.meta, **whose})


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:SHOWN]}"


class OwnSteps(NamedTuple):
    before: Sequence[Step] = ()
    after: Sequence[Step] = ()


NONE = OwnSteps()


def are_in(path: Path) -> bool:
    """Whether a file has steps, rather than a pipeline. Raises `Invalid`."""
    return not {BEFORE, AFTER}.isdisjoint(read(path))


def load(path: Path, modules: Iterable[str]) -> OwnSteps:
    """The steps of a file. Raises `Invalid`, with a line for each fault."""
    content = read(path)
    unknown = [part for part in content if part not in (BEFORE, AFTER)]
    faults = [f"{part!r} is no part of steps{nearest_or_all(part, (BEFORE, AFTER))}" for part in unknown]
    made: dict[str, list[Step]] = {BEFORE: [], AFTER: []}
    for part, steps in made.items():
        described = content.get(part) or []
        if not isinstance(described, list):
            faults.append(f"{part!r} has to be a list")
            continue
        for number, spec in enumerate(described, 1):
            try:
                own = make(spec, modules)
                _check(own)
                steps.append(Step(own, cuts=part == AFTER))
            except Invalid as error:
                faults.append(f"{part}, step {number}: {error.message}")
    if faults:
        raise Invalid("\n".join(f"{path}: {fault}" for fault in faults))
    return OwnSteps(made[BEFORE], made[AFTER])


def _check(own: Component) -> None:
    inputs, outputs = own.__haystack_input__._sockets_dict, own.__haystack_output__._sockets_dict  # type: ignore[attr-defined]
    if "documents" not in inputs or "documents" not in outputs:
        raise Invalid("it does not take and give `documents`")
    if others := [name for name, its in inputs.items() if its.is_mandatory and name != "documents"]:
        raise Invalid(f"it needs the input {others[0]!r}, which no step gets: only `documents`")


def version(steps: Iterable[Any]) -> str:
    """What tells these steps from others, and from those of a module that was changed; empty without any."""
    own = [step.own for step in steps if isinstance(step, Step)]
    if not own:
        return ""
    described = hashlib.sha256(orjson.dumps([component_to_dict(each, "") for each in own]))
    for each in own:
        if type(each).__module__.partition(".")[0] not in INSTALLED:
            with suppress(OSError):  # which is how a module without a source is told
                described.update(inspect.getsource(sys.modules[type(each).__module__]).encode())
    return described.hexdigest()[:8]


def named(converter: str, version: str) -> str:
    """A converter as it is recorded, with the steps that followed it: `pdf 9 (...)`, `pdf 9/3f2a9c1b (...)`."""
    name, blank, libraries = converter.partition(" (")
    return f"{name}/{version}{blank}{libraries}" if version else converter
