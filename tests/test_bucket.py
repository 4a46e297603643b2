"""The server with the bytes of its files in a bucket, and what becomes of them when the bucket or the server goes
away."""

import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import openai
import pytest
from openai import OpenAI
from sqlalchemy import update

from ingest.errors import Invalid
from ingest.records import schema
from ingest.records.kept_blobs import LATE_S
from ingest.settings import Settings
from ingest.upkeep.check import findings
from rag_api.access.database import open_access
from tests import corpora
from tests.command import rag_ingest
from tests.corpora import OpenCorpus
from tests.engines.s3 import CREDENTIALS, S3Server, put_object
from tests.official_client import MakeClient, corpus_of, http_of, put
from tests.server import Server

LARGE = os.urandom(9 << 20)


@pytest.fixture
def client(new_client: MakeClient, s3_url: str) -> OpenAI:
    return new_client(blob_url=s3_url)


def found(client: OpenAI, word: str) -> list[str]:
    return [result.filename for result in client.vector_stores.search("vs_default", query=word).data]


def test_files_are_kept_given_searched_and_deleted(client: OpenAI) -> None:
    assert put(client, "heron.txt", "The heron eats frogs.").status == "completed"
    assert found(client, "heron") == ["heron.txt"]
    [small] = client.files.list()
    large = client.files.create(file=("large.bin", LARGE), purpose="vision")
    assert client.files.content(small.id).content == b"The heron eats frogs."
    assert client.files.content(large.id).content == LARGE
    part = http_of(client).get(f"/v1/files/{large.id}/content", headers={"range": "bytes=5000000-5000009"})
    assert (part.status_code, part.content) == (206, LARGE[5_000_000:5_000_010])
    client.files.delete(small.id)
    with pytest.raises(openai.NotFoundError):
        client.files.content(small.id)
    assert found(client, "heron") == []
    assert not (corpus_of(client).settings.data_dir / "blobs").exists()
    assert list((corpus_of(client).settings.data_dir / "scratch" / "incoming").iterdir()) == []


def test_parts_become_a_file(client: OpenAI) -> None:
    upload = client.uploads.create(filename="a.bin", purpose="vision", bytes=len(LARGE), mime_type="text/plain")
    pieces = [LARGE[: 6 << 20], LARGE[6 << 20 :]]
    parts = [client.uploads.parts.create(upload.id, data=piece).id for piece in pieces]
    done = client.uploads.complete(upload.id, part_ids=parts, md5=hashlib.md5(LARGE).hexdigest())
    assert done.file
    assert client.files.content(done.file.id).content == LARGE


def test_damage_in_the_bucket_is_noticed_before_it_is_read(client: OpenAI, s3_url: str) -> None:
    corpus = corpus_of(client)
    store = client.vector_stores.create()
    file = client.files.create(file=("heron.txt", b"The heron eats."), purpose="vision")
    sha256 = corpus.files.get(file.id).sha256
    put_object(s3_url, f"default/{sha256[:2]}/{sha256}", b"The stork eats.")
    attached = client.vector_stores.files.create_and_poll(file_id=file.id, vector_store_id=store.id)
    assert attached.last_error and "not those that were uploaded" in attached.last_error.message
    with pytest.raises(openai.InternalServerError, match="upload the file again"):
        client.files.content(file.id)


def test_the_check_compares_the_records_with_the_bucket(
    settings: Settings, open_corpus: OpenCorpus, s3_url: str
) -> None:
    with open_corpus(settings.model_copy(update={"blob_url": s3_url})) as corpus:
        files = [corpora.put(corpus, f"{name}.txt", f"The {name} eats.") for name in ("heron", "owl", "stork", "rail")]
        corpus.worker.run_until_idle()
        heron, owl, stork, rail = files
        corpus.files.delete(rail.id)  # its bytes stay for an hour, which is no fault
        assert list(findings(corpus)) == []
        corpus.blobs.delete(heron.sha256)
        put_object(s3_url, f"default/{owl.sha256[:2]}/{owl.sha256}", b"short")
        orphan = "0" * 64
        put_object(s3_url, f"default/00/{orphan}", b"of nobody")
        wrong = {finding.what: finding for finding in findings(corpus)}
        assert sorted(wrong) == sorted(
            [
                f"the bytes of {heron.id} (heron.txt) are missing",
                f"the bytes of {owl.id} (owl.txt) are not those that were uploaded",
                f"the blob {orphan} belongs to no file",
            ]
        )
        repair = wrong[f"the blob {orphan} belongs to no file"].repair
        assert repair
        repair()
        with corpus.database.write() as connection:
            connection.execute(update(schema.doomed_blobs).values(doomed_at=schema.doomed_blobs.c.doomed_at - LATE_S))
        corpus.cleanup.kept.expire()
        assert corpus.blobs.size(orphan) is None
        assert corpus.blobs.size(rail.sha256) is None
        assert corpus.blobs.size(stork.sha256) == stork.bytes


