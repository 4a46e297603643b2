import time

import pytest
from haystack import Document

from rag_api.answer.citations import CitationReader
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


PARTS = """# Parts

| Part | Count | Bin |
| Bolt M11 | 77 | A-011 |
| Bolt M77 | 539 | A-077 |
| Washer | 0 | C-001 |
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many Bolt M77 are in stock?", "Bolt M77, Count: 539 [1]"),
        ("How many washers do we have?", "Washer, Count: 0 [1]"),
        ("How many bolts are there?", "2:\nBolt M11 [1]\nBolt M77 [1]"),
    ],
)
def test_how_many_there_are_of_a_row_is_in_its_cell(question: str, expected: str) -> None:
    assert answer(question, [passage(PARTS)], question, BAR) == expected


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


STOCK = """| sku | product | unit price EUR | reorder price | on hand | packets per box | since | fragile |
| K-1 | Kettle | 34.90 | 20.00 | 18 | 4 | 2019-05-02 | no |
| K-2 | Toaster | 27.50 | 19.00 | 0 | 6 | 2021-01-30 | no |
| K-3 | Glass jug | 9.95 | 5.00 | 41 | 12 | 2016-11-11 | yes |
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much is the unit price of the toaster?", "K-2, product: Toaster; unit price EUR: 27.50 [1]"),
        ("Which products are out of stock?", "K-2, product: Toaster; on hand: 0 [1]"),
        ("Which products are fragile?", "K-3, product: Glass jug; fragile: yes [1]"),
        (
            "Which products are not fragile?",
            "K-1, product: Kettle; fragile: no [1]\nK-2, product: Toaster; fragile: no [1]",
        ),
        (
            "Which products have a unit price of less than 30 EUR?",
            "K-2, product: Toaster; unit price EUR: 27.50 [1]\nK-3, product: Glass jug; unit price EUR: 9.95 [1]",
        ),
        ("Which product is the oldest?", "K-3, product: Glass jug; since: 2016-11-11 [1]"),
        ("Which products are there since 2020?", "K-2, product: Toaster; since: 2021-01-30 [1]"),
        (
            "What is the total of the unit price?",
            "Sum of “unit price EUR” over 3 rows: 72.35\n\nK-1, product: Kettle; unit price EUR: 34.90 [1]\n"
            "K-2, product: Toaster; unit price EUR: 27.50 [1]\nK-3, product: Glass jug; unit price EUR: 9.95 [1]",
        ),
        ("Who makes the kettle?", None),
        ("How much is the kettle?", None),  # which of the prices?
        ("How many packets of tea are in the kettle?", None),  # no part of "packets per box" is enough
        ("Which product has the highest weight?", None),
        ("Which products are not from China?", None),
    ],
)
def test_the_column_and_all_rows_that_are_meant_are_said(question: str, expected: str | None) -> None:
    stock = Document(content=STOCK, score=0.5, meta={"filename": "stock.csv", "table_ends": True})
    refused = language_of(question).replies.unanswered
    assert answer(question, [stock], question, BAR) == (expected or refused)


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (("1.234,50 €", "12,00 €", "3,50 €"), "1.250,00"),
        (("1,234.50", "(234.50)", "0.75"), "1,000.75"),
        (("1 200", "800", "10"), "2 010"),
        (("12.5 kg", "800 g", "3 kg"), None),  # of several units
        (("12.5", "n/a", "3"), None),
        (("12.5", "", "3"), None),
        (("1.234,50", "1,234.50", "3"), None),  # what is a decimal sign?
    ],
)
def test_numbers_are_added_up_only_if_all_can_be_read(cells: tuple[str, ...], total: str | None) -> None:
    table = "| Item | Cost |\n" + "\n".join(f"| {name} | {cell} |" for name, cell in zip("ABC", cells, strict=True))
    tally = tallied("What is the total cost of all items?", [passage(table)], LANGUAGES_BY_NAME["en"])
    assert (tally and tally.said) == (total and f"Sum of “Cost” over 3 rows: {total}")


def test_a_sum_takes_no_citation_from_the_first_row() -> None:
    table = "| Item | Cost |\n| Rent | 1,150 |\n| Food | 1,250 |\n| Heat | 1,350 |"
    reader = CitationReader([passage(table)], overlap=0.3)
    reader.feed(answer("What is the total cost of all items?", [passage(table)]))
    assert [citation.quote for citation in reader.finish()] == table.split("\n")[1:]


def test_of_many_rows_the_first_are_said_and_how_many_there_are() -> None:
    rows = (f"| parcel {n} | {'York' if n % 2 else 'Hull'} | {n} |" for n in range(60))
    table = "\n".join(["| Parcel | City | Weight |", *rows])
    lines = answer("Which parcels are in York?", [passage(table)]).split("\n")
    assert (lines[0], len(lines), lines[-1]) == ("30:", 22, "and 10 more")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Wie viele Tage braucht Partei B für den Bau?", "Bau, Partei B Tage: 70"),
        ("Wie viele Wochen braucht Partei B für den Bau?", None),
    ],
)
def test_a_header_of_two_rows_names_both(question: str, expected: str | None) -> None:
    table = "| Paket | Partei A | Partei A | Partei B |\n| Paket | Tage | Kosten | Tage |\n| Bau | 55 | 440 € | 70 |\n"
    table += "| Test | 5 | 40 € | 7 |"
    said = answer(question, [passage(table)], question, BAR)
    assert said == (f"{expected} [1]" if expected else language_of(question).replies.unanswered)


