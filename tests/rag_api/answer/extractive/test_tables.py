import pytest

from rag_api.answer.extractive.tables import header


@pytest.mark.parametrize(
    "name", ["N4", "Q1", "FY24", "H2 2026", "CO2", "PM2.5", "Week 1", "Class 4b", "Linie-7", "Aridor 300 S"]
)
def test_a_name_with_a_digit_above_figures_is_that_of_a_column(name: str) -> None:
    columns, count = header([f"| Month | {name} | All |", "| April | 412 | £600 |", "| May | 468 | £673 |"])
    assert (columns, count) == (["Month", name, "All"], 1)


@pytest.mark.parametrize(
    "rows",
    [
        ["| Bolt | M11 | steel |", "| Nut | M77 | steel |", "| Screw | M8 | brass |"],  # codes above codes
        ["| April | N4 | 412 |", "| May | N4 | 468 |"],  # a row of figures
        ["| Room size | up to 40 square metres | 65 |", "| Warranty | 2 years | 3 |"],
    ],
)
def test_a_row_of_codes_or_figures_names_no_columns(rows: list[str]) -> None:
    assert header(rows) == ([], 0)
