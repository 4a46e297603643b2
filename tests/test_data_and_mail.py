"""One file of each kind of data and mail, through the API: what is in it is found, under the file's name."""

from email.message import EmailMessage

import pytest
from openai import OpenAI

from tests.ingest.convert.msg_files import compound_file, message
from tests.official_client import put


def eml() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Birds"
    mail.set_content("See attached.")
    mail.add_attachment(b"name;place\nheronword;pond\n", maintype="text", subtype="csv", filename="birds.csv")
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("birds.csv", "name;place\nheronword;Köln\n".encode("cp1252")),
        ("birds.tsv", b"name\tplace\nheronword\tpond\n"),
        ("birds.json", rb'[{"name": "\u0068eronword"}]'),
        ("birds.jsonl", b'{"name": "heronword"}\n{"name": "other"}\n'),
        ("birds.xml", b"<birds><bird name='heronword'/></birds>"),
        ("birds.yaml", b"bird:\n  name: heronword\n"),
        ("birds.eml", eml()),
        ("birds.msg", compound_file(message({0x37: "Birds", 0x1000: "The heronword eats."}))),
        ("birds.tex", rb"\documentclass{article}\begin{document}The \emph{heron}word\end{document}"),
        ("birds.txt", "鷺 heronword です。".encode("shift-jis")),
        ("birds.py", b"def heronword():\n    return 1\n"),
    ],
)
def test_its_words_are_found(client: OpenAI, name: str, content: bytes) -> None:
    assert put(client, name, content).last_error is None
    [found] = client.vector_stores.search("vs_default", query="heronword").data
    assert found.filename == name
    assert "heronword" in found.content[0].text
