"""What tests need to start real servers: a port nobody uses, and the moment a server answers."""

import socket
import subprocess
import time
from pathlib import Path

import httpx2


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Return at the first 200; raise with the end of the log when the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    with httpx2.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx2.TransportError:
                pass  # not listening yet
            time.sleep(0.05)
    state = "is still starting" if process.poll() is None else f"ended with {process.returncode}"
    raise RuntimeError(f"no answer from {url}; its process {state}:\n{log.read_text(errors='replace')[-4000:]}")
