"""OpenSearch for the tests: real nodes, each in a JVM of its own, from jars of Maven Central. Needs Maven and a JDK 21
or newer.

    python -m tests.engines.opensearch FOLDER [NODES]     # until it is interrupted
"""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).parent / "node"
BUILT = PROJECT.parents[2] / "build" / "opensearch"

_OLDEST_JAVA = 21
_START_S = 180.0  # a busy machine takes a minute
_STOP_S = 30.0
_HEAP = {True: "256m", False: "512m"}
"""By whether a node only votes and manages."""


@contextmanager
def running(folder: Path, nodes: int = 1) -> Iterator[str]:
    """The addresses of the nodes that keep documents, separated by commas; of three, the third only votes."""
    with ExitStack() as opened:
        started = [opened.enter_context(node) for node in cluster(folder, nodes)]
        for each in started:
            each.wait()
        yield ",".join(each.url for each in started if not each.only_votes)


class Node:
    """A node of a cluster: entered, it starts; left, it is stopped. A test may kill it by its `process`."""

    def __init__(self, folder: Path, name: str, http: int, transport: int, settings: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{http}"
        self.only_votes = settings.get("node.roles") == "cluster_manager"
        self.process: subprocess.Popen[bytes] | None = None
        self.name = name
        self._log = folder / f"{name}.log"
        own = {"node.name": name, "http.port": str(http), "transport.port": str(transport), "node.processors": "1"}
        self._arguments = [
            *("-cp", f"{BUILT / 'classes'}:{_class_path()}", "-XX:+UseSerialGC"),
            *(f"-Xms{_HEAP[self.only_votes]}", f"-Xmx{_HEAP[self.only_votes]}"),
            *(
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
            ),
            *("-Dlog4j2.disable.jmx=true", "-Dopensearch.networkaddress.cache.ttl=60", "TestNode", str(folder / name)),
            *(f"{key}={value}" for key, value in {**settings, **own}.items()),
        ]

    def __enter__(self) -> "Node":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        arguments = self._log.with_suffix(".args")  # a class path of 13 kB would fill each list of processes
        arguments.write_text("\n".join(f'"{argument}"' for argument in self._arguments))
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [_java_home() / "bin" / "java", f"@{arguments}"], stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait(self) -> None:
        """Until it can be asked."""
        assert self.process
        until = time.monotonic() + _START_S
        while b"\nready\n" not in (told := b"\n" + self._log.read_bytes()):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The node {self.name} did not start:\n{told.decode(errors='replace')[-4000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.runs:
            self.process.terminate()
            try:
                self.process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def cluster(folder: Path, nodes: int) -> list[Node]:
    """Nodes that are not yet started; they are to be started together, as they elect one of them."""
    _build()
    folder.mkdir(parents=True, exist_ok=True)
    ports = _free_ports(2 * nodes)
    names = [f"node{number}" for number in range(1, nodes + 1)]
    settings = {
        "cluster.name": "tests",
        "network.host": "127.0.0.1",
        "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in ports[nodes:]),
        "cluster.initial_cluster_manager_nodes": ",".join(names),
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    votes = {"node.roles": "cluster_manager"}
    return [
        Node(folder, name, http, transport, settings | (votes if number == 2 else {}))
        for number, (name, http, transport) in enumerate(zip(names, ports[:nodes], ports[nodes:], strict=True))
    ]


def _build() -> None:
    """Fetch the jars (71 MB, kept in ~/.m2) and compile, unless that was done since the sources changed."""
    BUILT.mkdir(parents=True, exist_ok=True)
    sources = [PROJECT / "pom.xml", PROJECT / "TestNode.java"]
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built, class_path = BUILT / "built", BUILT / "class_path"
        if built.exists() and built.read_bytes() == b"".join(source.read_bytes() for source in sources):
            return
        home = _java_home()
        environment = os.environ | {"JAVA_HOME": str(home)}
        fetch = ["mvn", "--quiet", "--batch-mode", "--file", str(sources[0]), "dependency:build-classpath"]
        subprocess.run([*fetch, f"-Dmdep.outputFile={class_path}"], env=environment, check=True)
        subprocess.run(
            [home / "bin" / "javac", "-proc:none", "-cp", _class_path(), "-d", BUILT / "classes", sources[1]],
            check=True,
        )
        built.write_bytes(b"".join(source.read_bytes() for source in sources))


def _class_path() -> str:
    return (BUILT / "class_path").read_text().strip()


def _java_home() -> Path:
    """That of JAVA_HOME, or else the newest that is installed."""
    homes = [Path(named)] if (named := os.environ.get("JAVA_HOME")) else list(Path("/usr/lib/jvm").glob("*"))
    newest = max(homes, key=_java_version, default=None)
    if newest is None or _java_version(newest) < _OLDEST_JAVA or not shutil.which("mvn"):
        raise RuntimeError(f"OpenSearch needs Maven and a JDK of {_OLDEST_JAVA} or newer; JAVA_HOME may name one.")
    return newest


def _java_version(home: Path) -> int:
    release = home / "release"
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE) if release.exists() else None
    return int(found[1]) if found and (home / "bin" / "javac").exists() else 0


def _free_ports(count: int) -> list[int]:
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with running(Path(sys.argv[1]), int((sys.argv[2:] or ["1"])[0])) as url, suppress(KeyboardInterrupt):
        print(url, flush=True)
        signal.pause()
