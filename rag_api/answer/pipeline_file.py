"""A query pipeline from a YAML file: Haystack's form, with a map of `inputs` and one of `outputs` as Hayhooks has them.

Haystack finds much of what can be wrong when it loads a file, one thing at a time, and some only with the first
question, such as a connection that is missing. Here all of it is found before, and told with the component.
"""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values
from haystack import Document, Pipeline
from haystack.core.component import Component
from haystack.core.errors import PipelineConnectError
from haystack.core.serialization import component_to_dict
from haystack.core.type_utils import _type_name, _types_are_compatible
from haystack.dataclasses import ChatMessage
from haystack.utils.auth import EnvVarSecret

from ingest.component_file import make, nearest, nearest_or_all, read
from ingest.errors import Invalid
from rag_api.answer.live import Live
from rag_api.answer.pipeline import VALUES, Whole, component_of, connections, retrieving
from rag_api.settings import Settings

PREFIX = "pipeline:"
"""Before the name of a file, which is a model that way."""

ENV_FILE = ".env"

OUTPUTS = {"documents": list[Document], "replies": list[ChatMessage]}

_PARTS = ("components", "connections", "inputs", "outputs", "metadata", "max_runs_per_component")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def files(settings: Settings) -> dict[str, Path]:
    """The files of RAG_QUERY_PIPELINES by model. Raises `Invalid`."""
    return dict(_files_once(settings.query_pipelines)) if settings.query_pipelines else {}


# Files count as they were at the start: a project that is opened later has the same pipelines.


@cache
def _files_once(folder: Path) -> Mapping[str, Path]:
    try:
        found = sorted(each for each in folder.iterdir() if each.suffix in (".yml", ".yaml"))
    except OSError as error:
        why = f"{str(folder)!r}, which is no folder that can be read: {error.strerror}"
        raise Invalid(f"RAG_QUERY_PIPELINES is {why}.") from error
    named: dict[str, Path] = {}
    for path in found:
        if not _NAME.fullmatch(path.stem):
            raise Invalid(f"{path} cannot be a model: its name has to be of letters, digits, '.', '_' and '-'.")
        if other := named.get(PREFIX + path.stem):
            raise Invalid(f"{path} and {other} would be the same model: rename one of them.")
        named[PREFIX + path.stem] = path
    return named


def check(settings: Settings, live: Live) -> None:
    """Raises `Invalid`, with a line for each fault of the files that are set."""
    faults = []
    for path in [*([settings.query_pipeline] if settings.query_pipeline else []), *files(settings).values()]:
        try:
            load(path, live)
        except Invalid as error:
            faults.append(error.message)
    if faults:
        raise Invalid("\n".join(faults))


def load(path: Path, live: Live) -> Whole:
    """Raises `Invalid`, with a line for each fault."""
    reading = _Reading(_read_once(path), live)
    whole = reading.whole()
    if reading.faults or whole is None:
        raise Invalid("\n".join(f"{path}: {fault}" for fault in dict.fromkeys(reading.faults)))
    return whole


@cache
def _read_once(path: Path) -> Mapping[str, Any]:
    return read(path)


