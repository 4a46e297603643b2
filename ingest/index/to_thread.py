"""Haystack's stores and components have each method twice; here the asynchronous one runs the other in a thread."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

Self = TypeVar("Self")
Given = ParamSpec("Given")
Result = TypeVar("Result")


def to_thread(
    method: Callable[Concatenate[Self, Given], Result],
) -> Callable[Concatenate[Self, Given], Coroutine[Any, Any, Result]]:
    """The asynchronous form of a method."""

    async def in_thread(self: Self, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        return await asyncio.to_thread(method, self, *args, **kwargs)

    return functools.update_wrapper(in_thread, method)
