"""Components that are not of this program, kept from holding it up: they have threads of their own, and what they raise
is an error of theirs, whatever it is."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from haystack.core.component import Component

from ingest import cancellation
from rag_api.http.fair_threads import FairThreads

_OURS = "rag_api.", "ingest."
_COMPONENTS = FairThreads(
    16,
    "components",
    "The components of pipelines are busy, or hang: send this request again in a moment.",
    most_waiting=1000,
)


class Broken(Exception):
    """It raised what would have ended the server, or the request without an answer."""


def guard(component: Component) -> None:
    """Have it run so, if it is not of this program."""
    if type(component).__module__.startswith(_OURS):
        return
    own: Any = component
    run, run_async = own.run, getattr(own, "run_async", None)

    async def run_guarded(**inputs: Any) -> Any:
        try:
            if run_async:
                return await run_async(**inputs)
            return await cancellation.run_in(_COMPONENTS, partial(_run, run, inputs))
        except (Exception, GeneratorExit):
            raise
        except BaseException as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task and task.cancelling():
                raise
            raise Broken(repr(error)) from error

    with suppress(AttributeError):  # one with slots
        object.__setattr__(component, "run_async", run_guarded)


def _run(run: Callable[..., Any], inputs: Mapping[str, Any]) -> Any:
    try:
        return run(**inputs)
    except Exception as error:
        if isinstance(error, StopIteration):  # for which nobody who waits would be woken
            raise Broken(repr(error)) from error
        raise
    except BaseException as error:
        raise Broken(repr(error)) from error
