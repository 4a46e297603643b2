"""What a sentence says: a time, a number, a name, what is not to be done."""

import pytest

from rag_api.answer.extractive.answer_types import negates, says


@pytest.mark.parametrize(
    "text",
    ["in 1945", "the 1990s", "on 3 May", "am 12.10.2026", "at 19:30", "1998–2003", "le 2e jour", "1945年", "في ١٩٤٥"],
)
def test_a_time_is_told(text: str) -> None:
    assert says("when", text, "")


@pytest.mark.parametrize(
    "text", ["27,50 €", "£1,610", "40 %", "version 5.1.3", "booth C-218", "CAMT.053 (#1802)", "30 euros"]
)
def test_money_a_code_and_a_version_are_no_time(text: str) -> None:
    assert not says("when", text, "")


def test_a_full_hour_is_a_time_of_the_clock() -> None:
    assert says("clock", "La piscine est ouverte de 10 h à 20 h.", "")


@pytest.mark.parametrize(
    "text", ["von sechs Monaten", "pendant dix jours", "ocho horas", "sette giorni", "zeven dagen"]
)
def test_numbers_are_written_in_words_too(text: str) -> None:
    assert says("count", text, "")


def test_a_code_is_no_name() -> None:
    assert not says("who", "two lines, N4 and N9, at weekends", "")
    assert says("who", "it was written by Ann", "")


@pytest.mark.parametrize(
    "text",
    [
        "Die Sicherung mit dem Achter ist verboten.",
        "Smoking is prohibited.",
        "Les feux ouverts sont interdits.",
        "Está prohibido dar huesos.",
        "È vietato fumare.",
        "É proibido fumar.",
        "Roken is verboden.",
    ],
)
def test_what_is_forbidden_is_negated(text: str) -> None:
    assert negates(text)
