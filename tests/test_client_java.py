"""The official Java client, from upload to citation, against the real server."""

from pathlib import Path

from tests import client_scripts
from tests.server import Server


def test_the_official_java_client(tmp_path: Path) -> None:
    java = client_scripts.java()
    with Server(tmp_path) as server:
        folder = client_scripts.FOLDER / "java"
        client_scripts.run(server.base_url, java, "-cp", "target/*", "WithOpenAI.java", folder=folder, seconds=300)
