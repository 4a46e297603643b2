"""The proxies' and the service's files: they fit the limits of the server, and name settings that there are."""

import configparser
import re
from pathlib import Path

import pytest

from ingest.settings import variable
from rag_api.http.connection import Limits
from rag_api.server import END_S
from rag_api.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
NGINX, CADDY, SERVICE = ((DEPLOY / name).read_text() for name in ("nginx.conf", "Caddyfile", "rag-api.service"))
DEFAULTS = Settings(_env_file=None)


@pytest.fixture(scope="module")
def service() -> configparser.SectionProxy:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read_string(SERVICE)
    return unit["Service"]


def number(pattern: str, text: str) -> int:
    found = re.search(pattern, text, re.MULTILINE)
    assert found, pattern
    return int(found[1])


@pytest.mark.parametrize(
    "text",
    [NGINX, CADDY, SERVICE],
    ids=["nginx", "caddy", "systemd"],
)
def test_the_settings_that_they_name_are_there(text: str) -> None:
    known = {variable(Settings, field) for field in Settings.model_fields}
    named = set(re.findall(r"\b(?:RAG|API|OPENAI)_[A-Z_]+", text))
    assert named
    assert named <= known


def test_proxies_leave_the_limits_to_the_server() -> None:
    for body in (number(r"client_max_body_size (\d+)m;", NGINX), number(r"max_size (\d+)MiB", CADDY)):
        assert body > DEFAULTS.max_file_mb
    for kept in (number(r"keepalive_timeout (\d+)s", NGINX), number(r"keepalive (\d+)s", CADDY)):
        assert kept < Limits().idle_s
    for patience in (number(r"proxy_read_timeout (\d+)s", NGINX), number(r"response_header_timeout (\d+)s", CADDY)):
        assert patience > DEFAULTS.model_timeout_s


def test_proxies_pass_streams_on_as_they_come() -> None:
    assert re.search(r"^\s+proxy_buffering off;", NGINX, re.MULTILINE)
    assert re.search(r"^\s+proxy_request_buffering off;", NGINX, re.MULTILINE)
    assert re.search(r"^\s+flush_interval -1\b", CADDY, re.MULTILINE)


def test_proxies_send_to_where_the_server_listens() -> None:
    address = f"{DEFAULTS.api_host}:{DEFAULTS.api_port}"
    assert f"server {address};" in NGINX
    assert f"reverse_proxy {address} " in CADDY


def test_the_service_has_room_and_time_for_what_the_server_does(service: configparser.SectionProxy) -> None:
    assert int(service["LimitNOFILE"]) >= Limits().connections + 512
    assert int(service["TimeoutStopSec"]) > END_S
    assert service["KillMode"] == "mixed"
    folder = service["StateDirectory"]
    assert f"RAG_DATA_DIR=/var/lib/{folder} " in service["Environment"]


def test_the_service_lets_the_sandbox_confine_itself() -> None:
    calls = {"seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
    allowed = re.search(r"^SystemCallFilter=(@.*)$", SERVICE, re.MULTILINE)
    assert allowed and calls <= set(allowed[1].split())
    assert "AF_UNIX" in SERVICE
