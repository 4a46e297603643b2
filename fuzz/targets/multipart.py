"""Multipart forms: the same whether they come at once or byte by byte; and what a client packs is what is unpacked."""

import asyncio
import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from starlette.types import Message

from fuzz.target import Target, first_difference
from ingest.blobs import Draft
from ingest.errors import TooLarge
from rag_api.http.multipart import form
from rag_api.http.refused import Refused

BOUNDARY = b"b"
START = b"--b\r\n"
LIMIT = 2000

Read = tuple[dict[str, str], str, str]
REFUSED: Read = ({}, "", "")


def check(data: bytes) -> None:
    asyncio.run(_check(data))


async def _check(data: bytes) -> None:
    body = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")  # a search seldom hits on both
    if not body.startswith(START):  # of what is before it, the library's parser finds more when it comes at once
        body = START + body
    with TemporaryDirectory(prefix="fuzz-") as folder:
        at_once = await read([body], Path(folder))
        first_difference(await read([body[at : at + 1] for at in range(len(body))], Path(folder)), at_once)
        _, name, _ = at_once
        assert len(name) <= 255 and not set("/\\") & set(name)
        assert "Cc" not in map(unicodedata.category, name)
        if b"\r\n--" + BOUNDARY not in body and len(body) <= LIMIT:
            packed = (
                b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + body + b"\r\n--b--\r\n"
            )
            first_difference(await read([packed], Path(folder)), ({}, "a", sha256(body).hexdigest()))
        assert not list(Path(folder).iterdir()), "a draft was left behind"


async def read(pieces: Sequence[bytes], folder: Path) -> Read:
    """Fields, name and sha256 of the file."""
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    arriving = iter(messages)

    async def receive() -> Message:
        return next(arriving)

    request = Request({"type": "http", "headers": [(b"content-type", b"multipart/form-data; boundary=b")]}, receive)
    try:
        async with form(request, "file", lambda: Draft(folder, LIMIT, flush=False)) as sent:
            return sent.fields, sent.filename, sent.draft.sha256
    except (Refused, TooLarge):
        return REFUSED


PART = '--b\nContent-Disposition: form-data; name="{}"\n\n{}\n'
FILE = '--b\nContent-Disposition: form-data; name="file"; filename="{}"\nContent-Type: text/plain\n\nHerons.\n'
FORMS = [
    FILE.format("herons.txt") + PART.format("purpose", "assistants") + "--b--\n",
    PART.format("expires_after[seconds]", "3600") + FILE.format("../a%22\\b.txt") + "--b--\n",
    FILE.replace("filename=", "filename*=UTF-8''").format("r%C3%A9sum%C3%A9.pdf") + "--b--\n",
    FILE.format("=?utf-8?B?aGVyb25zLnR4dA==?=") + "--b--",
    FILE.format("") + FILE.format("") + "--b--\n",
    "preamble\n" + FILE.format("a"),
]
TOKENS = [
    "--b\n",
    "--b--\n",
    "\n\n",
    "Content-Disposition: form-data; ",
    'name="file"',
    'filename="',
    "filename*=UTF-8''",
]
TARGET = Target(check, [text.encode() for text in FORMS], tokens=TOKENS)
