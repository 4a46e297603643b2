"""Characters of fonts that have pictures in place of letters, such as Symbol and Wingdings, as Unicode."""

import re

SYMBOL = dict(
    zip(
        [*range(0x20, 0x7F), *range(0xA0, 0xF0), *range(0xF1, 0xFF)],
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)
WINGDINGS = {0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□"}
WINGDINGS |= {0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "⌧", 0x9F: "•"}
WINGDINGS |= {0xA1: "○", 0xA7: "▪", 0xA8: "◻", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓"}
WINGDINGS |= {0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"}
WINGDINGS |= dict(zip(range(0x80, 0x8B), "⓪①②③④⑤⑥⑦⑧⑨⑩", strict=True))
WINGDINGS |= dict(zip(range(0x8B, 0x96), "⓿❶❷❸❹❺❻❼❽❾❿", strict=True))
WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0xA3: "□"}
# Those of OpenOffice's own font in its formulas, before it wrote Unicode; `None` leaves out what is only drawn.
OPEN_SYMBOL = {
    0xE080 + place: None if character == " " else character
    for place, character in enumerate(
        "‰⏟⏞+<>≤≥ ∈ƒ…→√√√∥^ˇ˘´`~¯→     ()∠≙   ȷ′|/\\❑|ΓΔΘΛΞΠΣΥΦΨΩαβγδϵζηθικλμνξοπρστυϕχψωεϑϖ ςφ∂ι  ⊤ ←↑↓"
    )
}
FONTS: dict[str, dict[int, str]] = {"symbol": SYMBOL, "wingdings": WINGDINGS, "wingdings 2": WINGDINGS_2}

BOXES = ("☐", "☒")  # of forms, empty and ticked

PRIVATE = range(0xF000, 0xF100)  # where programs put the characters of such fonts
PRIVATE_CHARACTER = re.compile("[\uf000-\uf0ff]")


def symbol(font: str, code: int) -> str:
    """The character; a letter of an ordinary font is itself, and a picture that has no character is none."""
    table = FONTS.get(font.lower())
    if table is None:
        return "" if code in PRIVATE or not 0x20 <= code <= 0xFFFF or 0xD800 <= code <= 0xDFFF else chr(code)
    return table.get(code & 0xFF, "")


def in_font(text: str, font: str) -> str:
    """Words with such characters in them."""
    return PRIVATE_CHARACTER.sub(lambda found: symbol(font, ord(found[0])), text)
