"""What the kernel takes from a process that parses files: Landlock the files it could open, seccomp most other calls.

Both are put on by the process itself, need no rights, and cannot be taken off again. Landlock says which files can be
opened, and that no TCP connection is made. The seccomp filter answers calls with "not permitted"; it denies what a
parser has no use for and lets pass what is left, since libraries and versions of libc differ in what they use of the
harmless rest. Of calls that came after Linux 6.3 it says that there are none, as older kernels do, so nothing new is
open by oversight. What stays open: to look whether a path exists, to read the folders of `readable.py`, to use
processor and memory up to the limits, and to answer with lies.

The packages for this would not do: `landlock` is an alpha that knows neither the network nor scopes; `pyseccomp` was
last released in 2021, and needs libseccomp, which slim images lack.
"""

import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Literal

from ingest.convert.confinement import landlock, seccomp
from ingest.convert.confinement.kernel import NotConfined, libc

Mode = Literal["auto", "require", "off"]

PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38  # <linux/prctl.h>
CAPABILITY_VERSION = 0x20080522  # <linux/capability.h>


def missing() -> list[str]:
    """What the kernel does not have of this, as in `Landlock (Function not implemented)`; found without changing this
    process."""
    if sys.platform != "linux":
        return ["Landlock and seccomp (they are Linux's)"]
    return _not_possible([landlock.version, seccomp.check])


def advice(lacking: Sequence[str]) -> str:
    """What it means that these are missing, and what to do."""
    return (
        f"The kernel lacks {' and '.join(lacking)}: the processes that read files are limited in time and memory, but "
        "a file that takes one over could do all that the server may do. docs/operations.md says what to do about it"
    )


def confine(readable: Sequence[str]) -> list[str]:
    """Put both on this process, whose only thread calls this. Returns what could not be put on, as `missing` does."""
    if sys.platform != "linux":
        return missing()
    _drop_capabilities()
    libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # no core, and nobody looks in whom the kernel does not let
    return _not_possible([partial(landlock.restrict_files, readable), seccomp.filter_calls])


def _not_possible(steps: Iterable[Callable[[], object]]) -> list[str]:
    """Take each of the steps; why some could not be taken."""
    lacking = []
    for step in steps:
        try:
            step()
        except NotConfined as error:
            lacking.append(str(error))
    return lacking


def _drop_capabilities() -> None:
    """For who runs this as root."""
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    libc().capset(header, bytes(24))
