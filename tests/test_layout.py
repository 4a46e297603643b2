"""The shape of the code: which way imports point, which words stay where, and what no file may say."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("ingest", "rag_api")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imports(module: str, *, when_loaded: bool = False) -> Iterator[str]:
    """The modules of this project that a module imports: wherever the import stands, or only when it is loaded."""
    tree = ast.parse(MODULES[module].read_bytes())
    for node in tree.body if when_loaded else ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            while name and name not in MODULES:
                name = name.rpartition(".")[0]
            if name:
                yield name


def test_there_is_code_to_look_at() -> None:
    assert {"ingest.corpus", "rag_api.app"} <= set(MODULES)
    assert "ingest.corpus" in imports("rag_api.app")


def test_a_start_waits_for_nothing_that_can_come_later() -> None:
    program = "import sys, rag_api.server; print({'openai', 'aiohttp', 'bpe_openai', 'mcp'} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_help_waits_for_nothing_that_only_the_work_needs() -> None:
    heavy = {"haystack", "pydantic", "sqlalchemy", "fastapi", "uvicorn", "tantivy", "numpy", "openai", "tqdm"}
    parsers = "import ingest.cli, rag_api.__main__; ingest.cli.parser(), rag_api.__main__.parser()"
    program = f"import sys; {parsers}; print({heavy} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


# The rooms of the two packages, as docs/design.md lists them: each imports only from those listed above it. Those of
# one line do not import each other.
ROOMS = """
ingest
ingest.closed_output ingest.counted ingest.printable ingest.version
ingest.errors ingest.ids ingest.languages ingest.letters ingest.tokens ingest.context ingest.group_commit ingest.no_copy
ingest.web_address
ingest.json_values ingest.charsets
ingest.cancellation ingest.endpoints ingest.component_file
ingest.query
ingest.data_folder
ingest.projects
ingest.blobs ingest.chunk ingest.embed ingest.rerank
ingest.convert
ingest.index
ingest.settings ingest.records
ingest.search ingest.work
ingest.corpus
ingest.working
ingest.upkeep ingest.bulk
ingest.cli
ingest.__main__
rag_api
rag_api.loopback rag_api.metrics
rag_api.settings rag_api.http rag_api.history
rag_api.answer rag_api.tracing
rag_api.workspaces
rag_api.access
rag_api.readiness
rag_api.deps rag_api.evaluation
rag_api.console
rag_api.v1 rag_api.mcp rag_api.health
rag_api.app rag_api.started rag_api.keeper
rag_api.server rag_api.demo rag_api.pipelines
rag_api.__main__
"""
RUNG = {room: rung for rung, rooms in enumerate(ROOMS.strip().splitlines()) for room in rooms.split()}

FROM_INGEST = "ingest.cli", "ingest.bulk", "ingest.upkeep"
"""What is for the command line alone."""


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_every_module_is_in_a_room() -> None:
    assert {room(module) for module in MODULES} <= set(RUNG)


def test_a_room_imports_only_from_rooms_listed_above_it() -> None:
    assert [
        f"{module} imports {name}"
        for module in MODULES
        for name in imports(module)
        if room(module) != room(name) and RUNG[room(name)] >= RUNG[room(module)]
    ] == []


def test_the_server_does_without_what_is_for_the_command_line() -> None:
    assert [
        f"{module} imports {name}"
        for module in MODULES
        for name in imports(module)
        if module.startswith("rag_api") and room(name) in FROM_INGEST
    ] == []


def test_what_is_sqlites_own_stands_where_its_dialect_is() -> None:
    allowed = re.compile(
        r"ingest\.records\.(sqlite|tables|migrations)|rag_api\.(history|access)\.migrations|ingest\.index\.embedded"
        r"|ingest\.bulk\.origins"  # a scratch file of its own
    )
    own = re.compile(r"sqlite3|sqlite_|PRAGMA")
    users = {module for module, path in MODULES.items() if own.search(path.read_text())}
    assert "ingest.records.sqlite" in users
    assert [module for module in users if not allowed.match(module)] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    try:
        TopologicalSorter({each: set(imports(each, when_loaded=True)) - {each} for each in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_module_is_named_after_nothing() -> None:
    assert [module for module in MODULES if re.search(r"util|helper|common|misc|manager", module)] == []


def test_the_words_of_openai_are_spoken_in_v1_only() -> None:
    words = re.compile(r"\bchat\.completion(?!s)|file_citation|in_progress")
    speakers = {module for module, path in MODULES.items() if words.search(path.read_text())}

    assert "rag_api.v1.chat.stream" in speakers
    assert [module for module in speakers if not module.startswith("rag_api.v1")] == []


def test_no_tracked_file_names_a_package_registry_or_a_path_of_someones_machine() -> None:
    registry = r"pypi\.(org|python\.org)|pythonhosted\.org|npmjs\.(org|com)|index-url|find-links|deb\.debian\.org"
    path = r"(?<![\w.:/-])/(home|root|Users|work|tmp)/\w"
    forbidden = re.compile(f"{registry}|{path}")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")

    found = []
    for name in listed.stdout.rstrip("\0").split("\0"):
        file = ROOT / name
        if file == Path(__file__) or not file.is_file():
            continue
        for number, line in enumerate(file.read_bytes().decode(errors="ignore").splitlines(), 1):
            if forbidden.search(line):
                found.append(f"{name}:{number}: {line[:120]}")
    assert found == []


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python up to 3.11.4, as Debian 12 has it, loses matches with one whose choices may turn out wrong (gh-106052):
    `(?>(?:...)*)` is right. It takes memory for each round, so tags, whose pieces have no wrong choices, go without."""
    possessive = re.compile(r"\)(?:[?*+]|\{[^ }]*\}+|\{\{.*?\}\}+)\+")
    assert possessive.search("(?:a|b)*+") and possessive.search("(a|b){2,3}+") and possessive.search("(a){{0,{MOST}}}+")
    others = [path for module, path in MODULES.items() if module != "ingest.convert.formats.html.source"]
    assert [line for path in others for line in path.read_text().splitlines() if possessive.search(line)] == []
