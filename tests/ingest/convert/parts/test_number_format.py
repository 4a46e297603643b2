import pytest

from ingest.convert.parts.blocks import decimal
from ingest.convert.parts.number_format import shown_by


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0.0%", 0.254, "25.4%"),
        ('#,##0.00 "EUR"', 1234.5, "1,234.50 EUR"),
        ("#,##0.00\\ [$€-407]", 1234.5, "1,234.50 €"),
        ('_-* #,##0.00\\ [$€-407]_-;-* #,##0.00\\ [$€-407]_-;_-* "-"??\\ [$€-407]_-;_-@_-', -1234.5, "-1,234.50 €"),
        ('_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)', -5.5, "$(5.50)"),
        ("$#,##0", -1234.6, "-$1,235"),
        ("#,##0.00;[Red]-#,##0.00", -3.0, "-3.00"),
        ("[<100]0.0;0", 150.0, "150"),
        ("00000", 1234.0, "01234"),
        ('"ID-"0000', 7.0, "ID-0007"),
        ("000-00-0000", 123456789.0, "123-45-6789"),
        ("(000) 000-0000", 5551234567.0, "(555) 123-4567"),
        ("0.00E+00", 1.5e-9, "1.50E-09"),
        ("# ?/?", 2.25, "2 1/4"),
        ('0.0,,"M"', 1234567.0, "1.2M"),
        ("#.##", 0.5, ".5"),
        ("0.##", 3.0, "3"),
        ("0.00", 1.005, "1.01"),
        ("0", 2.5, "3"),
        ("0.000000000000000000", 3.0, "3.000000000000000000"),
        ("[<1.2.3]0", 3.7, "4"),
        ("0", 1.234567890123457e18, "1234567890123457000"),
        ('General" pcs"', 5.0, "5 pcs"),
        ("DD.MM.YYYY", 45352.0, "2024-03-01"),
        ("[$-407]d. mmmm yyyy", 45352.0, "2024-03-01"),
        ("m/d/yy h:mm", 45352.5, "2024-03-01 12:00"),
        ("mmm-yy", 45352.0, "2024-03"),
        ("yyyy", 45352.0, "2024"),
        ("hh:mm", 0.5625, "13:30"),
        ("h:mm:ss AM/PM", 0.5625, "13:30:00"),
        ("[h]:mm", 26 / 24, "26:00"),
        ("yyyy-mm-dd", -1.0, "-1"),
    ],
)
def test_a_number_is_shown_as_its_cell_shows_it(code: str, number: float, shown: str) -> None:
    show = shown_by(code)
    assert show is not None
    assert show(number) == shown


@pytest.mark.parametrize("code", ["", "General", "@", "General;-General"])
def test_other_formats_show_it_as_it_is(code: str) -> None:
    show = shown_by(code)
    assert show is None or show(-0.5) == "-0.5"


def test_days_may_be_counted_from_1904() -> None:
    show = shown_by("yyyy-mm-dd", from_1904=True)
    assert show is not None
    assert show(43890.0) == "2024-03-01"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1234567890123456.0, "1234567890123456"),
        (1.234567890123457e18, "1234567890123457000"),
        (0.30000000000000004, "0.3"),
        (-2.0, "-2"),
        (1e300, "1e+300"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_without_a_format_keep_their_digits(number: float, shown: str) -> None:
    assert decimal(number) == shown


def test_a_nul_in_a_format_is_no_placeholder() -> None:
    show = shown_by('0"\0"\\\0')
    assert show is not None
    assert show(7.0) == "7"


def test_a_time_beyond_all_clocks_is_a_number() -> None:
    show = shown_by("[h]:mm")
    assert show is not None
    assert show(1e305) == "1e+305"
