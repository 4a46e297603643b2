"""PostgreSQL, from the packages of the system."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.processes import free_port

USER = "postgres"  # it refuses to run as root
SECONDS = 60
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "fsync": "off",  # no test cuts the power
    "max_locks_per_transaction": "256",
}


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its URL, while it runs in a new folder, whose parents everyone may enter."""
    data, port = made(folder), free_port()
    with server(data, port):
        yield new_database(port)


def made(folder: Path) -> Path:
    """What a server needs, in a new folder."""
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    data = folder / "data"
    initdb = ["--pgdata", str(data), "--username", "rag", "--auth", "trust", "--encoding", "UTF8", "--no-sync"]
    subprocess.run([binary("initdb"), *initdb, "--locale", "C.UTF-8"], check=True, capture_output=True, **_user())
    return data


def new_database(port: int) -> str:
    """The URL of a database with nothing in it."""
    url = f"postgresql://rag@127.0.0.1:{port}"
    subprocess.run([binary("createdb"), "--maintenance-db", f"{url}/postgres", "rag"], check=True)
    return f"{url}/rag"


@contextmanager
def server(data: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The process on what was made, at this port: as often as one likes, one after the other."""
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    log = data.parent / "log.txt"
    with log.open("ab") as said:
        process = subprocess.Popen(
            [binary("postgres"), "-D", str(data), "-p", str(port), *options],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            **_user(),
        )
    try:
        _wait(process, port, log)
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # which it takes for an order to end at once, and in order
        process.wait(SECONDS)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    ready = [binary("pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if subprocess.run(ready).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def binary(name: str) -> str:
    """The path of one of its programs."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: on Debian and Ubuntu, it is the package postgresql.")
    return found


def _user() -> dict[str, Any]:
    return {"user": USER, "group": USER, "extra_groups": [], "cwd": "/"} if os.geteuid() == 0 else {}
