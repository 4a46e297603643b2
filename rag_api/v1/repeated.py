"""Whether a POST comes a second time, because its client did not hear how the first one ended.

OpenAI's clients send no idempotency key; the count of their retries is the only hint. A route that would do its work
twice takes `Repeated` and, when it is true, looks for what the first request made and returns that.
"""

from typing import Annotated

from fastapi import Depends, Request


async def _repeated(request: Request) -> bool:
    return request.headers.get("x-stainless-retry-count", "0") != "0"


Repeated = Annotated[bool, Depends(_repeated)]
