import pytest

from tests.ingest.convert.conversion import Convert


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str) -> bytes:
    return calendar("BEGIN:VEVENT", *lines, "END:VEVENT")


def test_an_event_says_what_when_where_and_who(convert: Convert) -> None:
    document = convert(
        "a.ics",
        calendar(
            "X-WR-CALNAME:Choir",
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Berlin",
            "END:VTIMEZONE",
            "BEGIN:VEVENT",
            "UID:1@x",
            "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20251203T193000",
            "DTEND;TZID=Europe/Berlin:20251203T213000",
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20260325T000000Z;WKST=MO",
            "SUMMARY:Rehearsal\\, all",
            "LOCATION:Hall\\; room 2",
            'ORGANIZER;CN="Hart: Lucy":mailto:lucy@hart.org',
            "ATTENDEE;PARTSTAT=NEEDS-ACTION:MAILTO:bob@hart.org",
            "DESCRIPTION:Bring scores.\\nAsk Mr Gre",
            " enwood.",
            "BEGIN:VALARM",
            "DESCRIPTION:Reminder",
            "END:VALARM",
            "END:VEVENT",
        ),
    )
    assert document.content == (
        "# Choir\n\n## Rehearsal, all\n\nWhen: 2025-12-03 19:30 to 21:30 (Europe/Berlin)\n"
        "Repeats: every 2 weeks on Monday and Wednesday until 2026-03-25\nWhere: Hall; room 2\n"
        "Organizer: Hart: Lucy <lucy@hart.org>\nAttendees: bob@hart.org\n\nBring scores.\nAsk Mr Greenwood."
    )
    assert document.meta["title"] == "Choir"


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (["DTSTART;VALUE=DATE:20251220", "DTEND;VALUE=DATE:20251221"], "2025-12-20"),
        (["DTSTART;VALUE=DATE:20251220", "DTEND;VALUE=DATE:20251223"], "2025-12-20 to 2025-12-22"),
        (["DTSTART:20251220T230000Z", "DURATION:PT2H"], "2025-12-20 23:00 to 2025-12-21 01:00 (UTC)"),
        (["DTSTART:20251220T090000", "DTEND:20251220T090000"], "2025-12-20 09:00"),
        (
            ["DTSTART;TZID=Asia/Tokyo:20251220T090000", "DTEND:20251220T030000Z"],
            "2025-12-20 09:00 (Asia/Tokyo) to 2025-12-20 03:00 (UTC)",
        ),
        (["DTSTART:20251331T090000"], "20251331T090000"),
    ],
)
def test_times_are_readable(convert: Convert, lines: list[str], when: str) -> None:
    assert convert("a.ics", event("SUMMARY:a", *lines)).content == f"## a\n\nWhen: {when}"


def test_letters_that_a_fold_parts_are_whole(convert: Convert) -> None:
    content = event("SUMMARY:aéb").replace("é".encode(), b"\xc3\r\n \xa9")
    assert convert("a.ics", content).content == "## aéb"


def test_a_rarer_rule_stays_as_it_is(convert: Convert) -> None:
    for rule, said in (
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=5", "every month on the last Friday 5 times"),
        ("FREQ=YEARLY;BYMONTH=3,4;BYWEEKNO=20", "every year in March and April BYWEEKNO=20"),
        ("FREQ=SECONDLY", "FREQ=SECONDLY"),
    ):
        assert convert("a.ics", event("SUMMARY:a", f"RRULE:{rule}")).content == f"## a\n\nRepeats: {said}"


def test_what_is_no_calendar_is_read_as_it_is(convert: Convert) -> None:
    assert convert("a.ics", b"Just a note").content == "Just a note"
