import base64
from email.message import EmailMessage

import pytest

from ingest.convert.formats import eml
from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import NASTY, Convert, needs_nasty
from tests.ingest.convert.growing.mail import MAIL_STRUCTURES
from tests.ingest.convert.pdf_files import pdf


def mail(subject: str = "Heron counts", body: str = "Dear Bob,\n\nsee attached.\n") -> EmailMessage:
    message = EmailMessage()
    message["Received"] = "from somewhere"
    message["Subject"] = subject
    message["From"] = "Alice <alice@example.org>"
    message["To"] = "bob@example.org, Eve Müller <eve@example.org>"
    message["Date"] = "Mon, 03 Jun 2024 10:00:00 +0200"
    message.set_content(body)
    return message


HEADERS = (
    "From: Alice <alice@example.org>\nTo: bob@example.org, Eve Müller <eve@example.org>\n"
    "Date: Mon, 03 Jun 2024 10:00:00 +0200\nSubject: Heron counts\n\n"
)


def test_headers_and_body_are_its_text(convert: Convert) -> None:
    found = convert("mail.eml", mail().as_bytes())
    assert found.content == HEADERS + "Dear Bob,\n\nsee attached."
    assert (found.meta["title"], found.meta["markup"]) == ("Heron counts", "markdown")


def test_of_two_bodies_the_plain_one_is_read(convert: Convert) -> None:
    message = mail()
    message.add_alternative("<p>Dear <b>all</b></p>", subtype="html")
    assert "all" not in (convert("mail.eml", message.as_bytes()).content or "")


def test_a_page_is_read_where_there_is_nothing_else(convert: Convert) -> None:
    message = mail(body=" \n")
    message.add_alternative(
        "<meta charset=utf-8><h1>News</h1><p>Grüße <b>all</b></p>", subtype="html", charset="cp1252"
    )
    assert convert("mail.eml", message.as_bytes()).content == HEADERS + "# News\n\nGrüße all"


def test_what_stands_below_the_page_is_read(convert: Convert) -> None:
    message = mail()
    message.set_content("<html><body><p>Dear all</p></body></html><p>Disclaimer</p>", subtype="html")
    assert convert("mail.eml", message.as_bytes()).content == HEADERS + "Dear all\n\nDisclaimer"


def test_attachments_are_read_by_their_kind(convert: Convert) -> None:
    message = mail()
    message.add_attachment(
        pdf("One heron.", "Two herons."), maintype="application", subtype="pdf", filename="Zählung.pdf"
    )
    message.add_attachment("# Reeds\n\nBy the pond.\n", subtype="markdown", filename="notes.md")
    message.add_attachment("# a comment\nx = 1\n", subtype="x-python", filename="count.py")
    message.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="heic", filename="photo.heic")
    message.add_attachment(b"no pdf", maintype="application", subtype="pdf", filename="broken.pdf")
    message.add_attachment(b"", maintype="text", subtype="plain", filename="empty.txt")
    message.add_attachment(mail("Inner", "The inner mail."))
    document = convert("mail.eml", message.as_bytes())
    assert document.meta["note"] == (
        "3 files in it were not read (photo.heic, broken.pdf, empty.txt); its text says why."
    )
    assert (document.content or "").removeprefix(HEADERS) == (
        "Dear Bob,\n\nsee attached.\n\n"
        "# Attachment: Zählung.pdf\n\nOne heron.\nTwo herons.\n\n"
        "# Attachment: notes.md\n\n## Reeds\n\nBy the pond.\n\n"
        "# Attachment: count.py\n\n```\n# a comment\nx = 1\n```\n\n"
        "# Attachment: unnamed.csv\n\n| a | b |\n| a: 1 | b: 2 |\n\n"
        "# Attachment: photo.heic\n\nNot read: Pictures in this format ('.heic') are not supported: "
        "save them as PNG, JPEG or PDF, and upload that.\n\n"
        "# Attachment: broken.pdf\n\nNot read: 'broken.pdf' is not a PDF file, whatever its name says, "
        "or it is damaged."
        "\n\n# Attachment: empty.txt\n\nNot read: it is empty.\n\n"
        f"# Attachment: Inner\n\n{HEADERS.replace('Heron counts', 'Inner')}The inner mail."
    )


