"""Haystack components from a YAML file of the operator's: what it says, or in a sentence what is wrong with it."""

import difflib
import inspect
import re
import stat
import sys
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from haystack import Pipeline
from haystack.core.component import Component, component
from haystack.core.errors import DeserializationError, PipelineError
from haystack.core.serialization import DeserializationCallbacks
from haystack.marshal.yaml import YamlLoader
from pydantic import TypeAdapter, ValidationError

from ingest.errors import Invalid

OURS = ("ingest.*", "rag_api.*")
"""Modules whose components a file may name, beside Haystack's and the operator's own."""

SHOWN = 200  # characters of an exception


def read(path: Path) -> dict[str, Any]:
    """Raises `Invalid`. From then on, modules are looked for in the file's folder, too."""
    try:
        _check_ours(path)
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=YamlLoader)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} is no YAML: {_first_line(error)}.") from error
    if not isinstance(content, dict):
        raise Invalid(f"{path} holds no pipeline: it has to begin with `components:`, or another name and a colon.")
    folder = str(path.parent.absolute())
    if folder not in sys.path:
        sys.path.append(folder)  # last, so that no module in it takes the place of another
    return content


def _check_ours(path: Path) -> None:
    """Raise `Invalid` if anybody on this machine may say what runs here, and `OSError`."""
    for each in (path, path.absolute().parent):
        if each.stat().st_mode & stat.S_IWOTH:
            raise Invalid(
                f"{path} is not used: anybody may write to {str(each)!r}, and what it names is run by the server. Type "
                "'chmod o-w' and its name, or move it to a folder of your own."
            )


class Given(typing.Protocol):
    def __call__(self, name: str, component: type, parameters: dict[str, Any]) -> None:
        """Add parameters that no file can hold. Raises `Invalid` if there are none."""


def nothing(name: str, component: type, parameters: dict[str, Any]) -> None:
    pass


def make(spec: object, modules: Iterable[str], given: Given = nothing) -> Component:
    """The component that a file describes by `type` and `init_parameters`. `modules` are the operator's own. Raises
    `Invalid` with the reason why there is none."""
    if not isinstance(spec, dict) or not isinstance(spec.get("type"), str) or "." not in spec["type"]:
        raise Invalid("it has no `type`: a module and a class in it, as in `rag_api.answer.query.QueryBuilder`")
    if unknown := set(spec) - {"type", "init_parameters"}:
        raise Invalid(f"{unknown.pop()!r} is no part of a component: there are `type` and `init_parameters`")
    parameters = spec.get("init_parameters") or {}
    if not isinstance(parameters, dict):
        raise Invalid("`init_parameters` has to be names with values")
    described = {"type": spec["type"], "init_parameters": parameters}
    allowed = [*OURS, *(pattern for module in modules for pattern in (module, f"{module}.*"))]
    raised: list[Invalid] = []

    def give(name: str, cls: type, its: dict[str, Any]) -> None:
        try:
            _check(cls, its)
            given(name, cls, its)
        except Invalid as error:
            raised.append(error)
            raise

    callbacks = DeserializationCallbacks(component_pre_init=give)
    try:
        pipeline = Pipeline.from_dict({"components": {"it": described}}, callbacks, allowed_modules=allowed)
    except Exception as error:  # of whatever kind, in a module of the operator's
        raise raised[0] if raised else Invalid(_reason(error, spec["type"])) from error
    return pipeline.remove_component("it")


def nearest(name: object, names: Iterable[str]) -> str:
    """`: did you mean 'this'?`, if one of the names is like it."""
    found = difflib.get_close_matches(str(name), list(names), 1)
    return f": did you mean {found[0]!r}?" if found else ""


def nearest_or_all(name: object, names: Iterable[str]) -> str:
    """The same; or, if none is like it, all of them."""
    return nearest(name, names) or f": there are {', '.join(names) or 'none'}"


def _reason(error: Exception, type: str) -> str:
    module, _, name = type.rpartition(".")
    cause = error.__cause__
    refused = re.search(r"class from module '([^']+)'", str(error))
    if isinstance(error, DeserializationError) and refused and "allowlist" in str(error):
        return f"the module {refused[1]!r} is not allowed: if you trust it, name it in RAG_PIPELINE_MODULES"
    if isinstance(error, PipelineError) and isinstance(cause, ImportError):
        return f"{module!r} cannot be imported ({_first_line(cause)}): is its package installed?"
    if isinstance(error, PipelineError) and isinstance(cause, PipelineError):
        like = nearest(name, {each.rpartition(".")[2] for each in component.registry if each.startswith(module)})
        return f"the module {module!r} has no component {name!r}{like}"
    if isinstance(error, DeserializationError) and cause:
        return _first_line(cause)
    return f"importing {module!r} fails with {error.__class__.__name__}: {_first_line(error)}"


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:SHOWN].rstrip(".") or error.__class__.__name__


def _check(cls: type, parameters: Mapping[str, Any]) -> None:
    """Raise `Invalid` for parameters that there are none of, and values of another type. Haystack looks for the first
    only, and a wrong value would be found by the first question."""
    init = getattr(cls, "__init__")  # noqa: B009  # not of the class, which its metaclass calls
    _, *known = inspect.signature(init).parameters.values()
    names = [each.name for each in known]
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in known):
        return
    try:
        hints = typing.get_type_hints(init)
    except NameError:  # of a type that is imported for checking only
        hints = {}
    for name, value in parameters.items():
        if name not in names:
            raise Invalid(f"it has no parameter {name!r}{nearest_or_all(name, names)}")
        if name in hints and _is_plain(hints[name]):
            try:
                TypeAdapter(hints[name]).validate_python(value, strict=True)
            except ValidationError as error:
                raise Invalid(f"its parameter {name!r} is {value!r}, and has to be {_named(hints[name])}") from error


_PLAIN = {str, int, float, bool, type(None), Any}


def _is_plain(hint: Any) -> bool:
    """Whether a value in YAML is all that it says."""
    if typing.get_origin(hint) is Literal:
        return True
    if typing.get_origin(hint) in (typing.Union, types.UnionType, list, dict):
        return all(map(_is_plain, typing.get_args(hint)))
    return hint in _PLAIN


def _named(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint).replace("typing.", "")
