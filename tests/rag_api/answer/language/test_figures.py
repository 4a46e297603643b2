import time

import pytest

from rag_api.answer.language.figures import figures, periods, unit
from rag_api.answer.language.sentences import sentences


@pytest.mark.parametrize(
    ("line", "label", "its"),
    [
        ("Operating activities $ 1,824 $ 3,252 (4,927)", "Operating activities", ["$1,824", "$3,252", "(4,927)"]),
        ("Gross profit as a % of revenue 23.1 % (2.0)%", "Gross profit as a % of revenue", ["23.1%", "(2.0)%"]),
        ("Umsatzerlöse 48.210,5 – 45.975", "Umsatzerlöse", ["48.210,5", "–", "45.975"]),
        ("Deferred taxes (24,616) $ — $ 5", "Deferred taxes", ["(24,616)", "$—", "$5"]),
    ],
)
def test_a_row_has_a_label_and_figures(line: str, label: str, its: list[str]) -> None:
    assert figures(line) == (label, its)


@pytest.mark.parametrize(
    "line", ["It was born on July 16, 1969", "Chapter 12", "846 1,065 142", "Sales rose to 12 from 9."]
)
def test_other_lines_are_no_rows(line: str) -> None:
    assert figures(line) is None


def test_a_row_takes_no_time_however_it_is_made() -> None:
    began = time.process_time()
    for line in ("a 1 " * 100_000 + "1", "- " * 149 + "-", "a " + "$ " * 140 + "1", "a" + " 1" * 148 + " )"):
        figures(line)
        periods(line, line[:300])
    assert time.process_time() - began < 0.5


def test_periods_are_columns_with_their_spans() -> None:
    dates = "July 29, 2023 July 30, 2022 July 29, 2023 July 30, 2022"
    assert periods(dates, "Three Months Ended Six Months Ended") == [
        "Three months, July 29, 2023",
        "Three months, July 30, 2022",
        "Six months, July 29, 2023",
        "Six months, July 30, 2022",
    ]
    assert periods("31. Dezember 2023 31. Dezember 2022", "") == ["31. Dezember 2023", "31. Dezember 2022"]
    assert periods("Results 2022 $ million 2023 $ million change", "") == ["2022", "2023", ""]
    assert periods("2023 % of sales 2022 % of sales", "") == []


def test_the_unit_of_figures_is_said_above_them() -> None:
    assert [unit(text) for text in ("(Dollars in millions)", "Angaben in Tausend Euro", "Years ended")] == [
        "in millions",
        "in tausend euro",
        "",
    ]


def test_each_row_of_figures_is_a_sentence() -> None:
    text = "Net sales of all parts of the company and others 5,363 4,869\nDepreciation 1,488 1,544\nOther net 120 256\n"
    assert [text[start:end] for start, end, _ in sentences(text)] == text.splitlines()


@pytest.mark.parametrize("between", ["to", "bis", "–", "au"])
def test_from_when_to_when_names_no_columns(between: str) -> None:
    assert periods("2 January 2025 2 March 2025", "") == ["2 January 2025", "2 March 2025"]
    assert periods(f"2 January 2025 {between} 2 March 2025", "") == []
