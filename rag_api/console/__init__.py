"""The console: a page for people at `/`, whose files need no key, and which asks for all else under `/v1` as any client
does."""

import mimetypes
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
SAMPLES = Path(__file__).parent / "samples"  # a link, which a wheel has as a folder

HEADERS = {
    # What is uploaded here may be hostile. So nothing runs but the files beside the page, no text can become markup
    # (Trusted Types without a policy), and nothing leaves for another server. `blob:` is for pictures that were fetched
    # with a key.
    "content-security-policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "connect-src 'self'",
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "require-trusted-types-for 'script'; trusted-types 'none'",
        ]
    ),
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-cache",  # kept, and asked for by its ETag each time: a new version shows at once
}


mimetypes.add_type("text/javascript", ".js")  # some systems think otherwise, and browsers then do not run it


class Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response


def add_console(app: FastAPI) -> None:
    """The page names its files relatively, so that a proxy may serve this under a prefix."""
    files = Files(directory=STATIC)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        return await files.get_response("index.html", request.scope)

    if SAMPLES.is_dir():
        app.mount("/console/samples", Files(directory=SAMPLES))

    @app.get("/console/samples", include_in_schema=False)
    def samples() -> list[str]:
        """The names of the documents to try with."""
        return sorted(path.name for path in SAMPLES.iterdir()) if SAMPLES.is_dir() else []

    app.mount("/console", files)
