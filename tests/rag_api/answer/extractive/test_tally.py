import time

import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.answer.extractive.tally import tallied
from rag_api.answer.language.languages import LANGUAGES, language_of
from rag_api.settings import Settings

BAR = Settings.model_fields["min_confidence"].default
STAFF = """# Employees

| Name | Office | Role | Salary |
| Ada Kern | Berlin | Engineer | 71,000 |
| Bo Lund | Oslo | Designer | 64,000 |
| Dev Patel | Berlin | Engineer | 91,000 |
| Gita Rao | Berlin | Manager | 88,500 |
| Total | | | 314,500 |
"""


def passage(content: str = STAFF, *, whole: bool = True) -> Document:
    return Document(content=content.rstrip(), score=0.5, meta={"filename": "staff.xlsx", "table_ends": whole})


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How many employees are in Berlin?",
            "3:\nAda Kern, Office: Berlin [1]\nDev Patel, Office: Berlin [1]\nGita Rao, Office: Berlin [1]",
        ),
        (
            "How many engineers are in Berlin?",
            "2:\nAda Kern, Office: Berlin; Role: Engineer [1]\nDev Patel, Office: Berlin; Role: Engineer [1]",
        ),
        ("Who has the highest salary?", "Dev Patel, Salary: 91,000 [1]"),
        ("Who has the lowest salary?", "Bo Lund, Salary: 64,000 [1]"),
        ("Which manager has the highest salary?", None),  # there is one only
        ("Which engineer has the lowest salary?", "Ada Kern, Role: Engineer; Salary: 71,000 [1]"),
    ],
)
def test_rows_are_counted_and_compared(question: str, expected: str | None) -> None:
    if expected is None:
        assert tallied(question, [passage()], language_of(question)) is None
    else:
        assert answer(question, [passage()], question, BAR) == expected


@pytest.mark.parametrize("question", ["How many employees are in Berlin?", "Who has the highest salary?"])
@pytest.mark.parametrize(
    "part",
    [
        passage(whole=False),  # it may go on in the next chunk
        passage(STAFF[STAFF.index("| Bo") :]),  # it began in the one before
        passage(STAFF + "| Ada Kern | Berlin | Engineer | 71,000 |\n"),  # is this one more?
    ],
)
def test_a_part_of_a_table_tells_nothing(question: str, part: Document) -> None:
    assert tallied(question, [part], language_of(question)) is None


@pytest.mark.parametrize(
    "question",
    [
        "How many windows are in Berlin?",  # not what the rows are
        "How many employees are in Rome?",
        "Who has the highest age?",
        "What is the age of Bo Lund?",
        "How high are the personnel costs of the Engineer?",
    ],
)
def test_nothing_is_counted_that_the_table_does_not_tell(question: str) -> None:
    assert tallied(question, [passage()], language_of(question)) is None


def test_a_list_of_names_is_one_of_people() -> None:
    names = "| Name | Office | Since |\n| Ada Kern | Berlin | 2018 |\n| Bo Lund | Oslo | 2019 |"
    things = names.replace("Ada Kern", "lamp").replace("Bo Lund", "desk")
    question = "How many people are in Berlin?"
    assert answer(question, [passage(names)], question, BAR) == "1:\nAda Kern, Office: Berlin [1]"
    assert tallied(question, [passage(things)], language_of(question)) is None


def test_all_rows_are_counted_if_they_are_what_is_asked_for() -> None:
    branches = "| Branch | City |  Since |\n| North | Kiel | 2018 |\n| South | Ulm | 2011 |\n\nAll are open."
    assert answer("How many branches are there?", [passage(branches)]) == "2:\nNorth [1]\nSouth [1]"


def test_a_number_in_a_column_is_not_counted() -> None:
    branches = "| Branch | City | Employees |\n| North | Kiel | 18 |\n| South | Ulm | 11 |\n\nAll are open."
    assert answer("How many employees are in Kiel?", [passage(branches)]) == "North, City: Kiel; Employees: 18 [1]"


@pytest.mark.parametrize(
    ("name", "question", "column"),
    [
        ("de", "Welche Filiale hat die meisten Mitarbeiter?", "Mitarbeiter"),
        ("fr", "Quel magasin a la plus grande surface ?", "Surface"),
        ("es", "¿Qué tienda tiene la mayor superficie?", "Superficie"),
        ("it", "Quale negozio ha la maggiore superficie?", "Superficie"),
        ("pt", "Que loja tem a maior superfície?", "Superfície"),
        ("nl", "Welke winkel heeft de meeste medewerkers?", "Medewerkers"),
        ("ru", "У какого магазина наибольшая площадь?", "Площадь"),
        ("zh", "哪家商店的面积最大？", "面积"),
        ("ar", "أي متجر لديه أكبر مساحة؟", "مساحة"),
        ("hi", "किस दुकान का क्षेत्रफल सबसे अधिक है?", "क्षेत्रफल"),
        ("th", "ร้านใดมีพื้นที่มากที่สุด", "พื้นที่"),
        ("ja", "面積が最も大きい店はどれですか", "面積"),
        ("ko", "가장 큰 면적을 가진 가게는?", "면적"),
    ],
)
def test_the_most_is_asked_for_in_many_languages(name: str, question: str, column: str) -> None:
    first = question.split()[1].strip("?") if name in ("de", "nl") else "X"
    table = f"# {question} 店\n\n| {first} | {column} |\n| A1 | 9,5 |\n| B2 | 18,5 |\n| C3 | 11,5 |"
    tally = tallied(question, [passage(table)], LANGUAGES_BY_NAME[name])
    assert tally and [row.cells for row in tally.rows] == [["B2", "18,5"]]


LANGUAGES_BY_NAME = {language.name: language for language in LANGUAGES}


def test_a_table_takes_no_time_however_it_is_made() -> None:
    rows = f"| Ada Kern | {'-' * 20_000}x |\n| Bo Lund | 5 |\n| Di Rey | 5{' ' * 20_000}x |"
    wide = f"| Name | Salary |\n{rows}\n\nSo it is."
    began = time.process_time()
    assert tallied("Who has the highest salary?", [passage(wide)], language_of("Who is it?")) is None
    assert time.process_time() - began < 0.5


def test_a_word_that_begins_like_people_is_not_one() -> None:
    table = "| Name | Abteilung | Seit |\n| Ada Kern | Labor | 2022 |\n| Bo Lund | Büro | 2021 |"
    for question, number in (
        ("Wie viele Personalausweise gab es 2022?", None),
        ("Wie viele Personen kamen 2022?", None),
        ("Wie viele Personen sind im Labor?", 1),
    ):
        tally = tallied(question, [passage(table)], LANGUAGES_BY_NAME["de"])
        assert (tally and tally.number) == number
