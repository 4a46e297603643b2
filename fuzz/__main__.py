"""The command: targets run side by side, each in a process of its own; what makes one fail is kept in `fuzz/found/`.

With the same seed and versions a search tries the same inputs in the same order, where the system lets addresses be
fixed; a faster machine comes further.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz.target import NAMES, load

FOUND = Path(__file__).with_name("found")
SHOWN = 40  # lines of what a target says that failed
FIXED_ADDRESSES = ("setarch", "--addr-no-randomize")  # the search depends on them, and on the hashes of strings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"all without one: {', '.join(NAMES)}")
    parser.add_argument("--seconds", type=int, default=10, help="how long each runs (10)")
    parser.add_argument("--seed", type=int, default=1, help="of the search; 0 for another one each time (1)")
    parser.add_argument(
        "--corpus", type=Path, help="a folder in which to keep what was interesting, to go on from there"
    )
    parser.add_argument("--input", type=Path, help="check this one file, without a search: what was found before")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many at once (one a core)")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(NAMES):
        parser.error(f"there is no target {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    if options.input:
        for name in options.targets:
            load(name).check(options.input.read_bytes())
        return
    FOUND.mkdir(exist_ok=True)
    with TemporaryDirectory() as scratch, ThreadPoolExecutor(options.processes) as running:
        folder = options.corpus or Path(scratch)
        ended = list(
            running.map(lambda name: run(name, folder / name, options.seconds, options.seed), options.targets or NAMES)
        )
    sys.exit(not all(ended))


def run(name: str, corpus: Path, seconds: int, seed: int) -> bool:
    """Whether nothing was found."""
    corpus.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "fuzz.search", name, str(corpus), str(seconds), str(seed), f"{FOUND / name}-"]
    if seed and subprocess.run([*FIXED_ADDRESSES, "true"], capture_output=True).returncode == 0:
        command = [*FIXED_ADDRESSES, *command]
    ended = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=os.environ | ({"PYTHONHASHSEED": "0"} if seed else {}),
    )
    runs = re.search(r"Done (\d+) runs? in (\d+) second", ended.stdout)
    if ended.returncode == 0 and runs:
        print(f"{name}: {int(runs[1]):,} inputs in {runs[2]} s, nothing found", flush=True)
        return True
    said = "\n".join(ended.stdout.splitlines()[-SHOWN:])
    print(f"{name}: exit code {ended.returncode}; what was found is in {FOUND.name}/{name}-*\n{said}", flush=True)
    return False


if __name__ == "__main__":
    main()
