"""A request that is refused, in whatever protocol it came: who refuses knows the reason, and a writer its form."""

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
"""Makes of a refusal what clients of a protocol read."""
