"""Projects as folders."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingest.data_folder import PROJECTS
from ingest.projects import Folders, folder_of


def test_several_are_deleted_at_once(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    made = [folders.make(f"herons-{number}") for number in range(8)]
    for project in made:
        for number in range(100):
            (folder_of(tmp_path, project) / str(number)).touch()
    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(folders.delete, made))
    assert list((tmp_path / PROJECTS).iterdir()) == []