def test_an_empty_cell_of_a_spreadsheet_moves_no_value_under_another_name() -> None:
    sheet = (
        "|  | Note | 2024 | 2023 |\n| Goodwill | Note: 12 | 2024: 300 | 2023: 310 |\n| Cash | 2024: 96 | 2023: 151 |"
    )
    assert answer("How much cash was there in 2023?", [passage(sheet)]) == "Cash, 2023: 151 [1]"
    assert answer("Cash", [passage(sheet)]) == "Cash, 2024: 96; 2023: 151 [1]"


@pytest.mark.parametrize(
    "question",
    ["How old is Bo Lund?", "Who is the boss of Bo Lund?", "How many cars has Bo Lund?", "What is Bo Lund's hobby?"],
)
def test_a_row_that_lacks_what_is_asked_is_no_answer(question: str) -> None:
    for whole in (True, False):
        assert answer(question, [passage(whole=whole)], question, BAR) == language_of(question).replies.unanswered


@pytest.mark.parametrize(
    ("name", "question", "column", "first"),
    [
        ("en", "Which thing is the cheapest?", "Price", "A1"),
        ("de", "Welches Ding ist am billigsten?", "Preis", "A1"),
        ("fr", "Quelle chose est la plus chère ?", "Prix", "B2"),
        ("es", "¿Qué cosa es la más barata?", "Precio", "A1"),
        ("it", "Quale cosa è la più economica?", "Prezzo", "A1"),
        ("nl", "Welk ding is het duurst?", "Prijs", "B2"),
        ("pt", "Que coisa é a mais barata?", "Preço", "A1"),
        ("pl", "Która rzecz jest najdroższa?", "Cena", "B2"),
    ],
)
def test_a_word_may_say_which_column_is_compared(name: str, question: str, column: str, first: str) -> None:
    thing = {"en": "thing", "de": "Ding", "fr": "Chose", "es": "Cosa", "it": "Cosa", "nl": "Ding", "pt": "Coisa"}
    table = f"| {thing.get(name, 'Rzecz')} | {column} | x |\n| A1 | 9,50 | 3 |\n| B2 | 18,50 | 2 |\n| C3 | 11,50 | 7 |"
    tally = tallied(question, [passage(table)], LANGUAGES_BY_NAME[name])
    assert tally and [row.cells[0] for row in tally.rows] == [first]


PROGRAMMES = """# Washing machine

| Code | Cause | Remedy |
| --- | --- | --- |
| F2 | The door is open | Close the door |
| F7 | The pump is blocked | Clean the pump |
| F12 | No water | Open the tap |

## Programmes

| Programme | Temperature | Duration |
| --- | --- | --- |
| Wool | 30 °C | 50 min |
| Cotton | 60 °C | 2 h 40 min |
"""


@pytest.mark.parametrize("question", ["What does error F7 mean?", "what is fault f7", "message F7?"])
def test_a_code_is_found_whatever_it_is_said_to_be(question: str) -> None:
    said = answer(question, [passage(PROGRAMMES)], question, BAR)
    assert said == "F7, Cause: The pump is blocked; Remedy: Clean the pump [1]"


def test_a_code_that_the_table_lacks_is_none_of_its_rows() -> None:
    said = answer("What does error F8 mean?", [passage(PROGRAMMES)], "", BAR)
    assert said == "The documents do not contain an answer to this question."


@pytest.mark.parametrize("question", ["How long does the Cotton programme take?", "how long is cotton"])
def test_how_long_asks_for_the_column_of_durations(question: str) -> None:
    assert answer(question, [passage(PROGRAMMES)], question, BAR) == "Cotton, Duration: 2 h 40 min [1]"


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Which items have to be inspected on 10 December 2026?", ["Track", "Cupboard", "Centrifuge", "Incubator"]),
        (
            "Which items have their inspection in December 2026?",
            ["Track", "Cupboard", "Centrifuge", "Incubator", "Balance"],
        ),
        ("Which items have their inspection on March 4, 2027?", ["Burner"]),
    ],
)
def test_a_day_or_month_means_its_rows_however_the_table_writes_it(question: str, items: list[str]) -> None:
    rows = {"Track": "2026-12-10", "Cupboard": "2026-12-10", "Burner": "2027-03-04", "Centrifuge": "2026-12-10"}
    rows |= {"Incubator": "2026-12-10", "Balance": "2026-12-22"}
    table = ["# Items", "", "| Item | Room | Next inspection |"]
    table += [f"| {name} | {place} | {day} |" for place, (name, day) in enumerate(rows.items(), 1)]
    told = answer(question, [passage("\n".join(table))], min_confidence=BAR)
    assert [line.split(",")[0] for line in told.split("\n")] == [item for item in rows if item in items]
