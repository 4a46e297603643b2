import pytest
from compressed_rtf import compress

from ingest.errors import ConversionFailed
from tests.ingest.convert.conversion import Convert
from tests.ingest.convert.msg_files import Streams, compound_file, message

INTEGER, TIME = 0x0003, 0x0040
ALICE = {0x0C1A: "Alice", 0x0C1F: "/O=EXCHANGE/CN=ALICE", 0x5D01: "alice@example.org"}


def binary(number: int, data: bytes) -> Streams:
    return {f"__substg1.0_{number:04X}0102": data}


def attachment(name: str, data: bytes) -> Streams:
    return message({0x3707: name}, header=8) | binary(0x3701, data)


def test_headers_body_and_attachments_are_its_text(convert: Convert) -> None:
    bob = message({0x3001: "Bob", 0x39FE: "bob@example.org"}, {(0x0C15, INTEGER): 1}, header=8)
    eve = message({0x3001: "Eve", 0x3003: "/O=EXCHANGE/CN=EVE"}, {(0x0C15, INTEGER): 2}, header=8)
    inner = message({0x37: "Inner", 0x1000: "The inner mail."}, header=24)
    streams = message(
        ALICE | {0x37: "Heron counts", 0x1000: "Dear Bob,\r\n\r\n# see attached."},
        {(0x0039, TIME): 133_618_752_000_000_000},
    ) | {
        "__recip_version1.0_#00000000": bob,
        "__recip_version1.0_#00000001": eve,
        "__attach_version1.0_#00000000": attachment("counts.csv", b"name;n\n" + b"heron;1\n" * 1000),
        "__attach_version1.0_#00000001": {"__substg1.0_3701000D": inner, **message({0x3001: "Inner"}, header=8)},
        "__attach_version1.0_#00000002": message({0x3704: "LINK.DOC"}, header=8),
    }
    found = convert("mail.msg", compound_file(streams))
    rows = "\n".join(["| name: heron | n: 1 |"] * 1000)
    assert found.content == (
        "From: Alice <alice@example.org>\nTo: Bob <bob@example.org>\nCc: Eve\n"
        "Date: Mon, 03 Jun 2024 08:00:00 +0000\nSubject: Heron counts\n\n"
        "```\nDear Bob,\n\n# see attached.\n```\n\n"
        f"# Attachment: counts.csv\n\n| name | n |\n{rows}\n\n"
        "# Attachment: Inner\n\nSubject: Inner\n\nThe inner mail.\n\n"
        "# Attachment: LINK.DOC\n\nNot read: it is not part of the mail."
    )
    assert found.meta["title"] == "Heron counts"


def test_a_page_or_rich_text_is_read_where_there_is_nothing_else(convert: Convert) -> None:
    page = message({}, {(0x3FDE, INTEGER): 1252}) | binary(0x1013, "<h1>News</h1><p>Grüße</p>".encode("cp1252"))
    assert convert("mail.msg", compound_file(page)).content == "# News\n\nGrüße"
    rtf = message({}) | binary(0x1009, compress(rb"{\rtf1\ansi Gr\'fc\'dfe an alle\par}"))
    assert convert("mail.msg", compound_file(rtf)).content == "Grüße an alle"
    broken = message({0x37: "Damaged"}) | binary(0x1009, compress(rb"{\rtf1 words}")[:-1] + b"!")
    assert "Not read: its text is damaged" in (convert("mail.msg", compound_file(broken)).content or "")


def test_what_stands_below_the_page_is_read(convert: Convert) -> None:
    page = message({}) | binary(0x1013, b"<html><body><p>Dear all</p></body></html><p>Disclaimer</p>")
    assert convert("mail.msg", compound_file(page)).content == "Dear all\n\nDisclaimer"


def test_strings_of_old_programs_are_in_their_code_page(convert: Convert) -> None:
    streams = message({}, {(0x3FFD, INTEGER): 1251}) | {"__substg1.0_1000001E": "Отчёт".encode("cp1251")}
    assert convert("mail.msg", compound_file(streams)).content == "Отчёт"


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_called_so(convert: Convert, kept: float) -> None:
    data = compound_file(message({0x1000: "words " * 2000}))
    with pytest.raises(ConversionFailed, match="damaged"):
        convert("mail.msg", data[: int(len(data) * kept)])


