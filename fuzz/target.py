"""What a parser is fuzzed with, and what has to hold for any bytes; the targets are the modules in `fuzz/targets/`."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.stem for path in Path(__file__).parent.glob("targets/[a-z]*.py"))
LONGEST_SEED = 4096
MIN_WORDS = 3  # characters; a shorter literal begins nothing


@dataclass(frozen=True)
class Target:
    check: Callable[[bytes], object]
    """Feeds the parser. Any exception is a finding, so it catches those that the parser may raise."""
    seeds: Iterable[bytes]
    tokens: Iterable[str] = ()
    """Words that the parser knows."""
    grows: bool = False
    """Whether the work is to be in proportion to the length, which is then tried with bytes that repeat."""


def load(name: str) -> Target:
    target: Target = import_module(f"fuzz.targets.{name}").TARGET
    return target


def literals(*tests: str) -> list[bytes]:
    """The texts and bytes that stand in the tests of a parser, as seeds."""
    found: dict[bytes, None] = {}
    for test in tests:
        for node in ast.walk(ast.parse((ROOT / test).read_bytes())):
            value = node.value if isinstance(node, ast.Constant) else None
            data = value.encode(errors="surrogatepass") if isinstance(value, str) else value
            if isinstance(data, bytes) and MIN_WORDS <= len(data) <= LONGEST_SEED:
                found[data] = None
    return list(found)


def first_difference(one: object, other: object) -> None:
    """Raise an error that shows both, if they differ."""
    if one != other:
        raise AssertionError(f"{one!r:.2000}\nis not\n{other!r:.2000}")
