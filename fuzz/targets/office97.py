"""Files of Word, PowerPoint and Excel up to 2003: whatever stands in the streams of a sound compound file."""

from io import BytesIO

import olefile

from fuzz.documents import read
from fuzz.target import Target
from ingest.convert.parts.xls import EXCEL_97
from tests.ingest.convert import xls_files
from tests.ingest.convert.msg_files import Streams, compound_file
from tests.ingest.convert.old_office_files import IN_TABLE, P, Slide, deck, item, row, shape, word, words

STREAMS = {
    b"w": (".doc", ("WordDocument", "0Table", "1Table")),
    b"p": (".ppt", ("PowerPoint Document", "Current User")),
    b"x": (".xls", ("Workbook",)),
}
SEPARATOR = b"\xfe\xfd\xfe"


def check(data: bytes) -> None:
    """The first byte tells which of them."""
    ending, names = STREAMS.get(data[:1], STREAMS[b"x"])
    pieces = data[1:].split(SEPARATOR)
    if ending == ".xls":  # of Excel 97; older ones are read by calamine, which sheets that reach too far abort
        pieces[0] = pieces[0][:4] + EXCEL_97.to_bytes(2, "little") + pieces[0][6:]
    streams: Streams = dict(zip(names, pieces, strict=False))
    # A shared text may be named by every cell, a style by every paragraph.
    read(compound_file(streams), ending, times=200, besides=1 << 22)


def seed(kind: bytes, whole: bytes) -> bytes:
    with olefile.OleFileIO(BytesIO(whole)) as compound:
        names = STREAMS[kind][1]
        return kind + SEPARATOR.join(
            compound.openstream(name).read() if compound.exists(name) else b"" for name in names
        )


DOCUMENT = word(P("Birds", style=1), P("frogs", properties=item(0)), *row("Bird", "Food"), P("a", properties=IN_TABLE))
SLIDES = deck(
    Slide(shape(words(4, "A box")), outline=words(6, "Birds") + words(1, "Heron", single=True), notes="Slowly.")
)
SHEET = xls_files.label(0, 0, "Share") + xls_files.number(1, 0, 0.254, style=1) + xls_files.comment(1, 0, 1)
BOOK = xls_files.book({"S": SHEET}, formats=["0.0%", "dd.mm.yyyy"])
TARGET = Target(check, [seed(b"w", DOCUMENT), seed(b"p", SLIDES), seed(b"x", BOOK)])
