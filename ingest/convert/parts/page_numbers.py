"""Lines of headers and footers that say nothing but which page it is."""

import re

# What stands beside the number of a page, in the languages that are answered in and some more; with any other word it
# may be the title of the page, as "Room 3" is.
_NAMES = frozenset(
    "page pages p pp pg seite seiten s blatt página páginas pág pagina pagine pag blz bladzijde side sida sid sivu "
    "strona str strana stránka oldal sayfa sf halaman hal trang σελίδα σελ страница стр с сторінка стор "
    "صفحة الصفحة ص صفحه صفحہ עמוד עמ पृष्ठ पेज பக்கம் 第 页 頁 ⻚ 页共 頁共 页第 頁第 共 ページ 쪽 페이지".split()
)
_OF = frozenset("of von de sur di van af av z ze od din a dari trên από из от з من از מתוך का सं में से の 中 全".split())
PAGE_WORDS = _NAMES | _OF
ROMAN = re.compile(r"[ivx]{1,6}")
NUMBER = re.compile(r"(?!(?:19|20)\d\d$)\d{1,4}")  # a year is none
PIECE = re.compile(r"\d+|\D+")
AROUND = " -–—|()[].,:•·\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"  # with marks of direction
BETWEEN = re.compile(r"[\s/|]+")
LONGEST = 60  # characters


def counts_pages(line: str) -> bool:
    """Whether it has the number of a page, perhaps how many there are, and nothing else but words that stand beside
    such: `Page 2 of 7`, `- iv -`; or `Page`, if the number is not in the file. `3.5` and `03 12 45` are others."""
    if len(line) > LONGEST:
        return False
    numbers: list[str] = []
    words: set[str] = set()
    for part in filter(None, (part.strip(AROUND) for part in BETWEEN.split(line.lower()))):
        if ROMAN.fullmatch(part):
            numbers.append(part)
            continue
        for piece in PIECE.findall(part):
            if NUMBER.fullmatch(piece):
                numbers.append(piece)
            elif piece in PAGE_WORDS and (piece == part or len(piece) > 1 or not piece.isascii()):  # P45 is a form
                words.add(piece)
            else:
                return False
    names = words - _OF
    if not numbers:
        return any(len(name) > 1 for name in names)
    if len(numbers) == 2 and not names and all(map(str.isdecimal, numbers)):
        return int(numbers[0]) <= int(numbers[1])  # 12/05 is a date
    return len(numbers) == 2 or (len(numbers) == 1 and (bool(names) or not words))  # DIN 5008 is a standard
