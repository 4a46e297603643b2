"""What the kernel takes from a process that parses files: Landlock the files it could open, seccomp most other calls.

Both are put on by the process itself, need no rights, and cannot be taken off again. Landlock says which files can be
opened, and that no TCP connection is made. The seccomp filter answers calls with "not permitted"; it denies what a
parser has no use for and lets pass what is left, since libraries and versions of libc differ in what they use of the
harmless rest. Of calls that came after Linux 6.3 it says that there are none, as older kernels do, so nothing new is
open by oversight. What stays open: to look whether a path exists, to read the folders of `readable`, to use processor
and memory up to the limits, and to answer with lies.

The packages for this would not do: `landlock` is an alpha that knows neither the network nor scopes; `pyseccomp` was
last released in 2021, and needs libseccomp, which slim images lack.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

Mode = Literal["auto", "require", "off"]


class Denied(NamedTuple):
    """A system call by its numbers on x86_64 and on aarch64, which has not all of them."""

    x86_64: int
    aarch64: int | None = None


# No program and no thread is started, and no other process looked into, signalled or slowed down. No limit that holds
# for root, too, counts threads, and their stacks in the kernel are not among the memory that is limited.
PROCESSES = {
    "clone": Denied(56, 220),
    "fork": Denied(57),
    "vfork": Denied(58),
    "execve": Denied(59, 221),
    "execveat": Denied(322, 281),
    "ptrace": Denied(101, 117),
    "process_vm_readv": Denied(310, 270),
    "process_vm_writev": Denied(311, 271),
    "process_madvise": Denied(440, 440),
    "process_mrelease": Denied(448, 448),
    "kcmp": Denied(312, 272),
    "pidfd_open": Denied(434, 434),
    "pidfd_getfd": Denied(438, 438),
    "pidfd_send_signal": Denied(424, 424),
    "rt_sigqueueinfo": Denied(129, 138),
    "rt_tgsigqueueinfo": Denied(297, 240),
    "setpriority": Denied(141, 140),
    "ioprio_set": Denied(251, 30),
    "sched_setscheduler": Denied(144, 119),
    "sched_setparam": Denied(142, 118),
    "sched_setattr": Denied(314, 274),
    "sched_setaffinity": Denied(203, 122),
    "migrate_pages": Denied(256, 238),
    "move_pages": Denied(279, 239),
    "setpgid": Denied(109, 154),
    "setsid": Denied(112, 157),
}
LIMITS = {"setrlimit": Denied(160, 164)}
NETWORK = {  # nor sockets in the file system, which Landlock does not know
    "socket": Denied(41, 198),
    "socketpair": Denied(53, 199),
    "connect": Denied(42, 203),
    "bind": Denied(49, 200),
    "listen": Denied(50, 201),
    "accept": Denied(43, 202),
    "accept4": Denied(288, 242),
}
FILES = {  # nothing is changed, not even by the descriptor of the file that is read, nor its owner, mode and times
    "creat": Denied(85),
    "truncate": Denied(76, 45),
    "ftruncate": Denied(77, 46),
    "fallocate": Denied(285, 47),
    "rename": Denied(82),
    "renameat": Denied(264, 38),
    "renameat2": Denied(316, 276),
    "link": Denied(86),
    "linkat": Denied(265, 37),
    "symlink": Denied(88),
    "symlinkat": Denied(266, 36),
    "unlink": Denied(87),
    "unlinkat": Denied(263, 35),
    "rmdir": Denied(84),
    "mkdir": Denied(83),
    "mkdirat": Denied(258, 34),
    "mknod": Denied(133),
    "mknodat": Denied(259, 33),
    "chmod": Denied(90),
    "fchmod": Denied(91, 52),
    "fchmodat": Denied(268, 53),
    "chown": Denied(92),
    "fchown": Denied(93, 55),
    "lchown": Denied(94),
    "fchownat": Denied(260, 54),
    "utime": Denied(132),
    "utimes": Denied(235),
    "utimensat": Denied(280, 88),
    "futimesat": Denied(261),
    "setxattr": Denied(188, 5),
    "lsetxattr": Denied(189, 6),
    "fsetxattr": Denied(190, 7),
    "removexattr": Denied(197, 14),
    "lremovexattr": Denied(198, 15),
    "fremovexattr": Denied(199, 16),
    "chroot": Denied(161, 51),
    "name_to_handle_at": Denied(303, 264),  # which Landlock would not see used
    "open_by_handle_at": Denied(304, 265),
    "inotify_init": Denied(253),  # the names of others' files
    "inotify_init1": Denied(294, 26),
    "inotify_add_watch": Denied(254, 27),
    "fanotify_init": Denied(300, 262),
    "fanotify_mark": Denied(301, 263),
    "flock": Denied(73, 32),
    "sync": Denied(162, 81),
    "syncfs": Denied(306, 267),
}
MEMORY = {  # that is outside the process, where no limit counts it, and stays when the process ends
    "memfd_create": Denied(319, 279),
    "memfd_secret": Denied(447, 447),
    "shmget": Denied(29, 194),
    "shmat": Denied(30, 196),
    "shmctl": Denied(31, 195),
    "semget": Denied(64, 190),
    "semop": Denied(65, 193),
    "semtimedop": Denied(220, 192),
    "semctl": Denied(66, 191),
    "msgget": Denied(68, 186),
    "msgsnd": Denied(69, 189),
    "msgrcv": Denied(70, 188),
    "msgctl": Denied(71, 187),
    "mq_open": Denied(240, 180),
    "mq_unlink": Denied(241, 181),
}
KERNEL = {  # large parts of the kernel in which faults were found, and what root may do
    "io_uring_setup": Denied(425, 425),  # which would do all of the above unfiltered
    "io_uring_enter": Denied(426, 426),
    "io_uring_register": Denied(427, 427),
    "io_setup": Denied(206, 0),  # which takes of what all processes have together
    "io_submit": Denied(209, 2),
    "bpf": Denied(321, 280),
    "perf_event_open": Denied(298, 241),
    "userfaultfd": Denied(323, 282),
    "keyctl": Denied(250, 219),
    "add_key": Denied(248, 217),
    "request_key": Denied(249, 218),
    "mount": Denied(165, 40),
    "umount2": Denied(166, 39),
    "pivot_root": Denied(155, 41),
    "fsopen": Denied(430, 430),
    "fsconfig": Denied(431, 431),
    "fsmount": Denied(432, 432),
    "fspick": Denied(433, 433),
    "move_mount": Denied(429, 429),
    "open_tree": Denied(428, 428),
    "mount_setattr": Denied(442, 442),
    "unshare": Denied(272, 97),
    "setns": Denied(308, 268),
    "init_module": Denied(175, 105),
    "finit_module": Denied(313, 273),
    "delete_module": Denied(176, 106),
    "kexec_load": Denied(246, 104),
    "kexec_file_load": Denied(320, 294),
    "reboot": Denied(169, 142),
    "swapon": Denied(167, 224),
    "swapoff": Denied(168, 225),
    "acct": Denied(163, 89),
    "quotactl": Denied(179, 60),
    "quotactl_fd": Denied(443, 443),
    "syslog": Denied(103, 116),
    "settimeofday": Denied(164, 170),
    "clock_settime": Denied(227, 112),
    "clock_adjtime": Denied(305, 266),
    "adjtimex": Denied(159, 171),
    "sethostname": Denied(170, 161),
    "setdomainname": Denied(171, 162),
    "iopl": Denied(172),
    "ioperm": Denied(173),
    "modify_ldt": Denied(154),
    "vhangup": Denied(153, 58),
    "personality": Denied(135, 92),
}
DENIED: Mapping[str, Denied] = PROCESSES | LIMITS | NETWORK | FILES | MEMORY | KERNEL

# Denied by their arguments:
OPEN, OPENAT = Denied(2), Denied(257, 56)  # for writing
KILL, TKILL, TGKILL = Denied(62, 129), Denied(200, 130), Denied(234, 131)  # others; a library may abort
PRLIMIT64 = Denied(302, 261)  # to set, or of others
FCNTL = Denied(72, 25)  # by which a descriptor sends signals to others
IOCTL = Denied(16, 29)  # all but those by which files are read
PRCTL = Denied(157, 167)  # all but the names of threads and of memory
# Said not to be there, as their flags lie where a filter cannot look: libc then uses `clone` and `openat`.
CLONE3, OPENAT2 = Denied(435, 435), Denied(437, 437)
FIRST_UNKNOWN = 451  # of Linux 6.4; and all numbers of the x32 variant of x86_64

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY = 8, 10, 15, 1024, 1026
TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX = 0x5401, 0x5413, 0x541B, 0x5421, 0x5451, 0x5450

# <linux/prctl.h>, <linux/seccomp.h>, <linux/audit.h>, <linux/filter.h>
PR_SET_DUMPABLE, PR_GET_SECCOMP, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 21, 22, 38
PR_SET_NAME, PR_GET_NAME, PR_SET_VMA = 15, 16, 0x53564D41
SECCOMP_MODE_FILTER = 2
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE = 0, 4  # where a filter finds them; then, eight bytes each, the arguments
PERMISSION = ERRNO | errno.EPERM
NO_SUCH_CALL = ERRNO | errno.ENOSYS

# <linux/landlock.h>, whose calls have the same numbers everywhere
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION, RULE_PATH_BENEATH = 1, 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
# How many rights there are to files and folders from each version of Landlock on: 2 has moves between folders, 3
# truncation, 5 control of devices. All of them are taken.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
TCP_FROM, TCP = 4, 0b11  # to bind and to connect
SCOPED_FROM, SCOPED = 6, 0b11  # no abstract sockets and no signals of others

CAPABILITY_VERSION = 0x20080522

# What a parser reads of the system: libraries, time zones, fonts that a PDF does not bring along, models of languages.
OF_THE_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/etc/mime.types",
    "/usr/share/zoneinfo",
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/X11/fonts",
    "/sys/devices/system/cpu",
    "/dev/null",
    "/dev/urandom",
)
PACKAGES = ("site-packages", "dist-packages")  # how folders of packages are called


class NotConfined(Exception):
    """The kernel does not do it; the message names what and why."""


def missing() -> list[str]:
    """What the kernel does not have of this, as in `Landlock (Function not implemented)`; found without changing this
    process."""
    if sys.platform != "linux":
        return ["Landlock and seccomp (they are Linux's)"]
    lacking = []
    try:
        _landlock_version()
    except NotConfined as error:
        lacking.append(str(error))
    try:
        _architecture()
        _call(_libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, None, 0, 0), "seccomp", unless=errno.EFAULT)
    except NotConfined as error:
        lacking.append(str(error))
    return lacking


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
    lacking = []
    _drop_capabilities()
    _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # no core, and nobody looks in whom the kernel does not let
    for put_on in (partial(_landlock, readable), _seccomp):
        try:
            put_on()
        except NotConfined as error:
            lacking.append(str(error))
    return lacking


def readable() -> list[str]:
    """The files and folders that the interpreter and its packages may still read, with those of `TESSDATA_PREFIX`.

    Of other folders that modules are imported from, such as the working directory, only the packages and modules in it:
    documents and `.env` may lie beside them.
    """
    paths = list(OF_THE_SYSTEM) + os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    paths += [os.environ.get("TESSDATA_PREFIX", "")]
    paths += [str(Path(__file__).parents[1])]  # a checkout that is installed need not be on `sys.path`
    paths += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}:
        paths += [f"{prefix}/lib", f"{prefix}/lib64", f"{prefix}/share/tessdata"]
    for entry in map(Path, filter(None, sys.path)):
        paths += [str(entry)] if entry.name in PACKAGES or entry.suffix == ".zip" else map(str, _modules(entry))
    real = {os.path.realpath(path) for path in paths if path and os.path.exists(path)}
    return sorted(path for path in real if not any(str(parent) in real for parent in Path(path).parents))


def _modules(folder: Path) -> Iterator[Path]:
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.suffix in {".py", ".so"} or (path / "__init__.py").exists():
            yield path


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(result: int, what: str, unless: int = 0) -> int:
    """The result of a call of libc's. Raises `NotConfined` if it is -1, unless for that reason."""
    if result == -1 and (error := ctypes.get_errno()) != unless:
        raise NotConfined(f"{what} ({os.strerror(error)})")
    return result


