"""`rag-api`, or `python -m rag_api`: the server, and the keys of those who may use it."""

import argparse
import gc
import signal
import sys

from ingest.closed_output import quiet_when_closed
from ingest.version import installed_version
from rag_api import pipelines
from rag_api.access import commands


def main() -> None:
    with quiet_when_closed():
        arguments = parser().parse_args()
    if "run" in arguments:
        arguments.run(arguments)
        return None
    if "command" in arguments:
        from rag_api.access import command_line

        return command_line.run(arguments)
    # While uvicorn runs, it handles these signals; after an orderly end, it raises them again.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    gc.disable()  # imports stay: looking through them for garbage would be a quarter of the start
    from rag_api.server import serve

    try:
        # An empty option sets nothing, like an empty variable.
        serve({name: value for name, value in vars(arguments).items() if value})
    finally:
        gc.freeze()  # at the end, one more collection would take part of a second


def parser() -> argparse.ArgumentParser:
    """Each option is stored under the name of its setting, which checks it."""
    parser = argparse.ArgumentParser(
        prog="rag-api",
        description="Serve the OpenAI API over your own documents, until Ctrl-C; or, with a command, see to its keys.",
        epilog="An option wins over the environment variable that is named with it. All other settings are environment "
        "variables, too, or lines of a file .env in the current folder; .env.example has every one with a sentence.",
    )
    parser.add_argument(
        "--host",
        dest="API_HOST",
        metavar="HOST",
        help="the address to listen on; any but a loopback address needs keys (API_HOST; 127.0.0.1 by default)",
    )
    parser.add_argument(
        "--port", dest="API_PORT", metavar="PORT", help="the port to listen on (API_PORT; 8001 by default)"
    )
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder that holds everything that was uploaded, and the index (RAG_DATA_DIR; data/store by default)",
    )
    subparsers = parser.add_subparsers(metavar="COMMAND")
    commands.add(subparsers)
    pipelines.add(subparsers)
    parser.add_argument("--version", action="version", version=f"rag-api {installed_version()}")
    return parser


if __name__ == "__main__":
    main()
