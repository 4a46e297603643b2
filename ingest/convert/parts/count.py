"""How a count is written: in digits, Roman numerals or letters."""

ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
         (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
ROMAN_UP_TO = 3999
LETTERS = 26
LETTERS_UP_TO = 30 * LETTERS  # as Word counts on: y z aa bb cc


def roman(count: int) -> str:
    letters = ""
    if not 0 < count <= ROMAN_UP_TO:
        return str(count)
    for value, letter in ROMAN:
        letters += letter * (count // value)
        count %= value
    return letters


def letter(count: int) -> str:
    if not 0 < count <= LETTERS_UP_TO:
        return str(count)
    return chr(ord("A") + (count - 1) % LETTERS) * ((count - 1) // LETTERS + 1)


def shown(count: int, kind: str) -> str:
    """By the kinds that HTML and OpenDocument know: 1 a A i I."""
    match kind:
        case "a":
            return letter(count).lower()
        case "A":
            return letter(count)
        case "i":
            return roman(count).lower()
        case "I":
            return roman(count)
    return str(count)
