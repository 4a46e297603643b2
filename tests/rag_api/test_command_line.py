"""`rag-api` as it is typed: its options stand for settings, and nothing that is typed is passed over."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.version import installed_version
from rag_api.__main__ import parser
from rag_api.access import command_line
from rag_api.access.database import open_access
from rag_api.access.scopes import Scope
from rag_api.server import check_keys
from rag_api.settings import Settings
from tests.processes import free_port, wait_until_it_answers

ROOT = Path(__file__).parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_", "API_"))}
    return inherited | {"PYTHONPATH": str(ROOT)} | settings


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, package: str = "rag_api", **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", package, *arguments],
            env=environment(**settings),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def test_help_names_the_variable_and_the_default_of_each_option_and_where_the_rest_is(run: Run) -> None:
    shown = run("--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    said = " ".join(shown.stdout.split())
    for option, field in (("--host", "api_host"), ("--port", "api_port"), ("--data-dir", "data_dir")):
        name = Settings.model_fields[field].validation_alias or f"RAG_{field.upper()}"
        assert option in said
        assert f"({name}; {Settings.model_fields[field].default} by default)" in said
    assert "--version" in said
    assert ".env.example" in said


@pytest.mark.parametrize("package", ["rag_api", "ingest", "ingest.cli", "rag_api.evaluation"])
def test_what_is_not_known_is_refused_with_what_is(run: Run, tmp_path: Path, package: str) -> None:
    for argument in ("nonsense", "--nonsense"):
        refused = run(argument, package=package)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith("usage: rag-")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("package", "name"), [("rag_api", "rag-api"), ("ingest", "rag-ingest"), ("rag_api.evaluation", "rag-eval")]
)
def test_the_version_is_that_of_the_installed_package(run: Run, tmp_path: Path, package: str, name: str) -> None:
    metadata = tmp_path / "rag_api-9.8.7.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: rag-api\nVersion: 9.8.7\n")
    shown = run("--version", package=package, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (shown.returncode, shown.stdout) == (0, f"{name} 9.8.7\n"), shown.stderr


def test_a_checkout_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert installed_version() == "unknown (not installed)"


def test_options_win_over_the_environment(tmp_path: Path) -> None:
    port = free_port()
    line = ["--host", "localhost", "--port", str(port), "--data-dir", "chosen"]
    others = environment(API_HOST="0.0.0.0", API_PORT="none", RAG_DATA_DIR="other")
    log = tmp_path / "log.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "rag_api", *line], env=others, cwd=tmp_path, stdout=output, stderr=output
        ) as server,
    ):
        try:
            wait_until_it_answers(f"http://localhost:{port}/readyz", server, log)
        finally:
            server.terminate()
    assert server.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chosen", "log.txt"]


@pytest.mark.parametrize(
    ("option", "variable", "value"),
    [
        ("--port", "API_PORT", "nine"),
        ("--port", "API_PORT", "65536"),
        ("--host", "API_HOST", "0.0.0.0"),
        ("--data-dir", "RAG_DATA_DIR", "a file"),
    ],
)
def test_a_wrong_option_is_refused_as_a_wrong_setting_is(
    run: Run, tmp_path: Path, option: str, variable: str, value: str
) -> None:
    (tmp_path / "a file").touch()
    refused = run(option, value)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("rag-api: ")
    assert refused.stderr.count("\n") == 1
    assert refused.stderr.replace(f"{option} is", f"{variable} is") == run(**{variable: value}).stderr
    assert f"{variable} is" not in refused.stderr or option == "--host"


def test_a_port_in_use_is_a_sentence_and_nothing_is_opened(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = run("--port", str(port))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"rag-api: The server cannot listen on 127.0.0.1, port {port} (")
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_option_is_none_as_an_empty_variable_is(run: Run, tmp_path: Path) -> None:
    refused = run("--host", "", "--data-dir", "", "--port", "nine")
    assert refused.stderr.startswith("rag-api: --port is 'nine'")
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_may_come_before_all_is_imported(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "rag_api", "--port", str(free_port())]
    with subprocess.Popen(line, env=environment(), cwd=tmp_path, stderr=subprocess.PIPE, text=True) as server:
        loaded = Path(f"/proc/{server.pid}/maps")
        if not loaded.exists():
            server.kill()
            pytest.skip("there is no /proc to tell how far it is")
        while "pydantic_core" not in loaded.read_text():
            time.sleep(0.01)
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=60)
    assert (server.returncode, errors) == (0, "")


def told_of(listed: "subprocess.CompletedProcess[str]") -> dict[str, list[str]]:
    """The columns of a list, by the first."""
    return {name: columns for name, *columns in map(str.split, listed.stdout.splitlines()[1:])}


def test_keys_are_made_listed_and_revoked(run: Run, tmp_path: Path) -> None:
    made = run("keys", "create", "--project", "herons", "--scope", "read", "--name", "Ada's laptop")
    secret = made.stdout.strip()
    assert made.returncode == 0
    assert secret.startswith("rag-")
    assert len(secret) > 40
    assert "The project 'herons' is new." in made.stderr
    assert secret not in made.stderr
    assert all(secret.encode() not in path.read_bytes() for path in (tmp_path / "data/store").glob("access.db*"))
    listed = run("keys", "list").stdout
    assert f"{secret[:12]} " in listed
    assert "Ada's laptop" in listed
    assert "never" in listed
    assert told_of(run("projects", "list")) == {"default": ["0", "0", "0.0"], "herons": ["1", "0", "0.0"]}
    assert run("keys", "revoke", secret[:12]).returncode == 0
    assert "(revoked " in run("keys", "list", "--project", "herons").stdout
    again = run("keys", "revoke", "rag-nothing")
    assert (again.returncode, again.stdout) == (1, "")
    assert "No key has the id or the beginning 'rag-nothing'" in again.stderr


@pytest.mark.parametrize("name", ["Herons", "a/b", "..", "a-", "a" * 64, ""])
def test_a_project_has_a_name_that_is_a_folders(run: Run, name: str) -> None:
    refused = run("keys", "create", "--project", name)
    assert refused.returncode == 1
    assert "A project is named with small letters, digits and hyphens" in refused.stderr
    assert told_of(run("projects", "list")) == {"default": ["0", "0", "0.0"]}


def test_a_project_has_quotas_and_a_key_limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def here(*words: str) -> str:
        """Run a command in this process, which is quicker; what it says."""
        umask = os.umask(0o077)
        try:
            command_line.run(parser().parse_args([*words, "--data-dir", str(tmp_path)]))
        finally:
            os.umask(umask)
        return capsys.readouterr().out

    def listed() -> dict[str, list[str]]:
        return {name: columns for name, *columns in map(str.split, here("projects", "list").splitlines()[1:])}

    with pytest.raises(SystemExit, match="There is no project 'herons'"):
        here("projects", "limit", "herons", "--max-files", "5")
    key = here("keys", "create", "--project", "herons")[:12]
    both = here("keys", "limit", key, "--requests-per-minute", "60", "--tokens-per-minute", "9000")
    assert "(60 requests a minute, 9,000 tokens a minute)" in both
    assert "(60 requests a minute)" in here("keys", "limit", key, "--tokens-per-minute", "any")
    with pytest.raises(SystemExit, match="Say what it may use"):
        here("keys", "limit", key)
    with pytest.raises(SystemExit, match="Say how much it may keep"):
        here("projects", "limit", "herons")
    here("projects", "limit", "herons", "--max-files", "5", "--max-mb", "1024")
    here("projects", "limit", "default", "--max-mb", "7")
    assert listed() == {
        "default": ["0", "0", "0.0", "of", "7"],
        "herons": ["1", "0", "of", "5", "0.0", "of", "1,024"],
    }
    here("projects", "limit", "herons", "--max-files", "any")
    assert listed()["herons"] == ["1", "0", "0.0", "of", "1,024"]
    (tmp_path / "records.db").write_bytes(b"no database" * 1000)
    assert listed()["default"][:3] == ["0", "?", "?"]
    assert listed()["herons"] == ["1", "0", "0.0", "of", "1,024"]


def test_an_address_that_others_reach_needs_keys(run: Run, tmp_path: Path) -> None:
    refused = run("--host", "0.0.0.0", "--port", str(free_port()))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "which other machines can reach, and there are no keys" in refused.stderr
    assert "`rag-api keys create`" in refused.stderr
    settings = Settings(_env_file=None, api_host="0.0.0.0", data_dir=tmp_path / "data/store")
    with open_access(settings) as access:
        access.keys.create("default", Scope.READ)
        check_keys(settings, access.keys)
