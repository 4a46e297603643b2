"""What others wrote, as a line of a log or a terminal."""

import logging

from ingest.printable import LineFormatter


def test_what_others_say_is_no_line_of_the_log_and_no_command_to_a_terminal() -> None:
    forged = "no\n2026-11-29 12:00:00 INFO rag_api: a key was made\r\x1b[2J\u202e"
    record = logging.LogRecord("ingest.embed", logging.WARNING, "", 0, "it said: %s", (forged,), None)
    formatter = LineFormatter("%(levelname)s %(name)s: %(message)s")
    assert formatter.format(record).split("\n") == [
        "WARNING ingest.embed: it said: no",
        "    2026-11-29 12:00:00 INFO rag_api: a key was made\\r\\x1b[2J\\u202e",
    ]
    try:
        raise ValueError(forged)
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    assert all(line.startswith("    ") for line in formatter.format(record).split("\n")[1:])
