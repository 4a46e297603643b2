"""Rows of tables as answers: those that have what is asked, and those that only have its subject."""

import pytest

from tests.rag_api.answer.extractive.asking import said

PRICES = """\
## Eintritt

| | Erwachsene | Ermäßigt | Kinder bis 13 Jahre |
| --- | --- | --- | --- |
| Tageskarte | 15,50 € | 12,50 € | 8,00 € |
| Zehnerkarte | 139,00 € | 112,00 € | 72,00 € |
"""


@pytest.mark.parametrize("question", ["Was kostet die Zehnerkarte?", "Was kostet die Zehnerkarte für Kinder?"])
def test_a_row_of_prices_is_told_whole_where_no_column_or_a_part_of_its_name_is_asked_for(question: str) -> None:
    told = "Zehnerkarte, Erwachsene: 139,00 €; Ermäßigt: 112,00 €; Kinder bis 13 Jahre: 72,00 € [1]"
    assert said(question, PRICES) == told


def test_a_row_beyond_the_limit_is_never_told() -> None:
    items = "\n".join(
        ["| Item | Purchase year | Room |", "| --- | --- | --- |", "| Centrifuge | 2016 | 4 |", "| Track | 2015 | 2 |"]
    )
    assert "Centrifuge" not in said("Which items were bought before 2016?", items)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What is the discount for orders over 100 euros?", "over 100 euros, Discount: 5 % [1]"),
        ("What does delivery cost for orders under 100 euros?", "under 100 euros, Delivery: 5 euros [1]"),
        ("Which discount is there over 500 euros?", "over 500 euros, Discount: 8 % [1]"),
    ],
)
def test_a_row_that_names_the_limit_itself_is_told(question: str, cell: str) -> None:
    orders = "\n".join(
        [
            "| Order value | Discount | Delivery |",
            "| --- | --- | --- |",
            "| under 100 euros | none | 5 euros |",
            "| over 100 euros | 5 % | free |",
            "| over 500 euros | 8 % | free |",
        ]
    )
    assert said(question, orders).startswith(cell)


def test_a_row_that_is_called_by_what_is_measured_has_it() -> None:
    rows = ["| | Dryer 300 | Dryer 300 S |", "| --- | --- | --- |", "| Weight | 13.2 kg | 15.9 kg |"]
    data = "\n".join(["# Dryer", "", *rows, "| Tank | 3.8 l | 5.5 l |"])
    assert said("How heavy is the dryer 300 S?", data).startswith("Weight, Dryer 300")


def test_the_number_of_a_section_is_no_column() -> None:
    data = "# Dryer\n\n## 6 Technical data\n\nWeight 13.2 kg 15.9 kg\n"
    assert said("How heavy is the dryer?", data, score=0.9) == "Weight 13.2 kg 15.9 kg [1]"
