"""`rag-api`, or `python -m rag_api`: the server."""

import gc


def main() -> None:
    gc.disable()  # what is imported stays: to look through it for garbage makes a quarter of the start
    from rag_api.server import serve

    try:
        serve()
    finally:
        gc.freeze()  # all goes with the process: to look through it for garbage once more takes part of a second


if __name__ == "__main__":
    main()