class _Reading:
    """What a file says, and what is wrong with it."""

    def __init__(self, content: Mapping[str, Any], live: Live) -> None:
        self.faults = [
            f"{part!r} is no part of a pipeline{nearest(part, _PARTS)}" for part in content if part not in _PARTS
        ]
        self._content = content
        self._live = live
        self._components: dict[str, Component] = {}

    def whole(self) -> Whole | None:
        runs = self._content.get("max_runs_per_component", 100)
        if type(runs) is not int or runs < 1:
            self._fault(f"'max_runs_per_component' is {runs!r}, and has to be a number above 0")
        pipeline = Pipeline(max_runs_per_component=runs)
        for name, spec in self._part("components", dict).items():
            try:
                if not isinstance(name, str):
                    raise Invalid("its name has to be a word")
                self._components[name] = make(spec, self._live.settings.pipeline_modules, self._live.give)
                _find_keys(self._components[name])
                pipeline.add_component(name, self._components[name])
            except (Invalid, ValueError) as error:
                self._fault(f"component {name!r}: {error}")
        for connection in self._part("connections", list):
            self._connect(pipeline, connection)
        inputs = dict(self._inputs())
        outputs = self._outputs()
        if self.faults:
            return None
        whole = Whole(pipeline, inputs, outputs["documents"], outputs["replies"])
        self.faults += _faults(whole)
        return whole

    def _part(self, name: str, kind: type) -> Any:
        part = self._content.get(name) or kind()
        if isinstance(part, kind):
            return part
        self._fault(f"{name!r} has to be {'a list' if kind is list else 'names with values'}")
        return kind()

    def _fault(self, fault: str) -> None:
        self.faults.append(fault)

    def _connect(self, pipeline: Pipeline, connection: object) -> None:
        match connection:
            case {"sender": str(sender), "receiver": str(receiver), **rest} if not rest:
                its = f"connection {sender} -> {receiver}"
                if self._has(its, sender, "output") and self._has(its, receiver, "input"):
                    try:
                        pipeline.connect(sender, receiver)
                    except (PipelineConnectError, ValueError) as error:
                        self._fault(f"{its}: {self._mismatch(sender, receiver) or _one_line(error)}")
            case _:
                self._fault(f"connection {connection!r}: it has to have a `sender` and a `receiver`")

    def _mismatch(self, sender: str, receiver: str) -> str | None:
        given, taken = self._type(sender, "output"), self._type(receiver, "input")
        if given is None or taken is None or _types_are_compatible(given, taken)[0]:
            return None
        return f"{sender!r} is {_type_name(given)}, and {receiver!r} takes {_type_name(taken)}"

    def _has(self, its: str, socket: str, side: str, *, whole: bool = False) -> bool:
        """Whether there is such a component with such an input or output; of a component that was not made, both are
        taken for granted."""
        name, dot, wanted = socket.partition(".")
        described = self._part("components", dict)
        if name not in described:
            self._fault(f"{its}: there is no component {name!r}{nearest(name, described)}")
            return False
        if name not in self._components:
            return False
        there = self._sockets(name, side)
        if wanted in there or (not dot and not whole):
            return True
        self._fault(f"{its}: component {name!r} has no {side} {wanted!r}{nearest_or_all(wanted, there)}")
        return False

    def _sockets(self, name: str, side: str) -> Mapping[str, Any]:
        sockets: Mapping[str, Any] = getattr(self._components[name], f"__haystack_{side}__")._sockets_dict
        return sockets

    def _type(self, socket: str, side: str) -> Any:
        name, _, wanted = socket.partition(".")
        found = self._sockets(name, side).get(wanted) if name in self._components else None
        return found and found.type

    def _inputs(self) -> Iterator[tuple[str, list[str]]]:
        for value, receivers in self._part("inputs", dict).items():
            its = f"inputs: {value}"
            if value not in VALUES:
                self._fault(f"{its}: a question has no such value{nearest_or_all(value, VALUES)}")
                continue
            receivers = [receivers] if isinstance(receivers, str) else receivers
            if not isinstance(receivers, list) or not all(isinstance(each, str) for each in receivers):
                self._fault(f"{its}: it has to be an input of a component, as in `retriever.query`, or a list of them")
                continue
            for receiver in receivers:
                if self._has(its, receiver, "input", whole=True):
                    taken = self._type(receiver, "input")
                    given = VALUES[value]
                    if not _types_are_compatible(given, taken)[0]:
                        self._fault(f"{its}: it is {_type_name(given)}, and {receiver!r} takes {_type_name(taken)}")
            yield value, receivers

    def _outputs(self) -> dict[str, str]:
        outputs = self._part("outputs", dict)
        for name, kind in OUTPUTS.items():
            what = "the passages that answers cite" if name == "documents" else "the answers"
            if not isinstance(outputs.get(name), str):
                self._fault(f"outputs: {name!r} is missing: name the output of a component that has {what}")
            elif self._has(f"outputs: {name}", outputs[name], "output", whole=True):
                found = self._type(outputs[name], "output")
                if not _types_are_compatible(found, kind)[0]:
                    is_not = f"is {_type_name(found)}, and has to be {_type_name(kind)}"
                    self._fault(f"outputs: {name}: {outputs[name]!r} {is_not}")
        for unknown in outputs.keys() - OUTPUTS.keys():
            self._fault(f"outputs: {unknown!r} is not taken{nearest(unknown, OUTPUTS)}")
        return dict(outputs)


