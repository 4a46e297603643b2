"""The page `/docs`, with all that it needs to be shown: no browser is sent elsewhere for it, and it works offline."""

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

# Of this package only the files are used: its application has a page for ReDoc too, and is no class to inherit from.
SWAGGER = Path(str(files("fastapi_offline"))) / "static"


def add_docs_page(app: FastAPI) -> None:
    app.mount("/docs/assets", StaticFiles(directory=SWAGGER))

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            title=app.title,
            openapi_url="openapi.json",  # relative, so that a proxy may serve all this under a prefix
            swagger_js_url="docs/assets/swagger-ui-bundle.js",
            swagger_css_url="docs/assets/swagger-ui.css",
            swagger_favicon_url="docs/assets/favicon.png",
        )