def test_the_logo_below_a_mail_is_no_file_that_was_not_read(convert: Convert) -> None:
    message = mail()
    message.add_attachment(b"", maintype="image", subtype="png", filename="image001.png")
    document = convert("mail.eml", message.as_bytes())
    assert "# Attachment: image001.png\n\nNot read: " in (document.content or "")
    assert "note" not in document.meta


def test_a_picture_without_a_name_is_called_one(convert: Convert) -> None:
    message = mail()
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    assert "# Attachment: unnamed.png\n\nNot read: " in (convert("mail.eml", message.as_bytes()).content or "")


def test_an_attachment_beside_the_page_of_two_bodies_is_read(convert: Convert) -> None:
    message = mail(body="Plain.")
    message.add_alternative("<p>page</p>", subtype="html")
    _, page = message.iter_parts()
    page.add_attachment("Words.", filename="notes.txt")
    content = convert("mail.eml", message.as_bytes()).content or ""
    assert content == HEADERS + "Plain.\n\n# Attachment: notes.txt\n\nWords."


@pytest.mark.parametrize(
    ("charset", "encoding", "text"),
    [
        ("iso-2022-jp", "7bit", "会議は月曜日です。"),
        ("shift_jis", "base64", "会議は月曜日です。"),
        ("gb2312", "8bit", "会议在星期一举行。"),
        ("iso-8859-1", "quoted-printable", "Grüße – “so”"),  # says less than it is: cp1252
        ("unknown-8bit", "8bit", "Grüße an alle"),
        ("utf-8", "8bit", "Привет"),
    ],
)
def test_charsets_are_decoded(convert: Convert, charset: str, encoding: str, text: str) -> None:
    real = {"iso-8859-1": "cp1252", "unknown-8bit": "cp1252"}.get(charset, charset)
    data = text.encode(real)
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        data = "".join(f"={byte:02X}" for byte in data).encode()
    head = f"Subject: x\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert convert("mail.eml", head.encode() + data).content == f"Subject: x\n\n{text}"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?= an\n =?iso-2022-jp?b?GyRCMnE1RBsoQg==?=", "Grüße an 会議"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        (b"=?no-such-charset?q?abc?= =?utf-8?b?!!!?=", "abc"),
        (b"=?no\0name?q?abc?=", "abc"),
    ],
)
def test_headers_are_decoded(convert: Convert, raw: bytes, subject: str) -> None:
    assert (convert("mail.eml", b"Subject: " + raw + b"\n\nwords").content or "").startswith(f"Subject: {subject}")


def test_a_header_without_end_does_not_take_without_end(convert: Convert) -> None:
    many = '"a" <b@c>, ' * 100_000
    assert (convert("mail.eml", f"To: {many}\n\nwords").content or "").endswith("words")


@needs_nasty
def test_an_attachment_that_takes_the_process_down_leaves_the_mail(convert: Convert) -> None:
    message = mail()
    bomb = (NASTY / "flate_60MB.pdf").read_bytes()
    message.add_attachment(bomb, maintype="application", subtype="pdf", filename="bomb.pdf")
    assert convert("mail.eml", message.as_bytes()).content == (
        HEADERS + "Dear Bob,\n\nsee attached.\n\n# Attachment: bomb.pdf\n\n"
        "Not read: the converter failed on an attachment of this mail."
    )


PAGE = "<style>p {color: red}</style><p>The invoice total is <b>4711</b> euros, due on the third of May.</p>"


@pytest.mark.parametrize(
    "stub",
    [
        "This message requires an HTML capable mail client.",
        "Ihr E-Mail-Programm kann leider keine HTML-Mails anzeigen.\n",
        "View this mail in your browser: https://example.org/invoice?total",
        "The invoice ...",
    ],
)
def test_a_plain_body_that_stands_in_for_the_page_is_not_read(convert: Convert, stub: str) -> None:
    message = mail(body=stub)
    message.add_alternative(PAGE, subtype="html")
    message.add_attachment("Words.", filename="notes.txt")
    assert convert("mail.eml", message.as_bytes()).content == (
        HEADERS + "The invoice total is 4711 euros, due on the third of May.\n\n# Attachment: notes.txt\n\nWords."
    )


