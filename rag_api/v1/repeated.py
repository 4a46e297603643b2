"""Whether a POST is sent again, because its client got no reply to the first one.

OpenAI's clients send no idempotency key; their retry count is the only hint. A route that would do its work twice takes
`Repeated`; if it is true, it looks for what the first request made, and returns that.
"""

from typing import Annotated

from fastapi import Depends, Request


async def _repeated(request: Request) -> bool:
    return request.headers.get("x-stainless-retry-count", "0") != "0"


Repeated = Annotated[bool, Depends(_repeated)]
