"""A backup of an installation that servers share, made while one is at work, and what is restored from it: pg_dump,
then a copy of the bucket; the index is made anew from the files."""

import secrets
import subprocess
from pathlib import Path

import openai
import pytest
from sqlalchemy import Engine

from tests.command import Command
from tests.corpora import wait_until
from tests.databases import run, url_of
from tests.engines.postgres import binary
from tests.engines.s3 import copy_objects
from tests.official_client import put
from tests.server import Server

FILES = 6


def test_what_was_there_at_the_moment_of_the_dump_is_there_again(
    tmp_path: Path, command: Command, shared_settings: dict[str, str], postgres_server: Engine
) -> None:
    database, bucket = shared_settings["RAG_DATABASE_URL"], shared_settings["RAG_BLOB_URL"]
    copy_of_bucket = bucket.replace("?", "-backup?", 1)
    dump = tmp_path / "rag.dump"
    with Server(tmp_path, shared_settings) as server:
        client = server.client()
        herons = [put(client, f"heron{n}.txt", f"The heron with ring{n} was seen.") for n in range(FILES)]
        conversation = client.conversations.create(metadata={"about": "herons"}).id
        copy_objects(bucket, copy_of_bucket)  # most of it, however long that takes
        subprocess.run([binary("pg_dump"), "--format=custom", f"--file={dump}", database], check=True)
        client.files.delete(herons[0].id)  # its bytes stay for an hour
        late = put(client, "late.txt", "It came after the dump.")
        copy_objects(bucket, copy_of_bucket)  # what came meanwhile

    name = f"restored_{secrets.token_hex(6)}"
    run(postgres_server, f"CREATE DATABASE {name}")
    restored = shared_settings | {
        "RAG_DATABASE_URL": url_of(postgres_server, name),
        "RAG_BLOB_URL": copy_of_bucket,
        "RAG_OPENSEARCH_INDEX": f"{shared_settings['RAG_OPENSEARCH_INDEX']}-restored",
    }
    restore = [binary("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={restored['RAG_DATABASE_URL']}"]
    subprocess.run([*restore, str(dump)], check=True)
    try:
        (tmp_path / "restored").mkdir()
        with Server(tmp_path / "restored", restored) as server:
            client = server.client()
            wait_until(lambda: client.vector_stores.retrieve("vs_default").file_counts.completed == FILES)
            for n, heron in enumerate(herons):
                assert client.files.content(heron.id).text == f"The heron with ring{n} was seen."
                [found, *_] = client.vector_stores.search("vs_default", query=f"ring{n}").data
                assert found.file_id == heron.id
            assert client.conversations.retrieve(conversation).metadata == {"about": "herons"}
            with pytest.raises(openai.NotFoundError):
                client.files.retrieve(late.id)
            again = put(client, "new.txt", "A new one.")  # numbers go on
            assert client.files.list(limit=1).data[0].id == again.id
            assert server.stop() == 0
        repaired = command("check", "--repair", **restored).stdout
        assert "belongs to no file" in repaired and "0 left" in repaired  # that of `late.txt`
        assert "all is well" in command("check", **restored).stdout
    finally:
        run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")
