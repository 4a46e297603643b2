"""An S3 server: SeaweedFS, whose program comes in a wheel."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from ingest.ids import new_id
from tests.processes import free_port, wait_until_it_answers

VARIABLE = "RAG_TESTS_S3_URL"
KEY, SECRET, REGION, BUCKET = "of-the-tests", "0123456789abcdef", "us-east-1", "documents"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
ALLOWED = [{"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}]
PORTS = "master.port master.port.grpc volume.port volume.port.grpc filer.port filer.port.grpc s3.port.grpc".split()


class S3Server:
    """Runs within `with`. It can be killed and started again on the same bytes, at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self.url = f"s3://{BUCKET}?endpoint={self.endpoint}&region={REGION}"

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        config, log = self._folder / "s3.json", self._folder / "log.txt"
        config.write_text(json.dumps({"identities": ALLOWED}))
        options: dict[str, object] = {name: free_port() for name in PORTS} | {
            "dir": self._folder,
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "master.volumeSizeLimitMB": 64,
            "volume.max": 100,
            "filer": "true",
            "s3": "true",
            "s3.port": self._port,
            "s3.port.iceberg": 0,  # it ends when these are taken
            "s3.port.lance": 0,
            "s3.iam": "false",
            "s3.config": config,
        }
        command = [str(Path(sys.executable).with_name("weed")), "-logtostderr=true", "server"]
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                [*command, *(f"-{name}={value}" for name, value in options.items())],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        try:
            wait_until_it_answers(f"{self.endpoint}/healthz", self._process, log)
            make_bucket(self.endpoint, BUCKET)
            put_object(self.url, "first", b"It makes room for objects when it gets the first one, which takes a while.")
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """It takes connections, and answers no more."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)


def make_bucket(endpoint: str, name: str) -> None:
    """Nothing happens if there is one."""
    import obstore

    # In this style the address is that of the bucket already, so what is signed is a bucket in the place of an object.
    address = obstore.sign(_store(endpoint, virtual_hosted_style_request=True), "PUT", name, timedelta(minutes=1))
    deadline = time.monotonic() + 30
    with httpx2.Client(timeout=5, trust_env=False) as client:
        while (answer := client.put(address)).status_code not in (200, 409):
            if time.monotonic() > deadline:
                raise RuntimeError(f"no bucket was made: {answer.status_code} {answer.text[:300]}")
            time.sleep(0.1)


def put_object(url: str, key: str, content: bytes) -> None:
    """Have other bytes in the place that a URL names than the program has put there."""
    import obstore

    prefix, endpoint = urlsplit(url).path.strip("/"), dict(parse_qsl(urlsplit(url).query))["endpoint"]
    obstore.put(_store(endpoint), f"{prefix}/{key}".lstrip("/"), content)


def copy_objects(source: str, target: str) -> None:
    """Have all that is in the place of one URL in that of another, too, as any tool for buckets does."""
    import obstore

    one, other = (urlsplit(url).path.strip("/") for url in (source, target))
    bucket = _store(dict(parse_qsl(urlsplit(source).query))["endpoint"])
    for page in obstore.list(bucket, one):
        for found in page:
            obstore.copy(bucket, found["path"], other + found["path"].removeprefix(one), overwrite=True)


def _store(endpoint: str, **options: Any) -> Any:
    from obstore.store import S3Store  # an extra: not where no server is started

    return S3Store(
        BUCKET,
        endpoint=endpoint,
        region=REGION,
        access_key_id=KEY,
        secret_access_key=SECRET,
        client_options={"allow_http": True},
        **options,
    )


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its address, as RAG_BLOB_URL takes it, with a bucket that is there."""
    server = S3Server(folder)
    server.start()
    try:
        yield server.url
    finally:
        server.kill()


@pytest.fixture
def s3_url(monkeypatch: pytest.MonkeyPatch) -> str:
    """A place for the bytes of one test in the bucket of the server that runs for all; what is there goes with the
    server."""
    url = place_in_the_bucket()
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return url


def place_in_the_bucket() -> str:
    """Its URL; nobody else uses it. Skips the test if the server does not run."""
    url = os.environ.get(VARIABLE)
    if not url:
        pytest.skip(f"{VARIABLE} is not set: `make test-distributed` starts the engines")
    return url.replace("?", f"/{new_id('test-')}?", 1)