def _drop_capabilities() -> None:
    """For who runs this as root."""
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    _libc().capset(header, bytes(24))


def _landlock_version() -> int:
    return _call(_libc().syscall(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION), "Landlock")


def _landlock(readable: Iterable[str]) -> None:
    libc, version = _libc(), _landlock_version()
    files = (1 << max(rights for since, rights in FILE_RIGHTS.items() if version >= since)) - 1
    attributes = struct.pack("Q", files)  # a kernel takes those that it knows
    attributes += struct.pack("Q", TCP) if version >= TCP_FROM else b""
    attributes += struct.pack("Q", SCOPED) if version >= SCOPED_FROM else b""
    rules = _call(libc.syscall(CREATE_RULESET, attributes, len(attributes), 0), "Landlock")
    try:
        for path in readable:
            try:
                beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:  # gone meanwhile, or not for this user
                continue
            rights = READ_FILE | READ_DIR if os.path.isdir(path) else READ_FILE
            rule = struct.pack("=Qi", rights, beneath)
            _call(libc.syscall(ADD_RULE, rules, RULE_PATH_BENEATH, rule, 0), "Landlock")
            os.close(beneath)
        _call(libc.syscall(RESTRICT_SELF, rules, 0), "Landlock")
    finally:
        os.close(rules)


def _architecture() -> str:
    machine = platform.machine()
    if machine not in ARCHITECTURES or sys.maxsize < 2**32:
        raise NotConfined(f"seccomp (its filter is not written for {machine})")
    return machine


def _seccomp() -> None:
    program = b"".join(_filter(_architecture(), os.getpid()))
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(instructions))
    _call(_libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0), "seccomp")


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
