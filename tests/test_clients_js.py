"""The official JavaScript client in two major versions, from upload to citation, against the real server."""

from pathlib import Path

import pytest

from tests import client_scripts
from tests.installation import Serve


@pytest.mark.parametrize("client", ["openai-6", "openai-7"])
def test_the_official_javascript_client(tmp_path: Path, serve: Serve, client: str) -> None:
    node = client_scripts.node()
    with serve(tmp_path) as server:
        client_scripts.run(server.base_url, node, "with_openai.mjs", client)
