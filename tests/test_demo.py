"""What a newcomer types first."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_demo_answers_from_the_samples_and_names_its_sources() -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "rag_api.demo"], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )

    assert demo.returncode == 0, demo.stderr
    assert "[1] longitude.pdf, page 3" in demo.stdout
    assert "[1] metric-system.html" in demo.stdout
