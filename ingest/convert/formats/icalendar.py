"""Calendars (RFC 5545): each event and task with its time, place, people and description."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import BinaryIO

from ingest.convert import Extracted
from ingest.convert.formats.text import decode
from ingest.convert.parts.blocks import Blocks
from ingest.convert.parts.content_lines import Component, Property, components

CONVERTER = "icalendar 2"

SHOWN = ("VEVENT", "VTODO", "VJOURNAL")
DURATION = re.compile(r"\+?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?")
ZONE = re.compile(r"(?:^|/)([A-Z]\w+/[\w+/-]+)$")  # some programs put their own name before it
OFTEN = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year", "HOURLY": "hour"}
DAYS = dict(zip("MO TU WE TH FR SA SU".split(), range(7), strict=True))
DAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}


def convert(file: BinaryIO, filename: str) -> Extracted:
    data = file.read()
    calendars = components(data, filename)
    if not calendars:
        return Extracted(decode(data, filename), CONVERTER)
    blocks = Blocks()
    for calendar in calendars:
        name = calendar.text("X-WR-CALNAME") or calendar.text("NAME")
        blocks.heading(1, name)
        blocks.paragraph(calendar.text("X-WR-CALDESC"))
        shown = [calendar] if calendar.name in SHOWN else [inner for inner in calendar.inner if inner.name in SHOWN]
        for event in shown:
            blocks.heading(2, event.text("SUMMARY") or event.name.removeprefix("V").capitalize())
            blocks.paragraph("\n".join(_lines(event)))
            blocks.paragraph(event.text("DESCRIPTION"))
            for comment in event.all("COMMENT"):
                blocks.comment(None, comment.text())
    return Extracted(blocks.text(), CONVERTER, title=calendars[0].text("X-WR-CALNAME") or None)


def _lines(event: Component) -> Iterator[str]:
    start = event.first("DTSTART")
    said = {
        "When": _when(start, event.first("DTEND"), event.text("DURATION")) if start else "",
        "Due": _moment(due) if (due := event.first("DUE")) else "",
        "Repeats": ", ".join(_rule(rule.value) for rule in event.all("RRULE")),
        "Also on": ", ".join(map(_moment, event.all("RDATE"))),
        "Not on": ", ".join(map(_moment, event.all("EXDATE"))),
        "Instead of": _moment(instead) if (instead := event.first("RECURRENCE-ID")) else "",
        "Where": event.text("LOCATION"),
        "Organizer": ", ".join(map(_person, event.all("ORGANIZER"))),
        "Attendees": ", ".join(map(_person, event.all("ATTENDEE"))),
        "Status": event.text("STATUS").lower().replace("-", " "),
        "Categories": ", ".join(given.text() for given in event.all("CATEGORIES")),
        "Link": event.text("URL"),
    }
    return (f"{label}: {' '.join(value.split())}" for label, value in said.items() if value)


def _when(start: Property, end: Property | None, duration: str) -> str:
    begins = _read(start.value)
    ends = _read(end.value) if end else None
    if ends is None and begins is not None and (lasts := DURATION.fullmatch(duration)) and any(lasts.groups()):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in lasts.groups())
        try:
            ends = begins + timedelta(days, seconds, 0, 0, minutes, hours, weeks)
        except OverflowError:
            ends = None
    if begins is None or ends is None or ends == begins:
        return _moment(start)
    if not isinstance(begins, datetime) or not isinstance(ends, datetime):
        if isinstance(ends, datetime) or isinstance(begins, datetime) or ends < begins:
            return _moment(start)
        last = ends - timedelta(1)  # the day behind the last one is stated
        return _shown(begins) if last == begins else f"{_shown(begins)} to {_shown(last)}"
    zone, until = _zone(start), _zone(end) if end else _zone(start)
    shown = _shown(ends).partition(" ")[2] if ends.date() == begins.date() and zone == until else _shown(ends)
    return f"{_shown(begins)}{zone if zone != until else ''} to {shown}{until}"


def _moment(given: Property) -> str:
    """One, or several of a list; of a period, where it begins."""
    moments = (_read(value.partition("/")[0]) for value in given.value.split(","))
    shown = ", ".join(_shown(moment) for moment in moments if moment is not None)
    return f"{shown}{_zone(given)}" if ":" in shown else shown or given.text()


def _read(value: str) -> date | datetime | None:
    digits = value.strip().rstrip("Z").replace("-", "").replace(":", "")
    try:
        if "T" in digits:
            return datetime.strptime(digits, "%Y%m%dT%H%M%S")
        return datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return None


def _shown(moment: date | datetime) -> str:
    return moment.isoformat(" ", "minutes") if isinstance(moment, datetime) else moment.isoformat()


def _zone(given: Property) -> str:
    if given.value.strip().endswith("Z"):
        return " (UTC)"
    name = given.parameters.get("TZID", "")
    known = ZONE.search(name)
    return f" ({known[1] if known else name})" if name else ""


def _rule(rule: str) -> str:
    """As in "every 2 weeks on Monday and Friday until 2026-03-25"; what is rarer than that as it stands."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    unit = OFTEN.get(parts.pop("FREQ", ""))
    if unit is None:
        return rule
    every = parts.pop("INTERVAL", "1")
    said = [f"every {unit}" if every == "1" else f"every {every} {unit}s"]
    if days := parts.pop("BYDAY", ""):
        said.append(f"on {_listed(list(map(_day, days.split(','))))}")
    if days := parts.pop("BYMONTHDAY", ""):
        said.append(f"on day {_listed(days.split(','))}")
    if months := parts.pop("BYMONTH", ""):
        named = [MONTHS[int(m) - 1] if m.isdecimal() and 1 <= int(m) <= 12 else m for m in months.split(",")]
        said.append(f"in {_listed(named)}")
    if count := parts.pop("COUNT", ""):
        said.append(f"{count} times")
    if until := parts.pop("UNTIL", ""):
        last = _read(until)
        said.append(f"until {until if last is None else _shown(last)[:10]}")
    parts.pop("WKST", None)
    return " ".join([*said, *(f"{name}={value}" for name, value in parts.items())])


def _day(day: str) -> str:
    name = DAY_NAMES[DAYS[day[-2:]]] if day[-2:] in DAYS else day
    which = day[:-2].lstrip("+")
    return f"the {ORDINALS.get(which, which)} {name}" if which else name


def _listed(items: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))


def _person(given: Property) -> str:
    address = re.sub(r"^mailto:", "", given.text().strip(), flags=re.IGNORECASE)
    name = given.parameters.get("CN", "").strip()
    told = f"{name} <{address}>" if name and name != address else address
    answer = given.parameters.get("PARTSTAT", "").lower().replace("-", " ")
    return f"{told} ({answer})" if answer and answer != "needs action" else told
