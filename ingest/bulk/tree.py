"""A folder in which others may write while it is read: neither a link nor a name that is exchanged leads out of it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from ingest.errors import Invalid

NOT_REGULAR = "not a regular file"
MAX_DEPTH = 256  # as each file is reached folder by folder
TOO_DEEP = f"more than {MAX_DEPTH} folders deep: name a folder further down"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Who opens a pipe otherwise waits for its writer, before one sees what it is.
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

Identity = tuple[int, int]


class Tree:
    """What is in it is opened name by name, from the folder on. A path would be looked up anew each time, and somebody
    could have put a link in the place of one of its folders meanwhile."""

    def __init__(self, path: str) -> None:
        """`path` is absolute and has no links. Raises `OSError`."""
        self.path = path
        descriptor = os.open(path, _FOLDER)
        try:
            self._identity = identity(os.fstat(descriptor))
        finally:
            os.close(descriptor)

    def has(self, path: str) -> bool:
        """Whether a path without links is in it."""
        return os.path.commonpath([self.path, path]) == self.path

    def relative(self, path: str) -> str:
        """A path in it, from it on."""
        return path[len(self.path) :].lstrip("/")

    @contextmanager
    def folder(self, relative: str) -> Iterator[int]:
        """The descriptor of a folder in it; of itself, if `relative` is empty. Raises `OSError`, and `Invalid` if it is
        too deep or another folder took the place of the tree."""
        names = [name for name in relative.split("/") if name]
        if len(names) > MAX_DEPTH:
            raise Invalid(TOO_DEEP)
        descriptor = os.open(self.path, _FOLDER)
        try:
            if identity(os.fstat(descriptor)) != self._identity:
                raise Invalid("the folder was replaced while it was read: run this again")
            for name in names:
                outer, descriptor = descriptor, os.open(name, _FOLDER, dir_fd=descriptor)
                os.close(outer)
            yield descriptor
        finally:
            os.close(descriptor)

    def open(self, relative: str) -> BinaryIO:
        """A regular file in it. Raises `OSError` and `Invalid`."""
        folder, name = os.path.split(relative)
        with self.folder(folder) as descriptor:
            return open_regular(name, os.O_NOFOLLOW, descriptor)


def open_regular(path: str, flags: int = 0, folder: int | None = None) -> BinaryIO:
    """A regular file, links to one followed unless the flags say otherwise. Raises `OSError`, and `Invalid` for all
    else that has a name, such as pipes and devices, without waiting for it."""
    descriptor = os.open(path, _FILE | flags, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Invalid(NOT_REGULAR)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino
