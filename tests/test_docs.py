"""What the documents say of this repository: each file, module and section that they name is there, the rooms, and the
version."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_layout import ROOMS

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/*.md"), *ROOT.glob("tests/data/*.md")])

TOP = r"(?:ingest|rag_api|tests|benchmarks|fuzz|deploy|docs|data|\.ci)"
PATH = re.compile(rf"(?<![\w./*-]){TOP}/[\w./-]*(?![\w*])")
MODULE = re.compile(r"(?<![\w./-])(?:ingest|rag_api|benchmarks)(?:\.(?!md\b)\w+)+")
MODULE_FILE = re.compile(r"(?<![\w./-])\w+\.py\b")
LINK = re.compile(r"\]\(([^)\s]+)\)")

MADE_LATER = {"data/store", "fuzz/found"}  # by the program, and by fuzzing


def named(document: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    text = LINK.sub("]", document.read_text())
    return (found.rstrip(".") for found in pattern.findall(text))


@pytest.fixture(params=DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_there_are_documents_and_they_name_files() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/design.md"} <= {str(path.relative_to(ROOT)) for path in DOCS}
    assert "rag_api/v1/files.py" in named(ROOT / "README.md", PATH)
    assert "benchmarks.chat" in named(ROOT / "docs" / "benchmarks.md", MODULE)


def test_every_file_that_is_named_is_there(document: Path) -> None:
    assert [path for path in named(document, PATH) if path not in MADE_LATER and not (ROOT / path).exists()] == []
    files = {
        path.name
        for top in ("ingest", "rag_api", "tests", "benchmarks", "data", "docs")
        for path in (ROOT / top).rglob("*.py")
    }
    assert [name for name in named(document, MODULE_FILE) if name not in files] == []


def test_every_module_that_is_named_is_there(document: Path) -> None:
    assert [module for module in named(document, MODULE) if not is_there(module)] == []


def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(document.read_text()):
        path, _, section = link.partition("#")
        target = document.parent / path if path else document
        if "://" not in link and not (target.exists() and (not section or section in sections(target))):
            broken.append(link)
    assert broken == []


def test_the_rooms_of_the_design_are_those_whose_order_is_checked() -> None:
    tables = re.findall(r"^\| in `(\w+)/` \|.*\n.*\n((?:\|.*\n)+)", (ROOT / "docs/design.md").read_text(), re.MULTILINE)
    mapped = [
        {f"{package}.{name}".removesuffix(".__init__") for name in re.findall(r"`(\w+)(?:/|\.py)`", row.split("|")[1])}
        for package, rows in tables
        for row in rows.splitlines()
    ]
    assert mapped == [set(line.split()) for line in ROOMS.strip().splitlines()]


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+) - (unreleased|\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == version


def is_there(name: str) -> bool:
    """A module, or what one defines."""
    path = ROOT.joinpath(*name.split("."))
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module = path.parent / "__init__.py" if path.parent.is_dir() else path.parent.with_suffix(".py")
    return module.exists() and path.name in defined(ast.parse(module.read_bytes()))


def defined(tree: ast.Module) -> set[str]:
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)}
    return names | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def sections(document: Path) -> set[str]:
    """The names by which a link reaches the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
