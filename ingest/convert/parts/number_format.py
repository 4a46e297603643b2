"""Number formats of spreadsheets (ECMA-376, part 1, 18.8.31): a number as its cell shows it; dates as in ISO 8601."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from ingest.convert.parts.blocks import LONG_FROM, decimal

Show = Callable[[float], str]

# Those that a file names by number only, unless they are General, a date or a time; the rest is up to the country.
BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"},
    **dict.fromkeys((5, 6, 37, 38), "#,##0"),
    **dict.fromkeys((7, 8, 39, 40), "#,##0.00"),
    **dict.fromkeys((14, 15, 16, 30), "yyyy-mm-dd"),
    **{17: "yyyy-mm", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm"},
    **{41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "h:mm:ss", 46: "[h]:mm:ss", 47: "h:mm:ss"},
    **dict.fromkeys((27, 28, 29, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),  # of East Asia
    **{32: "h:mm", 33: "h:mm:ss", 34: "h:mm", 35: "h:mm:ss", 55: "h:mm", 56: "h:mm:ss"},
    **{48: "0.0E+0", 49: "@"},
}

# A quoted or escaped character, a space as wide as one, one that fills the cell; in brackets a colour, a condition, a
# currency or a time that goes beyond a day; the rest one by one.
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<wide>.)|\*(?P<fill>.)|\[(?P<brackets>[^\]]*)\]'
    r"|(?P<general>General)|(?P<exponent>E[+-]0+)|(?P<noon>AM/PM|A/P)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
SECTIONS = re.compile(r'((?:"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|[^;])*)(?:;|$)', re.DOTALL)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
PLACEHOLDERS = frozenset("0#?")
ROUNDED_UP = 1 + 1e-15  # 1.005 is 1.00499999999999989, and shown as 1.01
ROUNDED_UP_TO, ROUNDED_DECIMALS = 1e9, 5  # beyond these, what is added would show
MOST_DECIMALS = 30
LONGEST = 1000  # characters of a format, of which Excel allows 255; a longer one shows a number as it is
LEAP_DAY = 60  # 29 February 1900, which there was not
DAY_0 = date(1899, 12, 30).toordinal()
LAST_DAY = 2_958_466  # that of the year 10000

COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": float.__lt__,
    ">": float.__gt__,
    "<=": float.__le__,
    ">=": float.__ge__,
    "=": float.__eq__,
    "<>": float.__ne__,
}


@lru_cache(1000)  # a file may have formats without end
def shown_by(code: str, from_1904: bool = False) -> Show | None:
    """How a cell with this format shows a number; None if it shows it as it is. `from_1904` is how a workbook of old
    Macintoshes counts days."""
    if len(code) > LONGEST:
        return None
    parts = [_Section(text, from_1904) for text in SECTIONS.findall(code)[:3] if text] or [_Section("", from_1904)]
    if len(parts) == 1 and parts[0].condition is None:
        return parts[0].show
    return lambda number: _of_sections(parts, number)


def is_date(code: str) -> bool:
    return any(part.date for part in (_Section(text, False) for text in SECTIONS.findall(code)[:1]))


def _of_sections(parts: "list[_Section]", number: float) -> str:
    if any(part.condition for part in parts):
        part = next((part for part in parts if part.condition is None or part.fits(number)), parts[-1])
        return part.shown(number)
    if number < 0 and len(parts) > 1:
        return parts[1].shown(-number)
    return parts[2 if number == 0 and len(parts) > 2 else 0].shown(number)


class _Section:
    """What one of the parts between semicolons says: literals around and between the digits, or a date."""

    def __init__(self, code: str, from_1904: bool) -> None:
        self.condition: tuple[str, float] | None = None
        self.days_before = 1462 if from_1904 else 0
        self.date = ""  # the letters of a date or time, in their order
        self.date_only = False
        self.elapsed = ""  # h, m or s, if it counts beyond a day
        self.exponent: str | None = None
        self.general = self.percent = False
        self.pieces: list[str] = []  # literals, and placeholders as single characters after a NUL
        for token in TOKEN.finditer(code):
            self._take(token)
        digits = "".join(piece[1] for piece in self.pieces if piece[0] == "\0")
        self.show: Show | None = self._made(digits)

    def _take(self, token: re.Match[str]) -> None:
        kind, text = token.lastgroup, token[token.lastgroup or 0]
        if kind == "brackets":
            if condition := CONDITION.fullmatch(text):
                self.condition = (condition[1], float(condition[2]))
            elif text.startswith("$"):
                self._literal(text[1:].partition("-")[0])
            elif ELAPSED.fullmatch(text):
                self.elapsed = text[0].lower()
                self.date += self.elapsed
        elif kind == "exponent":
            self.exponent = text
        elif kind == "general":
            self.general = True
            self.pieces.append("\0G")
        elif kind in ("quoted", "escaped"):
            self._literal(text)
        elif kind == "wide":
            self._literal(" ")
        elif kind == "other" and text.lower() in "ymdhs":
            self.date += text.lower()
        elif kind == "other" and (text in PLACEHOLDERS or text in ".,/"):
            self.pieces.append("\0" + text)
        elif kind == "other" and text != "@":
            self.percent |= text == "%"
            self._literal(text)

    def _literal(self, text: str) -> None:
        if text := text.replace("\0", ""):  # which tells placeholders apart
            self.pieces.append(text)

    def fits(self, number: float) -> bool:
        return self.condition is None or COMPARED[self.condition[0]](float(number), self.condition[1])

    def shown(self, number: float) -> str:
        return self.show(number) if self.show else decimal(number)

    def _made(self, digits: str) -> Show | None:
        if self.date:
            has_time = "h" in self.date or "s" in self.date
            self.date_only = "d" in self.date and not has_time
            return self._duration if self.elapsed else self._date_or_time
        if not self.pieces:
            return None
        if self.general or not PLACEHOLDERS & set(digits):
            return self._general if len(self.pieces) > self.general else None
        if "/" in digits:
            return self._fraction(digits)
        return self._number(digits)

    def _general(self, number: float) -> str:
        return "".join(decimal(number) if piece == "\0G" else piece.lstrip("\0") for piece in self.pieces).strip()

    def _number(self, digits: str) -> Show:
        """Before the first and behind the last digit are literals; those between digits (`000-00`) are put in after."""
        places = [n for n, piece in enumerate(self.pieces) if piece[0] == "\0" and piece[1] in PLACEHOLDERS]
        first, last = places[0], places[-1]
        before = _words(self.pieces[:first]).lstrip()
        after = _words(self.pieces[last + 1 :]).rstrip()
        inner = self.pieces[first : last + 1]
        whole, _, rest = digits.partition(".")
        scaled = len(digits.rstrip()) - len(digits.rstrip(","))
        factor = (100.0 if self.percent else 1.0) / 1000.0**scaled
        grouped = "," in whole.rstrip(",")
        decimals = min(sum(map(rest.count, PLACEHOLDERS)), MOST_DECIMALS)
        optional = max(decimals - rest.count("0"), 0)
        least = whole.count("0")
        rounded_up = ROUNDED_UP if decimals <= ROUNDED_DECIMALS else 1.0
        usual = least == 1 and not optional
        written = f"{',' if grouped else ''}.{decimals}f"
        if self.exponent:
            return lambda number: before + _scientific(number, decimals, self.exponent or "") + after
        if any(piece[0] != "\0" for piece in inner) and not rest:
            return lambda number: before + _patterned(inner, f"{abs(number * factor):.0f}") + after

        def show(number: float) -> str:
            number *= factor
            if usual and 0 <= number < ROUNDED_UP_TO:
                return before + format(number * rounded_up, written) + after
            if -ROUNDED_UP_TO < number < ROUNDED_UP_TO:
                number *= rounded_up
            text = format(number, written) if abs(number) < LONG_FROM else decimal(number)
            if optional:
                text = _without_zeros(text, optional)
            if least > 1:
                sign = "-" if text[0] == "-" else ""
                text = sign + text.removeprefix("-").zfill(least + len(text.partition(".")[1] + text.partition(".")[2]))
            elif least == 0 and text.removeprefix("-").partition(".")[0] == "0":
                text = text.replace("0", "", 1)
            if text.startswith("-") and text.strip("-0.,"):
                return f"-{before}{text[1:]}{after}"
            return f"{before}{text.removeprefix('-')}{after}"

        return show

    def _fraction(self, digits: str) -> Show:
        below = digits.partition("/")[2]
        fixed = "".join(piece for piece in self.pieces if piece[0] != "\0").strip()
        largest = 10 ** max(1, sum(map(below.count, PLACEHOLDERS))) - 1

        def show(number: float) -> str:
            whole, part = divmod(abs(number), 1)
            near = Fraction(part).limit_denominator(int(fixed) if fixed.isdigit() else largest)
            whole, near = (whole + 1, Fraction(0)) if near == 1 else (whole, near)
            words = [f"{whole:.0f}"] if whole or not near else []
            words += [f"{near.numerator}/{near.denominator}"] if near else []
            return ("-" if number < 0 else "") + " ".join(words)

        return show

    def _duration(self, number: float) -> str:
        if abs(number) >= LONG_FROM:
            return decimal(number)
        seconds = round(abs(number) * 86400)
        minutes, sign = seconds // 60, "-" if number < 0 else ""
        if self.elapsed == "s":
            return f"{sign}{seconds}"
        if self.elapsed == "m":
            return f"{sign}{minutes}:{seconds % 60:02}" if "s" in self.date else f"{sign}{minutes}"
        words = [str(minutes // 60), *([f"{minutes % 60:02}"] if "m" in self.date else [])]
        return sign + ":".join(words + ([f"{seconds % 60:02}"] if "s" in self.date else []))

    def _date_or_time(self, number: float) -> str:
        days = number + self.days_before
        if not 0 <= days < LAST_DAY:
            return decimal(number)
        if self.date_only and days >= LEAP_DAY:
            return date.fromordinal(DAY_0 + int(days)).isoformat()
        # Excel takes 1900 for a leap year, and its days up to then are one later.
        moment = datetime(1899, 12, 30) + timedelta(days=days + (1 <= days < LEAP_DAY))
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        has_time = "h" in self.date or "s" in self.date
        time = moment.strftime("%H:%M:%S" if "s" in self.date else "%H:%M")
        if "y" in self.date and "d" not in self.date and not has_time:
            return moment.strftime("%Y-%m" if "m" in self.date else "%Y")
        if "y" in self.date or "d" in self.date or not has_time:
            day = moment.date().isoformat()
            return f"{day} {time}" if has_time else day
        return time


def _words(pieces: list[str]) -> str:
    return "".join(piece for piece in pieces if piece[0] != "\0")


def _without_zeros(text: str, optional: int) -> str:
    """Without the zeros at its end, so many at most."""
    kept = text.rstrip("0")
    return text[: max(len(kept), len(text) - optional)].rstrip(".")


def _scientific(number: float, decimals: int, exponent: str) -> str:
    mantissa, _, power = f"{number:.{decimals}E}".partition("E")
    sign = "-" if power[0] == "-" else "+" if exponent[1] == "+" else ""
    return f"{mantissa}E{sign}{power[1:].lstrip('0').zfill(len(exponent) - 2)}"


def _patterned(pieces: list[str], digits: str) -> str:
    """Digits put into the places of a pattern such as `000-00-0000`, from its end."""
    places = sum(piece[0] == "\0" and piece[1] in PLACEHOLDERS for piece in pieces)
    digits = digits.zfill(places)
    rest, left = digits[: len(digits) - places], list(digits[len(digits) - places :])
    return rest + "".join(left.pop(0) if piece[0] == "\0" else piece for piece in pieces if piece != "\0,")
