import pytest

from rag_api.answer.extractive.values import dates, numbers


@pytest.mark.parametrize(
    ("cells", "language", "values"),
    [
        (["1.234,56", "7"], "en", [1234.56, 7]),
        (["1,234.56", "7"], "de", [1234.56, 7]),
        (["1.234", "2.500"], "de", [1234, 2500]),
        (["1.234", "2.500"], "en", [1.234, 2.5]),
        (["1.234.567", "1.234"], "en", [1234567, 1234]),
        (["12 %", "(3 %)", "–4 %"], "en", [12, -3, -4]),
        (["CHF 1'200.50", "$3"], "en", [1200.5, 3]),
        (["03.05.2009", "none", "5"], "de", [None, None, 5]),
    ],
)
def test_numbers_are_read_as_their_column_writes_them(
    cells: list[str], language: str, values: list[float | None]
) -> None:
    found = numbers(cells, (), language)
    assert found and found.values == values


def test_other_cells_of_the_table_tell_what_a_point_means() -> None:
    found = numbers(["1.234"], ["0,5"], "en")
    assert found and found.values == [1234]


def test_several_units_or_signs_are_no_numbers() -> None:
    assert numbers(["5 kg", "500 g"], (), "en") is None
    assert numbers(["1.234,5", "1,234.5"], (), "en") is None


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["2026-05-18", "2026-05"], [(2026, 5, 18), (2026, 5, 0)]),
        (["03.05.2009", "7.11.15"], [(2009, 5, 3), (2015, 11, 7)]),
        (["03/04/2025", "25/04/2025"], [(2025, 4, 3), (2025, 4, 25)]),
        (["03/04/2025", "04/25/2025"], [(2025, 3, 4), (2025, 4, 25)]),
        (["03/04/2025", "05/06/2025"], [None, None]),  # March or April?
        (["15 April", "3 mai 2021", "1er mars 2020"], [(0, 4, 15), (2021, 5, 3), (2020, 3, 1)]),
        (["May 3, 2021", "June 2021", "12 de enero de 2020"], [(2021, 5, 3), (2021, 6, 0), (2020, 1, 12)]),
        (["1998", "soon"], [(1998, 0, 0), None]),
    ],
)
def test_dates_are_read_however_they_are_written(cells: list[str], found: list[object]) -> None:
    assert dates(cells) == found