def test_a_list_of_sectors_that_leads_round_in_a_circle_is_damage(convert: Convert) -> None:
    whole = bytearray(compound_file(message({0x0037: "Herons", 0x1000: "They eat frogs. " * 200})))
    entry = whole.index("__substg1.0_1000001F".encode("utf-16-le"))
    start, table = int.from_bytes(whole[entry + 116 : entry + 120], "little"), len(whole) - 512
    whole[table + 4 * start : table + 4 * start + 4] = start.to_bytes(4, "little")
    whole[entry + 120 : entry + 128] = (8 << 20).to_bytes(8, "little")
    with pytest.raises(ConversionFailed, match="is damaged: it may have been cut short"):
        convert("mail.msg", bytes(whole))


@pytest.mark.parametrize("place", [44, 64, 32], ids=["sectors", "small ones", "size of small ones"])
def test_a_header_that_states_more_than_the_file_can_hold_is_damage(convert: Convert, place: int) -> None:
    whole = bytearray(compound_file(message({0x1000: "They eat frogs."})))
    whole[place : place + 4] = (0xFFFFF).to_bytes(4, "little")
    with pytest.raises(ConversionFailed, match="is damaged: it may have been cut short"):
        convert("mail.msg", bytes(whole))


def test_a_storage_that_holds_itself_is_told(convert: Convert) -> None:
    whole = bytearray(compound_file(message({0x1000: "They eat frogs."})))
    root = whole.index("Root Entry".encode("utf-16-le"))
    whole[root + 66] = 1  # a storage
    whole[root + 76 : root + 80] = bytes(4)  # what is in it: the first entry
    with pytest.raises(ConversionFailed, match="nested too deeply"):
        convert("mail.msg", bytes(whole))


def test_a_root_among_its_own_entries_is_looked_through_once(convert: Convert) -> None:
    whole = bytearray(compound_file(message({0x1000: "They eat frogs."})))
    root = whole.index("Root Entry".encode("utf-16-le"))
    whole[root + 72 : root + 76] = whole[root + 76 : root + 80]  # beside it: what was in it
    whole[root + 76 : root + 80] = bytes(4)  # and in it: the root
    assert "They eat frogs." in (convert("mail.msg", bytes(whole)).content or "")


def test_a_plain_body_that_stands_in_for_the_page_is_not_read(convert: Convert) -> None:
    page = binary(0x1013, b"<p>The invoice total is 4711 euros, due on the third of May.</p>\0")
    streams = message({0x1000: "Your program shows no HTML."}) | page
    assert convert("mail.msg", compound_file(streams)).content == (
        "The invoice total is 4711 euros, due on the third of May."
    )


@pytest.mark.parametrize(
    ("fixed", "encoding"),
    [
        ({(0x3FFD, INTEGER): 1251}, "cp1251"),
        ({(0x3FF1, INTEGER): 0x0419}, "cp1251"),
        ({(0x3FDE, INTEGER): 20866}, "cp1251"),
        ({(0x3FFD, INTEGER): 65001}, "utf-8"),
    ],
)
def test_strings_that_end_in_nul_are_read_and_those_within_are_as_the_mail(
    convert: Convert, fixed: dict[tuple[int, int], int], encoding: str
) -> None:
    def string(number: int, text: str) -> Streams:
        return {f"__substg1.0_{number:04X}001E": text.encode(encoding) + b"\0"}

    recipient = message({}, {(0x0C15, INTEGER): 1}, header=8) | string(0x3001, "Щукин")
    attached = message({}, header=8) | string(0x3707, "цех.txt") | binary(0x3701, b"words")
    streams = message({}, fixed) | string(0x37, "Отчёт") | string(0x0C1A, "Юля") | string(0x1000, "Да")
    streams |= {"__recip_version1.0_#00000000": recipient, "__attach_version1.0_#00000000": attached}
    assert convert("mail.msg", compound_file(streams)).content == (
        "From: Юля\nTo: Щукин\nSubject: Отчёт\n\nДа\n\n# Attachment: цех.txt\n\nwords"
    )


def test_accents_are_read_where_nothing_says_the_code_page(convert: Convert) -> None:
    strings = {"__substg1.0_0C1A001E": b"L'\xc9quipe\0", "__substg1.0_1000001E": b"La r\xe9ponse \xe0 vos attentes\0"}
    assert convert("mail.msg", compound_file(message({}) | strings)).content == (
        "From: L'Équipe\n\nLa réponse à vos attentes"
    )


def test_the_page_is_in_the_code_page_of_the_internet(convert: Convert) -> None:
    page = binary(0x1013, "<p>Żółw i gęś</p>".encode("iso8859-2"))
    assert convert("mail.msg", compound_file(message({}, {(0x3FDE, INTEGER): 28592}) | page)).content == "Żółw i gęś"
