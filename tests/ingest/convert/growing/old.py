"""Old Word, PowerPoint and Outlook."""

from tests.ingest.convert.growing.form import Build
from tests.ingest.convert.msg_files import compound_file, message
from tests.ingest.convert.old_office_files import (
    IN_TABLE,
    P,
    Slide,
    deck,
    drawing,
    item,
    looks,
    placed,
    row,
    table,
    words,
)
from tests.ingest.convert.old_office_files import shape as old_shape
from tests.ingest.convert.old_office_files import word as old_word

DOC_STRUCTURES: dict[str, Build] = {
    "paragraphs": lambda n: old_word(*[P("words")] * n),
    "one paragraph": lambda n: old_word(P("words " * n)),
    "rows": lambda n: old_word(*row("a", "b") * n),
    "cells": lambda n: old_word(*row(*["a"] * n)),
    "open cells": lambda n: old_word(*[P("a", "\x07", properties=IN_TABLE)] * n),
    "items": lambda n: old_word(*[P("words", properties=item(0))] * n),
    "pieces": lambda n: old_word(P("words " * n), piece=6),
    "pieces and paragraphs": lambda n: old_word(*[P("words")] * n, piece=6),
    "headers": lambda n: old_word(P("words"), headers=[f"words {k}" for k in range(n)]),
    "footnotes": lambda n: old_word(P("words"), footnotes=[P("words")] * n),
    "fields": lambda n: old_word(P("\x13 PAGE \x14words\x15" * n)),
    "begun fields": lambda n: old_word(P("\x13words" * n)),
}


PPT_STRUCTURES: dict[str, Build] = {
    "slides": lambda n: deck(*[Slide(old_shape(words(1, "words")))] * n),
    "shapes": lambda n: deck(Slide(old_shape(words(1, "words")) * n)),
    "texts": lambda n: deck(Slide(old_shape(words(1, "words") * n))),
    "paragraphs": lambda n: deck(Slide(old_shape(words(1, "words\r" * n)))),
    "looks": lambda n: deck(
        Slide(old_shape(words(1, "words\r" * n), looks([(6, 0, None)] * n, [(3, True, 0), (3, False, 30)] * n)))
    ),
    "empty looks": lambda n: deck(Slide(old_shape(words(1, "words\r" * n), looks([(0, 0, None)] * n, [])))),
    "placed shapes": lambda n: deck(
        Slide(drawing(*(placed(0, k, 9, k + 1, words(1, "words")) for k in range(n, 0, -1))))
    ),
    "cells": lambda n: deck(Slide(drawing(table(*(((0, k, 9, k + 1), words(4, "words")) for k in range(n)))))),
    "steps of cells": lambda n: deck(Slide(drawing(table(*(((k, k, n, n), words(4, "words")) for k in range(n)))))),
    "tables": lambda n: deck(Slide(drawing(*[table(((0, 0, 9, 9), words(4, "words")))] * n))),
    "outline": lambda n: deck(Slide(old_shape(), words(1, "words") * n)),
    "notes": lambda n: deck(*[Slide(old_shape(words(1, "words")), notes="words")] * n),
}


SUBJECT, BODY, HTML_BODY = 0x0037, 0x1000, 0x1013


def msg(n: int, texts: dict[int, str] | None = None) -> bytes:
    return compound_file(message({SUBJECT: "words", BODY: "words", **(texts or {})}))


def msg_in_msg(n: int) -> bytes:
    inner = message({SUBJECT: "words", BODY: "words"}, header=24)
    for _ in range(n):
        inner = {
            **message({SUBJECT: "words", BODY: "words"}, header=24),
            "__attach_version1.0_#00000000": {**message({}, header=8), "__substg1.0_3701000D": inner},
        }
    return compound_file(
        {
            **message({SUBJECT: "words", BODY: "words"}),
            "__attach_version1.0_#00000000": {**message({}, header=8), "__substg1.0_3701000D": inner},
        }
    )


MSG_STRUCTURES: dict[str, Build] = {
    "body": lambda n: msg(n, {BODY: "words " * n}),
    "subject": lambda n: msg(n, {SUBJECT: "=?utf-8?q?a?= " * n}),
    "page": lambda n: msg(n, {BODY: "", HTML_BODY: "<p>words " * n}),
    "recipients": lambda n: compound_file(
        {
            **message({SUBJECT: "a", BODY: "words"}),
            **{f"__recip_version1.0_#{k:08X}": message({0x3001: "Ann"}, {(0x0C15, 3): 1}, header=8) for k in range(n)},
        }
    ),
    "attachments": lambda n: compound_file(
        {
            **message({SUBJECT: "a", BODY: "words"}),
            **{f"__attach_version1.0_#{k:08X}": message({0x3707: "a.txt"}, header=8) for k in range(n)},
        }
    ),
    "properties": lambda n: compound_file(
        message({SUBJECT: "a", BODY: "words"}, {(k % 65536, 3): 1 for k in range(n)})
    ),
    "streams": lambda n: compound_file({**message({SUBJECT: "a", BODY: "words"}), **{f"s{k}": b"a" for k in range(n)}}),
    "mails within mails": msg_in_msg,
}
