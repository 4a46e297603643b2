"""The locks of the extras can be installed together, as the image does."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
PIN = re.compile(r"^(?P<package>[\w.-]+)==(?P<version>\S+)(?: ; (?P<where>.*?))? \\$", re.MULTILINE)


def pins(lock: str) -> set[tuple[str, str, str]]:
    return {(pin["package"], pin["version"], pin["where"]) for pin in PIN.finditer((ROOT / lock).read_text())}


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_pins_what_all_pin(extra: str) -> None:
    """What both need is pinned alike; pip refuses two versions, and accepts one twice."""
    of_all, of_extra = pins("requirements.lock"), pins(f"requirements-{extra}.lock")
    assert len(of_all) > 50
    others = set[tuple[str, str, str]]().union(*(pins(f"requirements-{each}.lock") for each in EXTRAS), of_all)
    versions = {package: version for package, version, where in of_extra if not where}
    assert {pin for pin in others if not pin[2] and versions.get(pin[0], pin[1]) != pin[1]} == set()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert f"requirements-{extra}.lock" not in ignored
