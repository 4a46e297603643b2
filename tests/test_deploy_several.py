"""The files that start several servers, deploy/compose.yaml and deploy/kubernetes: the program takes their settings and
commands, and their parts find each other. What only Docker or Kubernetes would notice is not seen here."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from dotenv import dotenv_values

from ingest import cli
from ingest.settings import load
from rag_api import __main__ as server
from rag_api import health
from rag_api.server import END_S
from rag_api.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE: Any = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: Any = COMPOSE["services"]
OURS = "migrate", "api", "worker"
SHARED = {"RAG_DATABASE_URL", "RAG_INDEX_BACKEND", "RAG_OPENSEARCH_URL", "RAG_BLOB_URL"}
PARSERS = {"rag-api": server.parser, "rag-ingest": cli.parser}
IMAGE = dict(re.findall(r"\b(API_\w+|RAG_\w+)=(\S+)", (ROOT / "Dockerfile").read_text()))
CHOSEN = "0123456789abcdef"
"""What whoever starts it fills in where the example has left a value open."""


def filled_in(example: Path) -> dict[str, str]:
    return {name: value or CHOSEN for name, value in dotenv_values(example).items()}


def interpolated(text: str) -> str:
    """As compose does it; fails where a value is wanted that the example does not have."""
    values = filled_in(DEPLOY / "compose.env.example")

    def value(found: re.Match[str]) -> str:
        name, default = found["name"], found["default"]
        return values[name] if default is None else values.get(name) or default

    return re.sub(r"\$\{(?P<name>\w+)(?::\?|:-(?P<default>[^}]*))?\}", value, text)


def of_compose(service: str) -> dict[str, str]:
    return {name: interpolated(value) for name, value in SERVICES[service]["environment"].items()}


def pods() -> Iterator[tuple[str, Any]]:
    for name in OURS:
        for resource in yaml.safe_load_all((KUBERNETES / f"{name}.yaml").read_text()):
            if "template" in resource["spec"]:
                yield resource["metadata"]["name"], resource["spec"]["template"]["spec"]


def of_kubernetes() -> dict[str, str]:
    given = filled_in(KUBERNETES / "rag.env") | filled_in(KUBERNETES / "secret.env.example")
    own = {each["name"]: each["value"] for _, pod in pods() for each in pod["containers"][0].get("env", [])}
    return given | own


@pytest.mark.parametrize(
    "environment",
    [*(lambda name=name: of_compose(name) for name in OURS), of_kubernetes],
    ids=[*OURS, "kubernetes"],
)
def test_the_program_takes_the_settings(
    environment: Callable[[], dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("psycopg", "opensearchpy", "obstore"):
        pytest.importorskip(package, reason="not installed; 'make .venv/ready-distributed' does it")
    monkeypatch.chdir(tmp_path)  # where no .env is
    given = IMAGE | environment()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load(Settings)
    assert given.keys() >= SHARED
    assert settings.index_backend == "opensearch" and settings.database_url and settings.blob_url.startswith("s3://")
    assert settings.worker == given.get("RAG_WORKER", "on")
    assert settings.host_names(need_keys=True) == ["*"]


def test_servers_leave_the_reading_to_workers() -> None:
    assert of_compose("api")["RAG_WORKER"] == of_kubernetes()["RAG_WORKER"] == "off"
    assert "RAG_WORKER" not in of_compose("worker")


def commands() -> Iterator[tuple[str, list[str]]]:
    image = re.search(r"^ENTRYPOINT (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert image
    default = yaml.safe_load(image[1])
    for name in OURS:
        service = SERVICES[name]
        yield f"compose: {name}", [*service.get("entrypoint", default), *service.get("command", [])]
    for name, pod in pods():
        [container] = pod["containers"]
        yield f"kubernetes: {name}", [*container.get("command", default), *container.get("args", [])]


@pytest.mark.parametrize("command", [pytest.param(line, id=name) for name, line in commands()])
def test_their_commands_are_some_that_the_program_has(command: list[str]) -> None:
    program, *arguments = command
    assert program in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    PARSERS[program]().parse_args(arguments)  # it would end the program with a wrong one


def test_the_parts_of_compose_find_each_other() -> None:
    api = of_compose("api")
    database, blobs, public = (urlsplit(api[name]) for name in ("RAG_DATABASE_URL", "RAG_BLOB_URL", "RAG_PUBLIC_URL"))
    of_postgres = {name: interpolated(value) for name, value in SERVICES["postgres"]["environment"].items()}
    assert (database.hostname, database.username, database.password, database.path[1:]) == (
        "postgres",
        of_postgres["POSTGRES_USER"],
        of_postgres["POSTGRES_PASSWORD"],
        of_postgres["POSTGRES_DB"],
    )
    for url in map(urlsplit, api["RAG_OPENSEARCH_URL"].split(",")):
        assert url.hostname and "node.roles" not in SERVICES[url.hostname]["environment"]  # it keeps documents
        assert f":{url.port}/" in SERVICES[url.hostname]["healthcheck"]["test"][1]
    s3 = urlsplit(dict(parse_qsl(blobs.query))["endpoint"])
    assert (s3.hostname, s3.port) == ("s3", 8333) and "-s3" in SERVICES["s3"]["command"]
    assert f"-name {blobs.hostname} " in SERVICES["bucket"]["entrypoint"][2]
    [subnet] = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert api["RAG_TRUSTED_PROXIES"] == subnet["subnet"]
    [port] = SERVICES["proxy"]["ports"]
    assert port.startswith(f"{public.hostname}:{public.port}:")


def test_each_node_of_opensearch_knows_the_others() -> None:
    nodes = {name: service["environment"] for name, service in SERVICES.items() if name.startswith("opensearch")}
    assert len(nodes) == 3
    for name, node in nodes.items():
        assert node["node.name"] == name
        for others in ("discovery.seed_hosts", "cluster.initial_cluster_manager_nodes"):
            assert set(node[others].split(",")) == nodes.keys()
    assert [node.get("node.roles") for node in nodes.values()] == [None, None, "cluster_manager"]


def test_the_proxy_of_compose_asks_where_the_servers_listen() -> None:
    caddy = COMPOSE["configs"]["caddy"]["content"]
    upstream = re.search(r"dynamic a (\w+) (\d+)", caddy)
    assert upstream and upstream[1] == "api"
    assert SERVICES["api"]["expose"] == [upstream[2]] == [IMAGE["API_PORT"]]
    [port] = SERVICES["proxy"]["ports"]
    assert f"\n:{port.rpartition(':')[2]} {{" in f"\n{caddy}"
    size = re.search(r"max_size (\d+)MiB", caddy)
    assert size and int(size[1]) > Settings(_env_file=None).max_file_mb
    assert "flush_interval -1" in caddy


def test_compose_names_nothing_that_is_not_there() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", [])) <= SERVICES.keys(), name
        assert {config["source"] for config in service.get("configs", [])} <= COMPOSE["configs"].keys(), name
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if ":" in volume}
        assert named <= COMPOSE["volumes"].keys(), name
    wanted = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    example = set(re.findall(r"^(?:# )?([A-Z0-9_]+)=", (DEPLOY / "compose.env.example").read_text(), re.MULTILINE))
    assert example <= wanted
    for name in OURS:
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > END_S, name
        assert {"/data", *SERVICES[name]["tmpfs"]} >= {"/tmp"}


def test_pods_have_no_settings_that_are_none_and_write_only_where_they_may() -> None:
    assert [name for name, _ in pods()] == ["rag-migrate", "rag-api", "rag-worker"]
    for name, pod in pods():
        assert pod["enableServiceLinks"] is False, name  # else RAG_API_PORT is refused as a misspelt setting
        [container] = pod["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert {mount["mountPath"] for mount in container["volumeMounts"]} == {IMAGE["RAG_DATA_DIR"], "/tmp"}
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
        assert pod.get("terminationGracePeriodSeconds", 30) > END_S


def test_kubernetes_asks_where_the_servers_listen() -> None:
    deployment, service, budget = yaml.safe_load_all((KUBERNETES / "api.yaml").read_text())
    template = deployment["spec"]["template"]
    [container] = template["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert list(ports.values()) == [int(IMAGE["API_PORT"])]
    for selector in (
        service["spec"]["selector"],
        *(each["spec"]["selector"]["matchLabels"] for each in (deployment, budget)),
    ):
        assert selector.items() <= template["metadata"]["labels"].items()
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports.keys()
    paths = {getattr(route, "path", None) for route in health.router.routes}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["path"] in paths and asked["port"] in ports
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"  # an engine that is away is no reason to restart


def test_kustomize_names_what_is_there() -> None:
    kustomization = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    [settings], [secrets] = kustomization["configMapGenerator"], kustomization["secretGenerator"]
    assert [
        name for name in [*kustomization["resources"], *settings["envs"]] if not (KUBERNETES / name).is_file()
    ] == []
    assert [(KUBERNETES / f"{name}.example").is_file() for name in secrets["envs"]] == [True]
    [image] = kustomization["images"]
    for _, pod in pods():
        [container] = pod["containers"]
        assert container["image"] == image["name"]
        assert container["envFrom"] == [
            {"configMapRef": {"name": settings["name"]}},
            {"secretRef": {"name": secrets["name"]}},
        ]
