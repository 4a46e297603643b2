"""Projects: documents, stores and answers that are kept apart, each in a data folder of its own.

The project `default` is the data folder itself, any other one lies in `projects/` within it. Nothing that asks for the
documents of one project can come upon those of another: they are in other files, and their words count in no other
search. The folder is named by the project's id, its name and some letters that no other has: so a path never stands for
another project later, not even for one that has the name of one that was deleted.

Where the records are in PostgreSQL, it says which projects there are (`records.projects`), for all servers alike.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ingest.data_folder import PRIVATE, PROJECTS
from ingest.errors import Invalid, NotFound, StorageFailed
from ingest.ids import new_id

DEFAULT = "default"
"""Both the name and the id."""

LONGEST_NAME = 63

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ID = re.compile(rf"({_NAME.pattern})\.[0-9a-f]+")
_DELETED = ".deleted-"


def name_of(project: str) -> str:
    return project.partition(".")[0]


def folder_of(data_dir: Path, project: str) -> Path:
    """The data folder of the project with this id. Raises `NotFound` for what cannot be an id."""
    if project == DEFAULT:
        return data_dir
    check_id(project)
    return data_dir / PROJECTS / project


def check_id(project: str) -> None:
    """Raise `NotFound` for what cannot be the id of a project that was made."""
    if not _ID.fullmatch(project):
        raise no_project(project)


def no_project(project: str) -> NotFound:
    return NotFound(f"There is no project with the id {project!r}.")


def check_name(name: str) -> None:
    """Raise `Invalid` for what cannot be the name of a project."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"A project is named with small letters, digits and hyphens, at most {LONGEST_NAME} of them: not {name!r}.",
            field="name",
        )


def is_the_folder() -> Invalid:
    return Invalid(f"The project {DEFAULT!r} is the data folder itself: delete its files, or the folder.")


class Projects(Protocol):
    """Which projects there are. Methods raise `StorageFailed`."""

    def ids(self) -> list[str]:
        """All projects: `default`, then the others by name."""

    def check(self, project: str) -> None:
        """Raise `NotFound` if there is no project with this id."""

    def make(self, name: str) -> str:
        """The id of the project with this name, which is made if there is none. Raises `Invalid` for what cannot be its
        name."""

    def add(self, project: str) -> None:
        """Have the project with this id, which was made elsewhere. Raises `NotFound` for what cannot be an id."""

    def delete(self, project: str) -> None:
        """Delete everything of a project, even while a server has it open. Raises `NotFound`, and `Invalid` for the
        project `default`."""


def find(projects: Projects, name: str) -> str:
    """The id of the project with this name. Raises `NotFound`."""
    ids = projects.ids()
    for project in ids:
        if name_of(project) == name:
            return project
    known = ", ".join(map(name_of, ids))
    raise NotFound(f"There is no project {name!r}; there are {known}. `rag-api keys create --project` makes one.")


class Folders:
    """The projects of a data folder: those that have a folder in it."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def ids(self) -> list[str]:
        found = (self._data_dir / PROJECTS).glob("*")
        return [DEFAULT, *sorted(path.name for path in found if _ID.fullmatch(path.name) and path.is_dir())]

    def check(self, project: str) -> None:
        if project != DEFAULT and not folder_of(self._data_dir, project).is_dir():
            raise no_project(project)

    def make(self, name: str) -> str:
        check_name(name)
        with _alone(self._data_dir / PROJECTS):
            try:
                return find(self, name)
            except NotFound:
                project = new_id(f"{name}.")
                (self._data_dir / PROJECTS / project).mkdir(mode=0o777 & ~PRIVATE)
        return project

    def add(self, project: str) -> None:
        with _alone(self._data_dir / PROJECTS):
            folder_of(self._data_dir, project).mkdir(mode=0o777 & ~PRIVATE, exist_ok=True)

    def delete(self, project: str) -> None:
        if project == DEFAULT:
            raise is_the_folder()
        self.check(project)
        folder = folder_of(self._data_dir, project)
        try:
            folder.rename(folder.with_name(new_id(_DELETED)))  # at once gone for who looks for it
            for left in (self._data_dir / PROJECTS).glob(f"{_DELETED}*"):  # of a deletion that was interrupted, too
                shutil.rmtree(left, onerror=_unless_gone)
        except OSError as error:
            raise StorageFailed(f"Not all of the project {name_of(project)!r} could be deleted: {error}.") from error


def _unless_gone(_function: object, _path: str, error: tuple[type[BaseException], BaseException, object]) -> None:
    """Others may delete what is left over as well."""
    if not isinstance(error[1], FileNotFoundError):
        raise error[1]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While others wait who would make a project of the same name."""
    try:
        folder.mkdir(mode=0o777 & ~PRIVATE, parents=True, exist_ok=True)
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StorageFailed(f"The folder {str(folder)!r} cannot be used: {error.strerror}.") from error
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise StorageFailed(f"No project can be made in {str(folder)!r}: {error.strerror}.") from error
    finally:
        os.close(opened)
