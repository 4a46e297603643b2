"""A refused request, in any protocol: the code that refuses knows the reason, a writer knows the form."""

from collections.abc import Callable, Mapping

from starlette.responses import Response


class Refused(Exception):
    """`param` is the path of the part at fault, `code` a word for programs."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.param, self.code = message, param, code
        self.status, self.headers = status, headers


RefusalWriter = Callable[[Refused], Response]
"""Turns a refusal into the response of a protocol."""
