"""Who may read what is in the data folder."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.data_folder import hold
from tests.server import ROOT


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def test_what_is_ingested_is_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Herons eat frogs.")
    command = [sys.executable, "-m", "ingest", "add", "a.txt", "--data-dir", "store"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HAYSTACK_TELEMETRY_ENABLED": "false"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (tmp_path / "store" / "records.db").exists()
    assert open_to_others(tmp_path / "store") == []


def test_what_older_versions_left_open_is_closed_and_the_folder_itself_left_alone(tmp_path: Path) -> None:
    names = ["records.db", "records.db-wal", "answers.db", "lock"]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    for name in ("index", "blobs", "others"):
        (tmp_path / name).mkdir()
    tmp_path.chmod(0o755)
    with hold(tmp_path):
        assert open_to_others(tmp_path) == [str(tmp_path), str(tmp_path / "others")]
    with hold(tmp_path / "new"):
        assert open_to_others(tmp_path / "new") == []
