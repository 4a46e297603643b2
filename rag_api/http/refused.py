"""A refused request, in any protocol: the code that refuses knows the reason, a writer knows the form."""

from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


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


def by_path(usual: RefusalWriter, others: Mapping[str, RefusalWriter]) -> RefusalWriter:
    """The writer of the protocol that a request speaks: that of `others` whose path it begins with, or else `usual`."""

    class OfItsPath(Response):
        def __init__(self, refused: Refused) -> None:
            super().__init__(status_code=refused.status)
            self._refused = refused

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            write = next((write for path, write in others.items() if scope["path"].startswith(path)), usual)
            await write(self._refused)(scope, receive, send)

    return OfItsPath
