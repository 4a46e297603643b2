"""The page `/docs`, with all files it needs: it works offline, and sends no browser elsewhere."""

import base64
import hashlib
import re
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

# Only the files of this package are used: its application also has a page for ReDoc, and cannot be subclassed.
ASSETS = "/docs/assets"
SWAGGER = Path(str(files("fastapi_offline"))) / "static"


def add_docs_page(app: FastAPI) -> None:
    app.mount(ASSETS, StaticFiles(directory=SWAGGER))
    page = get_swagger_ui_html(
        title=app.title,
        openapi_url="openapi.json",  # relative, so that a proxy may serve this under a prefix
        swagger_js_url="docs/assets/swagger-ui-bundle.js",
        swagger_css_url="docs/assets/swagger-ui.css",
        swagger_favicon_url="docs/assets/favicon.png",
    )
    body = bytes(page.body)
    headers = {"content-security-policy": _policy(body)}

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(body, headers=headers)


def _policy(page: bytes) -> str:
    """What the page may load: the files beside it, its own script, the styles that Swagger UI sets as it goes on, and
    the API."""
    scripts = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *(f"'sha256-{each}'" for each in hashes)]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ]
    )
