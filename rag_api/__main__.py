"""`rag-api`, or `python -m rag_api`: the server."""

import logging
import sys

import uvicorn

from ingest.errors import IngestError
from ingest.settings import load
from rag_api.app import create_app
from rag_api.settings import Settings

GRACE_S = 10  # how long answers may go on after the server was told to stop


def main() -> None:
    try:
        settings = load(Settings)
    except IngestError as error:
        sys.exit(f"rag-api: {error}")
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("haystack").setLevel(logging.WARNING)  # it tells of every component of every request
    config = uvicorn.Config(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
