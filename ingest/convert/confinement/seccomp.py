"""The filter through which the kernel passes each system call of this process: seccomp."""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator, Sequence

from ingest.convert.confinement.kernel import NotConfined, call_libc, libc
from ingest.convert.confinement.system_calls import (
    CLONE3,
    DENIED,
    FCNTL,
    FIRST_UNKNOWN,
    IOCTL,
    KILL,
    OPEN,
    OPENAT,
    OPENAT2,
    PRCTL,
    PRLIMIT64,
    TGKILL,
    TKILL,
    Denied,
)

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY = 8, 10, 15, 1024, 1026
TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX = 0x5401, 0x5413, 0x541B, 0x5421, 0x5451, 0x5450

# <linux/prctl.h>, <linux/seccomp.h>, <linux/audit.h>, <linux/filter.h>
PR_SET_SECCOMP = 22
PR_SET_NAME, PR_GET_NAME, PR_SET_VMA = 15, 16, 0x53564D41
SECCOMP_MODE_FILTER = 2
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE = 0, 4  # where a filter finds them; then, eight bytes each, the arguments
PERMISSION = ERRNO | errno.EPERM
NO_SUCH_CALL = ERRNO | errno.ENOSYS


def check() -> None:
    """Raise `NotConfined` where there is none; this process stays as it is."""
    _architecture()
    call_libc(libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, None, 0, 0), "seccomp", unless=errno.EFAULT)


def filter_calls() -> None:
    program = b"".join(_filter(_architecture(), os.getpid()))
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(instructions))
    call_libc(libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0), "seccomp")


def _architecture() -> str:
    machine = platform.machine()
    if machine not in ARCHITECTURES or sys.maxsize < 2**32:
        raise NotConfined(f"seccomp (its filter is not written for {machine})")
    return machine


def _filter(machine: str, pid: int) -> Iterator[bytes]:
    """The instructions for the kernel. A jump is how many of them are skipped if a comparison is true, and if not."""

    def number(call: Denied) -> int | None:
        return call.x86_64 if machine == "x86_64" else call.aarch64

    def only_for(call: Denied, *body: bytes) -> Iterator[bytes]:
        if (its := number(call)) is not None:
            yield _step(EQUAL, its, 0, len(body))
            yield from body

    yield _step(LOAD, ARCHITECTURE)
    yield _step(EQUAL, ARCHITECTURES[machine], 1, 0)
    yield _step(RETURN, KILL_PROCESS)  # a call of the 32-bit variant has other numbers
    yield _step(LOAD, NUMBER)
    yield from (_step(AT_LEAST, FIRST_UNKNOWN, 0, 1), _step(RETURN, NO_SUCH_CALL))
    for call in (CLONE3, OPENAT2):
        yield from only_for(call, _step(RETURN, NO_SUCH_CALL))
    for call in DENIED.values():
        yield from only_for(call, _step(RETURN, PERMISSION))
    yield from only_for(OPEN, *_unless_any_bit(1, WRITING))
    yield from only_for(OPENAT, *_unless_any_bit(2, WRITING))
    for call in (KILL, TKILL, TGKILL):
        yield from only_for(call, *_only(0, [pid]))
    # The kernel wants a pointer to the new limits, of two words.
    new_limits = [_step(LOAD, _argument(2)), _step(EQUAL, 0, 1, 0), _step(RETURN, PERMISSION)]
    new_limits += [_step(LOAD, _argument(2) + 4), _step(EQUAL, 0, 1, 0), _step(RETURN, PERMISSION)]
    yield from only_for(PRLIMIT64, *new_limits, *_only(0, [0, pid]))
    yield from only_for(FCNTL, *_except(1, [F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY]))
    yield from only_for(IOCTL, *_only(1, [TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX]))
    yield from only_for(PRCTL, *_only(0, [PR_SET_NAME, PR_GET_NAME, PR_SET_VMA]))
    yield _step(RETURN, ALLOW)


def _only(argument: int, values: Sequence[int]) -> list[bytes]:
    """Allow the call if the argument is one of these."""
    compared = [_step(EQUAL, value, len(values) - place, 0) for place, value in enumerate(values)]
    return [_step(LOAD, _argument(argument)), *compared, _step(RETURN, PERMISSION), _step(RETURN, ALLOW)]


def _except(argument: int, values: Sequence[int]) -> list[bytes]:
    """Allow the call unless the argument is one of these."""
    compared = [_step(EQUAL, value, len(values) - place, 0) for place, value in enumerate(values)]
    return [_step(LOAD, _argument(argument)), *compared, _step(RETURN, ALLOW), _step(RETURN, PERMISSION)]


def _unless_any_bit(argument: int, bits: int) -> list[bytes]:
    return [
        _step(LOAD, _argument(argument)),
        _step(ANY_BIT, bits, 0, 1),
        _step(RETURN, PERMISSION),
        _step(RETURN, ALLOW),
    ]


def _argument(place: int) -> int:
    """Where its lower word lies, on machines that store this one first, as all of `ARCHITECTURES` do."""
    return 16 + 8 * place


def _step(operation: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", operation, if_so, if_not, value)
