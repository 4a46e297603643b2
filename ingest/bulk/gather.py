"""Finds files in folders, by patterns and in archives; one after the other, however many."""

import glob
import hashlib
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ingest.bulk.archives import is_archive, members
from ingest.bulk.tree import NOT_REGULAR, TOO_DEEP, Identity, Tree, identity, open_regular
from ingest.convert import CONVERTERS
from ingest.convert.unsupported import unsupported
from ingest.errors import Invalid

FROM_STANDARD_INPUT = "-"
PASSED_OVER = frozenset({"node_modules", "__pycache__", "__MACOSX"})  # and names that begin with a dot
EMPTY = "empty"
LEADS_OUT = "a link out of the folder, which is not followed: name the file itself, or add --follow-links"
READ_BYTES = 1 << 20


@dataclass(frozen=True)
class Found:
    """A file that can be read, as it was when last looked at."""

    path: str  # its identity: absolute, with links up to the given folder resolved
    name: str  # its name in a store
    size: int
    mtime_ns: int  # of the archive, if it is in one
    open: Callable[[], BinaryIO]
    in_archive: bool = False
    relative: str | None = None  # below the folder that was named; None in an archive

    def now(self, file: BinaryIO) -> "Found":
        """The same file, as it is in what was opened: its path may lead to another one by now."""
        if self.in_archive:
            return self
        status = os.fstat(file.fileno())
        return replace(self, size=status.st_size, mtime_ns=status.st_mtime_ns)

    def sha256(self) -> str:
        """Of as many bytes as it has now: one that is written to all the time has no end."""
        digest = hashlib.sha256()
        with self.open() as file:
            left = self.now(file).size
            while data := file.read(min(left, READ_BYTES)):
                digest.update(data)
                left -= len(data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Unfit:
    """What is not ingested, and why. It is a failure if it was asked for by name or could not be looked at."""

    path: str
    reason: str
    failed: bool


class Patterns:
    """Globs for paths relative to the folder that was given. One without a slash is for file names at any depth; in
    others, `*` stops at a slash, and `**` does not."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._of_names = [_expression(each) for each in globs if "/" not in each]
        self._of_paths = [_expression(each) for each in globs if "/" in each]

    def __bool__(self) -> bool:
        return bool(self._of_names or self._of_paths)

    def match(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return any(each.match(name) for each in self._of_names) or any(each.match(path) for each in self._of_paths)


def _expression(pattern: str) -> "re.Pattern[str]":
    expression = re.escape(pattern.strip("/"))
    for theirs, ours in ((r"\*\*/", "(?:.*/)?"), (r"\*\*", ".*"), (r"\*", "[^/]*"), (r"\?", "[^/]")):
        expression = expression.replace(theirs, ours)
    return re.compile(expression + r"\Z", re.DOTALL)


class Filter:
    """Which files to take, by their paths relative to the folder that was given; excluded folders are not entered."""

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = Patterns(include)
        self._exclude = Patterns(exclude)

    def takes(self, path: str) -> bool:
        return not self.excludes(path) and (not self._include or self._include.match(path))

    def excludes(self, path: str) -> bool:
        return self._exclude.match(path)


class Gathering:
    """Looks for files, but not in the folder `besides`, the data folder, which has copies of all of them."""

    def __init__(
        self, filter: Filter, besides: Path | None = None, *, into_archives: bool = True, follow_links: bool = False
    ) -> None:
        """Without `follow_links`, a file in a folder that is a link out of that folder is none of its files: who may
        write there need not be allowed to read what it leads to."""
        self._filter = filter
        self._follow_links = follow_links
        self._besides = besides
        self._into_archives = into_archives

    def all(self, arguments: Iterable[str], *, listed_with_nul: bool = False) -> Iterator[Found | Unfit]:
        """The files that paths, patterns, and `-` (a list of paths on standard input) stand for."""
        for argument in arguments:
            if argument == FROM_STANDARD_INPUT:
                for path in _ended_by_nul(sys.stdin.buffer) if listed_with_nul else _lines(sys.stdin.buffer):
                    if b"\0" in path:
                        yield Unfit(shown(os.fsdecode(path)), "the list has NULs: add -0", failed=True)
                    elif path:
                        yield from self.below(os.fsdecode(path))
            elif glob.has_magic(argument) and not os.path.lexists(argument):
                yield from self._matching(argument)
            else:
                yield from self.below(argument)

    def below(self, path: str) -> Iterator[Found | Unfit]:
        """A file, or every file in a folder, that was asked for by name."""
        folder, name = os.path.split(os.path.abspath(path))
        real = os.path.join(os.path.realpath(folder), name)  # a file that is a link keeps its own name
        if not os.path.isdir(real):
            yield from self._file(real, name, partial(os.stat, real), partial(open_regular, real), named=True)
            return
        try:
            tree = Tree(os.path.realpath(real))
        except OSError as error:
            yield Unfit(shown(real), sentence(error), failed=True)
        else:
            yield from self._folder(tree)

    def _matching(self, pattern: str) -> Iterator[Found | Unfit]:
        tree = None
        try:
            for path in glob.iglob(pattern, recursive=True):
                tree = tree or Tree(os.path.realpath(_without_magic(pattern)))
                yield from self._match(tree, path)
        except OSError as error:
            yield Unfit(shown(pattern), sentence(error), failed=True)
        except RecursionError:  # for each folder it calls itself
            yield Unfit(shown(pattern), TOO_DEEP, failed=True)
        else:
            if not tree:
                yield Unfit(shown(pattern), "nothing matches this pattern", failed=True)

    def _match(self, tree: Tree, path: str) -> Iterator[Found | Unfit]:
        real = os.path.realpath(path)
        if not os.path.isdir(real):
            name = os.path.basename(path)
            yield from self._link(tree, os.path.join(os.path.realpath(os.path.dirname(path)), name), name)
        elif tree.has(real):
            yield from self._folder(tree, tree.relative(real))
        elif self._follow_links:
            yield from self.below(path)
        else:
            yield Unfit(shown(path), LEADS_OUT, failed=False)

    def _folder(self, tree: Tree, start: str = "") -> Iterator[Found | Unfit]:
        besides = self._identity_besides()
        folders = [start]
        while folders:
            folder = folders.pop()
            try:
                with tree.folder(folder) as descriptor, os.scandir(descriptor) as entries:
                    if folder != start and identity(os.fstat(descriptor)) == besides:
                        continue
                    for entry in entries:
                        inner = os.path.join(folder, entry.name)
                        relative = inner[len(start) :].lstrip("/")
                        if is_passed_over(entry.name) or self._filter.excludes(relative):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(inner)
                        else:
                            yield from self._entry(entry, tree, inner, relative)
            except (OSError, Invalid) as error:
                yield Unfit(shown(os.path.join(tree.path, folder)), sentence(error), failed=True)

    def _identity_besides(self) -> Identity | None:
        try:
            return identity(os.stat(self._besides)) if self._besides else None
        except OSError:  # it is not made yet
            return None

    def _entry(self, entry: "os.DirEntry[str]", tree: Tree, inner: str, relative: str) -> Iterator[Found | Unfit]:
        path = os.path.join(tree.path, inner)
        if not entry.is_symlink():
            status = partial(entry.stat, follow_symlinks=False)
            yield from self._file(path, relative, status, partial(tree.open, inner), named=False)
        elif os.path.isdir(path):  # following such links may never end
            yield Unfit(shown(path), "links to folders are not followed: name the folder itself", failed=False)
        else:
            yield from self._link(tree, path, relative)

    def _link(self, tree: Tree, path: str, relative: str) -> Iterator[Found | Unfit]:
        """A file that may be a link, or be reached through one. Where it leads is looked up once."""
        real = os.path.realpath(path)
        if tree.has(real):
            opened = partial(tree.open, tree.relative(real))
        elif self._follow_links:
            opened = partial(open_regular, path)
        else:
            yield Unfit(shown(path), LEADS_OUT, failed=False)
            return
        yield from self._file(path, relative, partial(os.stat, path), opened, named=False)

    def _file(
        self,
        path: str,
        relative: str,
        look: Callable[[], os.stat_result],
        opened: Callable[[], BinaryIO],
        *,
        named: bool,
    ) -> Iterator[Found | Unfit]:
        try:
            status = look()
        except FileNotFoundError as error:
            yield Unfit(shown(path), "gone, or a link that leads nowhere" if not named else sentence(error), named)
            return
        except OSError as error:
            yield Unfit(shown(path), sentence(error), failed=True)
            return
        into = self._into_archives and is_archive(path)
        if self._filter.excludes(relative) if into else not self._filter.takes(relative):
            return
        name = shown(os.path.basename(path))
        if into and stat.S_ISREG(status.st_mode):
            yield from self._archive(path, relative, opened)
        elif (reason := _why_not(name, status)) is not None:
            yield Unfit(shown(path), reason, failed=named)
        else:
            yield Found(shown(path), name, status.st_size, status.st_mtime_ns, opened, relative=relative)

    def _archive(self, path: str, relative: str, opened: Callable[[], BinaryIO]) -> Iterator[Found | Unfit]:
        def wanted(name: str) -> bool:
            if any(is_passed_over(part) for part in name.split("/") if part not in (".", "..")):
                return False
            folders = PurePosixPath(relative, name.lstrip("/")).parents
            excluded = any(self._filter.excludes(str(folder)) for folder in folders)
            return not excluded and self._filter.takes(f"{relative}/{name}")

        try:
            archive = opened()
            mtime_ns = os.fstat(archive.fileno()).st_mtime_ns
            for member in members(archive, path, wanted):
                inner = shown(f"{path}/{member.name}")
                name = shown(member.name)
                if member.refusal:
                    yield Unfit(inner, member.refusal, failed=True)
                elif not member.size or not _supported(name):
                    yield Unfit(inner, _unsupported(name) if member.size else EMPTY, failed=False)
                else:
                    yield Found(inner, name, member.size, mtime_ns, member.open, in_archive=True)
        except (OSError, Invalid) as error:
            yield Unfit(shown(path), sentence(error), failed=True)


def _lines(source: BinaryIO) -> Iterator[bytes]:
    return (line.rstrip(b"\r\n") for line in source)


def _ended_by_nul(source: BinaryIO) -> Iterator[bytes]:
    """What NULs are between, which no path holds, while it may hold the end of a line."""
    rest = b""
    while piece := os.read(source.fileno(), READ_BYTES):
        *whole, rest = (rest + piece).split(b"\0")
        yield from whole
    yield rest


def _without_magic(pattern: str) -> str:
    """The folder that a pattern is about: all of its path before the first part that has a wildcard."""
    while glob.has_magic(pattern):
        pattern = os.path.dirname(pattern)
    return pattern or "."


def shown(path: str) -> str:
    """A path as text; bytes that are not UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def sentence(error: OSError | Invalid) -> str:
    if isinstance(error, Invalid):
        return error.message
    return (error.strerror or str(error)).lower()


def _why_not(name: str, status: os.stat_result) -> str | None:
    if not stat.S_ISREG(status.st_mode):
        return NOT_REGULAR
    if not _supported(name):
        return _unsupported(name)
    return None if status.st_size else EMPTY


def _supported(name: str) -> bool:
    return Path(name).suffix.lower() in CONVERTERS


def _unsupported(name: str) -> str:
    return unsupported(Path(name).suffix.lower())


def is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in PASSED_OVER
