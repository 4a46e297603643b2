"""Clients that are compiled, each with a short program of its own, against the real server: run by `make test-sdks`.

They take minutes to build and tens of megabytes to fetch, so pytest does not collect this module by itself. A client
whose tools are not there is skipped.
"""

import shutil
from collections.abc import Iterator

import pytest

from tests import client_scripts
from tests.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("sdks")) as started:
        yield started


def run(server: Server, folder: str, *command: str) -> None:
    found = shutil.which(command[0])
    if not found:
        pytest.skip(f"{command[0]} is not installed")
    client_scripts.run(
        server.base_url,
        found,
        *command[1:],
        folder=client_scripts.FOLDER / folder,
        seconds=900,
        CARGO_TERM_COLOR="never",
    )


def test_the_official_go_client(server: Server) -> None:
    run(server, "go", "go", "run", ".")


def test_async_openai_in_rust(server: Server) -> None:
    run(server, "rust", "cargo", "run", "--quiet")
