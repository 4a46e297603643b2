"""Where each program is installed, with the versions that stand beside this module."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[1] / "build/peers"


def install(name: str, python: str) -> None:
    """Unless it is there with these versions."""
    lock, folder = HERE / f"requirements-{name}.txt", ENVIRONMENTS / name
    installed = folder / "installed.txt"
    if installed.exists() and installed.read_text() == lock.read_text():
        return
    print(f"Installing {name} into {folder} ...", file=sys.stderr)
    subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(python_of(name)), "-m", "pip", "--quiet", "install"]
    subprocess.run([*pip, "--requirement", str(lock)], check=True)
    installed.write_text(lock.read_text())


def python_of(name: str) -> Path:
    return ENVIRONMENTS / name / "bin/python"