def _find_keys(component: Component) -> None:
    """Have the keys that a component, or one within it, reads from the environment be there: those that only `.env` has
    are put there. Raises `Invalid` if one is missing."""
    for each in (component, *vars(component).values()):
        for secret in vars(each).values() if hasattr(each, "__haystack_input__") else ():
            if isinstance(secret, EnvVarSecret):
                for name in secret._env_vars:
                    if name not in os.environ and (key := dotenv_values(ENV_FILE).get(name)):
                        os.environ[name] = key
                try:
                    secret.resolve_value()
                except ValueError:
                    names = " or ".join(secret._env_vars)
                    raise Invalid(f"its key is missing: set {names} in the environment") from None


def _faults(whole: Whole) -> Iterator[str]:
    """What is wrong with a pipeline of which each part is right by itself."""
    sent = {receiver for _, receiver in connections(whole.pipeline)}
    fed = {receiver for receivers in whole.inputs.values() for receiver in receivers}
    for name, component in whole.pipeline.walk():
        for socket, its in component.__haystack_input__._sockets_dict.items():  # type: ignore[attr-defined]
            receiver = f"{name}.{socket}"
            if its.is_mandatory and receiver not in sent | fed:
                missing = "a connection is missing, or a line of `inputs`"
                yield f"component {name!r}: nothing is sent to its input {socket!r}: {missing}"
            if receiver in sent & fed and not its.is_variadic:
                twice = "has a connection, and a line of `inputs`: leave one of them out"
                yield f"component {name!r}: its input {socket!r} {twice}"
    first = retrieving(whole)
    if component_of(whole.replies) in first:
        yield f"component {component_of(whole.replies)!r}: the passages depend on its answer, which is made of them"
        return
    taken = False
    for sender, receiver in connections(whole.pipeline):
        crosses = component_of(sender) in first and component_of(receiver) not in first
        taken |= crosses and sender == whole.documents
        if crosses and sender != whole.documents:
            yield (
                f"connection {sender} -> {receiver}: of the search, only {whole.documents!r} goes on to the answer; "
                "what a question itself has, `inputs` can name"
            )
        elif not crosses and component_of(sender) not in first and _are_documents(whole.pipeline, sender):
            yield (
                f"connection {sender} -> {receiver}: an answer would number others than {whole.documents!r}: under "
                f"`outputs`, name {sender!r} as the documents"
            )
    if not taken:
        yield f"component {component_of(whole.replies)!r}: it gets none of {whole.documents!r}: a connection is missing"


def _are_documents(pipeline: Pipeline, sender: str) -> bool:
    name, _, socket = sender.partition(".")
    its = pipeline.graph.nodes[name]["output_sockets"][socket].type
    return its is not Any and _types_are_compatible(its, list[Document])[0]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def written(whole: Whole) -> str:
    """The YAML of a pipeline."""
    components = {name: component_to_dict(component, name) for name, component in whole.pipeline.walk()}
    content = {
        "components": components,
        "connections": [{"sender": sender, "receiver": receiver} for sender, receiver in connections(whole.pipeline)],
        "inputs": {value: list(receivers) for value, receivers in whole.inputs.items()},
        "outputs": {"documents": whole.documents, "replies": whole.replies},
    }
    return str(yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True))


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """With a text of several lines as one reads it."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
