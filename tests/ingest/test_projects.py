"""Projects as folders."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from ingest import projects
from ingest.data_folder import PROJECTS


def test_several_are_deleted_at_once(tmp_path: Path) -> None:
    made = [projects.make(tmp_path, f"herons-{number}") for number in range(8)]
    for project in made:
        for number in range(100):
            (projects.folder_of(tmp_path, project) / str(number)).touch()
    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(partial(projects.delete, tmp_path), made))
    assert list((tmp_path / PROJECTS).iterdir()) == []
