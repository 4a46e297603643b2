"""What a file that has taken its process over would try: each of `ATTEMPTS` raises `OSError` if it is not let.

Run within the sandbox; `Target` says against whom.
"""

import ctypes
import errno
import fcntl
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ingest.convert.confinement import landlock
from ingest.convert.confinement.system_calls import DENIED

PTRACE_SEIZE = 0x4206
CLONE_NEWUSER = 0x10000000
CLONE_VM, CLONE_SIGHAND, CLONE_THREAD = 0x100, 0x800, 0x10000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
IO_URING_SETUP, PIDFD_OPEN, OPENAT2 = 425, 434, 437  # the same numbers everywhere


class Target(NamedTuple):
    server: int  # id of a process
    store: str  # a folder, in it `records.db`
    port: int  # where somebody listens
    socket: str  # the same, in the file system


def libc(function: str, *arguments: object) -> None:
    result = getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), function)


def record(target: Target) -> str:
    return f"{target.store}/records.db"


def connect(family: int, kind: int, address: object) -> None:
    with socket.socket(family, kind) as connection:
        connection.connect(address)  # type: ignore[arg-type]


def send_signals_by_descriptor(target: Target) -> None:
    ours, _ = os.pipe()
    fcntl.fcntl(ours, fcntl.F_SETOWN, target.server)


def vm_read(target: Target) -> None:
    libc("process_vm_readv", target.server, None, 0, None, 0, 0)


def raise_limit(kind: int) -> None:
    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def start_a_thread(_: Target) -> None:
    try:
        threading.Thread(target=time.sleep, args=[0]).start()
    except RuntimeError as error:  # by which Python says that it could not
        raise OSError(errno.EPERM, str(error)) from error


def clone_a_thread(_: Target) -> None:
    """As a thread of libc's is made, but in place: it cannot go on."""
    flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD
    libc("syscall", DENIED["clone"][platform.machine() != "x86_64"], flags, None, None, None, None)