def test_a_deleted_project_leaves_nothing_in_the_bucket(
    settings: Settings, open_corpus: OpenCorpus, s3_url: str
) -> None:
    elsewhere = settings.model_copy(update={"blob_url": s3_url})
    elsewhere.data_dir.mkdir()
    with open_access(elsewhere) as access:
        kept = []
        for project in ("default", access.projects.make("herons"), access.projects.make("owls")):
            with open_corpus(elsewhere.of_project(project)) as corpus:
                kept.append((corpus.blobs, corpora.put(corpus, "heron.txt", "The heron eats.").sha256))
            if project.startswith("herons"):
                access.delete_project(elsewhere, project)
    assert [blobs.is_empty() for blobs, _ in kept] == [False, True, False]


def test_a_backup_of_the_folder_alone_is_refused(tmp_path: Path, settings: Settings, s3_url: str) -> None:
    elsewhere = settings.model_copy(update={"blob_url": s3_url})
    for command in ("backup", "restore"):
        with pytest.raises(Invalid, match="copy the database, then the bucket"):
            rag_ingest(elsewhere, command, str(tmp_path / "backup"))


@pytest.fixture
def own_server(tmp_path: Path, s3_url: str) -> Iterator[S3Server]:
    """One that may be stopped."""
    server = S3Server(tmp_path / "s3")
    server.start()
    yield server
    server.kill()


def upload_half(server: Server) -> socket.socket:
    """Begin an upload, and stay."""
    sent = socket.create_connection(("127.0.0.1", server.port))
    head = f"POST /v1/files HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\ncontent-length: {len(LARGE)}\r\n"
    sent.sendall(f"{head}content-type: multipart/form-data; boundary=b\r\n\r\n".encode())
    sent.sendall(b'--b\r\ncontent-disposition: form-data; name="file"; filename="half.bin"\r\n\r\n' + LARGE[: 4 << 20])
    return sent


def test_a_bucket_that_goes_away_and_comes_back_and_a_server_that_is_killed_amid_an_upload(
    tmp_path: Path, own_server: S3Server, shared_settings: dict[str, str]
) -> None:
    settings = shared_settings | {"RAG_BLOB_URL": own_server.url}
    incoming = tmp_path / "store" / "scratch" / "incoming"
    with Server(tmp_path, settings) as server:
        client = server.client()
        heron = put(client, "heron.txt", "The heron eats frogs.")
        own_server.kill()
        with pytest.raises(openai.InternalServerError, match="cannot be reached, or is too slow: try again later"):
            client.files.create(file=("owl.txt", b"The owl eats mice."), purpose="assistants")
        with pytest.raises(openai.InternalServerError, match="cannot be reached"):
            client.files.content(heron.id)
        ready = httpx2.get(f"{server.url}/readyz")
        assert ready.status_code == 503 and "Not ready: files." in ready.text
        assert found(client, "heron") == ["heron.txt"]
        own_server.start()
        assert put(client, "owl.txt", "The owl eats mice.").status == "completed"
        assert client.files.content(heron.id).content == b"The heron eats frogs."
        with upload_half(server):
            corpora.wait_until(lambda: any(path.stat().st_size for path in incoming.iterdir()))
            server.kill()
        assert len(list(incoming.iterdir())) == 1
    with Server(tmp_path, settings) as server:
        client = server.client()
        assert list(incoming.iterdir()) == [] if incoming.exists() else True
        assert sorted(file.filename for file in client.files.list()) == ["heron.txt", "owl.txt"]
        assert put(client, "half.txt", "The stork eats.").status == "completed"
        assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in server.said()


def test_two_servers_share_a_bucket(tmp_path: Path, shared_settings: dict[str, str]) -> None:
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
    with Server(folders[0], shared_settings) as first, Server(folders[1], shared_settings) as second:
        one, other = first.client(), second.client()
        file = one.files.create(file=("large.bin", LARGE), purpose="vision")
        assert other.files.content(file.id).content == LARGE
        upload = one.uploads.create(filename="a.bin", purpose="vision", bytes=len(LARGE), mime_type="text/plain")
        pieces = [(one, LARGE[: 6 << 20]), (other, LARGE[6 << 20 :])]
        parts = [client.uploads.parts.create(upload.id, data=piece).id for client, piece in pieces]
        done = other.uploads.complete(upload.id, part_ids=parts)
        assert done.file
        with upload_half(second):
            one.files.delete(file.id)
            first.kill()
        with Server(folders[0], shared_settings) as again:
            client = again.client()
            assert client.files.content(done.file.id).content == LARGE  # of the same bytes as what was deleted
            assert [each.id for each in other.files.list()] == [done.file.id]
            other.files.create(file=("heron.txt", b"The heron eats."), purpose="vision")
            assert len(client.files.list().data) == 2
