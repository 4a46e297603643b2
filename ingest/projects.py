"""Projects: documents, stores and answers that are kept apart, each in a data folder of its own.

The project `default` is the data folder itself, any other one lies in `projects/` within it. Nothing that asks for the
documents of one project can come upon those of another: they are in other files, and their words count in no other
search.
"""

import re
import shutil
from pathlib import Path

from ingest.data_folder import PRIVATE, PROJECTS
from ingest.errors import Invalid, NotFound, StorageFailed
from ingest.ids import new_id

DEFAULT = "default"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_DELETED = ".deleted-"


def folder_of(data_dir: Path, name: str) -> Path:
    """The data folder of a project. Raises `Invalid` for what cannot be the name of one, and `NotFound`."""
    folder = _folder(data_dir, name)
    if name != DEFAULT and not folder.is_dir():
        known = ", ".join(names(data_dir))
        raise NotFound(f"There is no project {name!r}; there are {known}. `rag-api keys create --project` makes one.")
    return folder


def names(data_dir: Path) -> list[str]:
    """All projects: `default`, then the others by name."""
    others = [path.name for path in (data_dir / PROJECTS).glob("*") if _NAME.fullmatch(path.name) and path.is_dir()]
    return [DEFAULT, *sorted(others)]


def make(data_dir: Path, name: str) -> bool:
    """Make a project, and return whether it is new. Raises `Invalid` for what cannot be its name."""
    folder = _folder(data_dir, name)
    if folder.is_dir():
        return False
    try:
        folder.mkdir(mode=0o777 & ~PRIVATE, parents=True)
    except OSError as error:
        raise StorageFailed(f"The folder {str(folder)!r} cannot be made: {error.strerror}.") from error
    return True


def delete(data_dir: Path, name: str) -> None:
    """Delete everything of a project, even while a server has it open. Raises `NotFound`, and `Invalid` for the project
    `default`."""
    if name == DEFAULT:
        raise Invalid(f"The project {DEFAULT!r} is the data folder itself: delete its files, or the folder.")
    folder = folder_of(data_dir, name)
    doomed = folder.with_name(new_id(_DELETED))
    try:
        folder.rename(doomed)  # at once gone for who looks for it
        for left in (data_dir / PROJECTS).glob(f"{_DELETED}*"):  # of a deletion that was interrupted, too
            shutil.rmtree(left)
    except OSError as error:
        raise StorageFailed(f"Not all of project {name!r} could be deleted: {error}.") from error


def _folder(data_dir: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise Invalid(f"A project is named with small letters, digits and hyphens, at most 63 of them: not {name!r}.")
    return data_dir if name == DEFAULT else data_dir / PROJECTS / name