ATTEMPTS: dict[str, Callable[[Target], object]] = {
    # Landlock
    "read a file of the server": lambda target: Path(record(target)).read_bytes(),
    "list the files of the server": lambda target: os.listdir(target.store),
    "read the environment of the server": lambda target: Path(f"/proc/{target.server}/environ").read_bytes(),
    "read the memory of the server": lambda target: os.open(f"/proc/{target.server}/mem", os.O_RDONLY),
    "read where the memory of the server lies": lambda target: os.open(f"/proc/{target.server}/maps", os.O_RDONLY),
    "read the arguments of the server": lambda target: Path(f"/proc/{target.server}/cmdline").read_bytes(),
    "read a secret of the system": lambda target: Path("/etc/passwd").read_bytes(),
    "read a mounted table": lambda target: Path("/proc/self/mountinfo").read_bytes(),
    # Landlock, and seccomp
    "overwrite": lambda target: os.open(record(target), os.O_RDWR),
    "append": lambda target: os.open(record(target), os.O_WRONLY | os.O_APPEND),
    "create": lambda target: os.open(f"{target.store}/new", os.O_WRONLY | os.O_CREAT),
    "write to its own memory by name": lambda target: os.open("/proc/self/mem", os.O_RDWR),
    "open it by another call": lambda target: libc("syscall", OPENAT2, -100, record(target).encode(), bytes(24), 24),
    "delete": lambda target: os.unlink(record(target)),
    "truncate": lambda target: os.truncate(record(target), 0),
    "rename": lambda target: os.rename(record(target), f"{target.store}/other"),
    "make a folder": lambda target: os.mkdir(f"{target.store}/folder"),
    "delete the folder": lambda target: os.rmdir(f"{target.store}/empty"),
    "link": lambda target: os.link(record(target), f"{target.store}/link"),
    "link symbolically": lambda target: os.symlink("/etc", f"{target.store}/symlink"),
    "make a pipe in the file system": lambda target: os.mkfifo(f"{target.store}/pipe"),
    # seccomp
    "change the mode": lambda target: os.chmod(record(target), 0o777),
    "change the owner": lambda target: os.chown(record(target), os.getuid(), os.getgid()),
    "change the times": lambda target: os.utime(record(target)),
    "add an attribute": lambda target: os.setxattr(record(target), "user.x", b"x"),
    "watch the folder": lambda target: libc("inotify_init"),
    "attach": lambda target: libc("ptrace", PTRACE_SEIZE, target.server, None, None),
    "read the memory by a call": vm_read,
    "kill": lambda target: os.kill(target.server, 9),
    "kill the parent": lambda target: os.kill(os.getppid(), 9),
    "kill all": lambda target: os.kill(-1, 9),
    "kill the group": lambda target: os.kill(0, 9),
    "signal by a descriptor": send_signals_by_descriptor,
    "take hold of the process": lambda target: libc("syscall", PIDFD_OPEN, target.server, 0),
    "slow it down": lambda target: os.setpriority(os.PRIO_PROCESS, target.server, 19),
    "bind it to a processor": lambda target: os.sched_setaffinity(target.server, [0]),
    "limit it": lambda target: resource.prlimit(target.server, resource.RLIMIT_NOFILE, (0, 0)),
    "connect": lambda target: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", target.port)),
    "connect in the file system": lambda target: connect(socket.AF_UNIX, socket.SOCK_STREAM, target.socket),
    "send a datagram": lambda target: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
    "listen": lambda target: socket.create_server(("127.0.0.1", 0)),
    "make a pair of sockets": lambda target: socket.socketpair(),
    "run a shell": lambda target: subprocess.run(["/bin/sh", "-c", "true"]),
    "become a shell": lambda target: os.execv("/bin/sh", ["sh"]),
    "spawn": lambda target: os.posix_spawn("/bin/true", ["true"], {}),
    "fork": lambda target: os.fork() or os._exit(0),
    "start a thread": start_a_thread,
    "start a thread by a call": clone_a_thread,
    "more processor time": lambda target: raise_limit(resource.RLIMIT_CPU),
    "more memory": lambda target: raise_limit(resource.RLIMIT_AS),
    "longer files": lambda target: raise_limit(resource.RLIMIT_FSIZE),
    "go before others": lambda target: os.nice(-5),
    "outlive the server": lambda target: libc("prctl", PR_SET_PDEATHSIG, 0, 0, 0, 0),
    "let itself be read": lambda target: libc("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0),
    "keep memory elsewhere": lambda target: os.memfd_create("x"),
    "keep memory for ever": lambda target: libc("shmget", 0, 1 << 20, 0o1600),
    "another namespace": lambda target: libc("unshare", CLONE_NEWUSER),
    "ask for input and output unseen": lambda target: libc("syscall", IO_URING_SETUP, 1, bytes(120)),
}
BY_LANDLOCK = frozenset(list(ATTEMPTS)[:8])


def attempt(name: str, *target: object) -> None:
    """Raises `ValueError` if it was let, or failed for another reason."""
    try:
        ATTEMPTS[name](Target(*target))  # type: ignore[arg-type]
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EACCES, errno.ENOSYS}:
            raise ValueError(f"failed with {error}") from error
    except ValueError as error:
        if "not allowed to raise" not in str(error):  # as `resource` calls it
            raise
    else:
        raise ValueError("did it")


def change_by_descriptor(file: BinaryIO) -> list[str]:
    """What can be done to the file that is read."""
    done = []
    changes: dict[str, Callable[[], Any]] = {
        "write": lambda: os.write(file.fileno(), b"x"),
        "truncate": lambda: os.ftruncate(file.fileno(), 0),
        "mode": lambda: os.fchmod(file.fileno(), 0o777),
        "times": lambda: os.utime(file.fileno()),
        "open anew": lambda: os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDWR),
        "open it and its neighbours": lambda: os.open(
            os.path.dirname(os.readlink(f"/proc/self/fd/{file.fileno()}")), 0
        ),
    }
    for name, change in changes.items():
        try:
            change()
            done.append(name)
        except OSError:
            pass
    return done


def read(file: BinaryIO) -> str:
    return file.read().decode()


def spin_without_timers() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in (signal.SIGXCPU, signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def without_landlock() -> None:
    """For the fork server: as on a kernel that has none."""
    landlock.CREATE_RULESET = 100_000


def send(message: str, pause: float = 0) -> None:
    """Bytes in place of an answer; with a pause, then nothing."""
    channel = next(number for number in range(3, 64) if _is_socket(number))
    os.write(channel, bytes.fromhex(message))
    time.sleep(pause)
    sys.exit()


def send_values(number: int, before: str, after: str) -> None:
    """So many empty values within an answer."""
    answer = before.encode() + b"{}," * (number - 1) + b"{}" + after.encode()
    channel = next(number for number in range(3, 64) if _is_socket(number))
    os.write(channel, len(answer).to_bytes(8, "little"))
    left = memoryview(answer)
    while left:
        left = left[os.write(channel, left) :]
    sys.exit()


def _is_socket(number: int) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
    except OSError:
        return False