def test_the_beginning_of_a_long_page_stands_in_for_it(convert: Convert) -> None:
    lines = [f"Heron {n} was seen at pond p{n}." for n in range(500)]
    message = mail(body="\n".join(lines[:100]))
    message.add_alternative("".join(f"<p>{line}</p>" for line in lines), subtype="html")
    assert "Heron 499" in (convert("mail.eml", message.as_bytes()).content or "")


def test_a_plain_body_with_the_words_of_the_page_is_read(convert: Convert) -> None:
    body = "The INVOICE total is 4711 euros (see https://example.org/4711), due on the third of May.\n"
    message = mail(body=body)
    message.add_alternative(PAGE + "<p>Unsubscribe</p>", subtype="html")
    assert convert("mail.eml", message.as_bytes()).content == HEADERS + body.strip()


def test_a_header_of_many_encoded_words_is_read_whole(convert: Convert) -> None:
    words = " ".join(f"=?utf-8?q?word_{number}_?=" for number in range(3000))
    mail = convert("a.eml", f"From: a@b.c\nSubject: {words}\n\nHello.")
    assert mail.content is not None
    assert mail.content.startswith("From: a@b.c\nSubject: word 0 word 1 word 2 ")
    assert "word 2999" in mail.content
    assert len(mail.meta["title"]) <= 500  # it stands with each chunk


def test_a_character_may_be_cut_between_two_encoded_words() -> None:
    assert eml.header("=?utf-8?q?=C3?=\n =?utf-8?q?=A4?= b =?utf-8?b?w6Q=?= c =?x-none?q?d?=") == "ä b ä c d"
    assert eml.header("=?utf-8?b?w6?= =?utf-8?q?without end") == "\N{REPLACEMENT CHARACTER} =?utf-8?q?without end"


def test_so_many_parameters_of_a_part_are_parsed() -> None:
    for many in ("; ".join(f"p{number}=v" for number in range(5000)), f'name="{";" * 5000}"'):
        part = eml.parsed(f"Content-Type: text/plain; charset=utf-8; {many}\n\nwords".encode())
        assert part.get_content_charset() == "utf-8"
        assert len(part.get_params() or ()) <= eml.MOST_PARAMETERS
        assert len(part["Content-Type"]) <= eml.LONGEST_PARSED


def test_parts_that_lie_too_deep_are_told(convert: Convert) -> None:
    assert "words" in (convert("a.eml", MAIL_STRUCTURES["MIME within MIME"](50)).content or "")
    with pytest.raises(ConversionFailed, match="nested too deeply"):
        convert("a.eml", MAIL_STRUCTURES["MIME within MIME"](70))


@pytest.mark.parametrize(
    ("declared", "data", "said"),
    [
        ("iso-8859-1", b"It\x92s 5 \x80", "It’s 5 €"),
        ("us-ascii", b"It\x92s", "It’s"),
        ("gb2312", "朱镕基".encode("gb18030"), "朱镕基"),
        ("shift_jis", "①髙橋".encode("cp932"), "①髙橋"),
        ("euc-kr", "똠방각하".encode("cp949"), "똠방각하"),
    ],
)
def test_headers_and_names_of_files_are_read_in_the_set_that_programs_mean(
    convert: Convert, declared: str, data: bytes, said: str
) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in data)
    mail = (
        f"Subject: =?{declared}?b?{base64.b64encode(data).decode()}?=\nContent-Type: text/plain\n"
        f"Content-Disposition: attachment; filename*={declared}''{quoted}.txt\n\nowls"
    )
    document = convert("mail.eml", mail)
    assert document.meta["title"] == said
    assert f"# Attachment: {said}.txt" in str(document.content)
