import pytest

from ingest.convert.formats import mbox
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.formats.test_eml import HEADERS, mail

START = b"From alice@example.org Mon Jun  3 10:00:00 2024\n"


def test_each_mail_of_a_mailbox_is_read(convert: Convert) -> None:
    first = mail(body="Dear Bob,\n\n>From here on\nFrom there on\n")
    first.add_attachment("# Reeds", subtype="markdown", filename="notes.md")
    mailbox = b"\n".join(START + message.as_bytes() for message in (first, mail("Second", "Two.\n")))
    assert convert("a.mbox", mailbox).content == (
        f"# Heron counts\n\n{HEADERS}Dear Bob,\n\nFrom here on\nFrom there on\n\n"
        "## Attachment: notes.md\n\n### Reeds\n\n"
        f"# Second\n\n{HEADERS.replace('Heron counts', 'Second')}Two."
    )


def test_lines_of_mails_end_as_they_may(convert: Convert) -> None:
    mailbox = (START + mail("One").as_bytes() + b"\n" + START + mail("Two").as_bytes()).replace(b"\n", b"\r\n")
    content = convert("a.mbox", mailbox).content or ""
    assert "# One" in content
    assert "# Two" in content


def test_a_file_of_one_mail_is_read_as_one(convert: Convert) -> None:
    assert convert("a.mbox", mail(body="Dear Bob").as_bytes()).content == f"{HEADERS}Dear Bob"


def test_a_mailbox_without_end_is_read_up_to_a_point(convert: Convert) -> None:
    mails = mbox.MAX_MAILS + 2
    content = convert("a.mbox", (START + b"Subject: x\n\nwords\n\n") * mails).content or ""
    assert content.count("# x") == mbox.MAX_MAILS
    assert content.endswith("Not read: 2 more mails. Split the mailbox into smaller ones.")


@pytest.mark.parametrize("name", ["page.mht", "page.mhtml"])
def test_a_page_saved_with_its_pictures_is_the_page(convert: Convert, name: str) -> None:
    page = mail("A page")
    page.clear_content()
    page.set_content("<h1>Herons</h1><p>Grüße", subtype="html")
    page.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<a>")
    page.add_related(b"<p>In a frame", maintype="text", subtype="html")
    found = convert(name, page.as_bytes())
    assert found.content == "# Herons\n\nGrüße\n\nIn a frame"
    assert found.meta["title"] == "A page"
