"""The page `/docs`, with all files it needs: it works offline, and sends no browser elsewhere."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

# Only the files of this package are used: its application also has a page for ReDoc, and cannot be subclassed.
SWAGGER = Path(str(files("fastapi_offline"))) / "static"


def add_docs_page(app: FastAPI) -> None:
    app.mount("/docs/assets", StaticFiles(directory=SWAGGER))

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            title=app.title,
            openapi_url="openapi.json",  # relative, so that a proxy may serve this under a prefix
            swagger_js_url="docs/assets/swagger-ui-bundle.js",
            swagger_css_url="docs/assets/swagger-ui.css",
            swagger_favicon_url="docs/assets/favicon.png",
        )
