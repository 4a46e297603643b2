"""Files that contradict each other, as the built-in model shows them."""

import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer


def files(*texts: str) -> list[Document]:
    return [Document(content=text, score=0.9, meta={"file_id": f"file-{i}"}) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("question", "said", "contrary", "lead"),
    [
        (
            "How high is the exam fee?",
            "The exam fee for road vehicles is 417 euros.",
            "For road vehicles the exam fee is 395 euros.",
            "The documents disagree:",
        ),
        (
            "How many days of leave are there?",
            "Employees have 25 days of paid leave.",
            "All employees have 28 days of paid leave.",
            "The documents disagree:",
        ),
        (
            "How many days a week may staff work from home?",
            "Office staff may work from home on three days a week.",
            "Office staff may work from home on two days a week.",
            "The documents disagree:",
        ),
        (
            "Is there an allowance for electricity?",
            "There is no allowance for electricity or internet.",
            "An allowance of £18 a month is paid for electricity and internet.",
            "The documents disagree:",
        ),
        (
            "When was the bridge opened?",
            "The bridge was opened in 1912.",
            "The bridge was opened in 1913.",
            "The documents disagree:",
        ),
        (
            "What does the licence cost?",
            "The licence costs 1,200 dollars.",
            "The licence costs 1,500 dollars.",
            "The documents disagree:",
        ),
        (
            "What does the licence cost?",
            "The price of the licence is $1,200.",
            "The price of the licence is $1,500.",
            "The documents disagree:",
        ),
        (
            "Wie hoch ist die Prüfgebühr?",
            "Die Prüfgebühr beträgt 417 Euro.",
            "Die Prüfgebühr beträgt 395 Euro.",
            "Die Dokumente widersprechen sich:",
        ),
        (
            "Сколько стоит экзамен?",
            "Экзамен стоит 417 рублей.",
            "Экзамен стоит 395 рублей.",
            "Документы противоречат друг другу:",
        ),
        ("考试费是多少？", "考试费是417元。", "考试费是395元。", "文档内容相互矛盾："),
        (
            "كم رسوم الامتحان؟",
            "رسوم الامتحان ٤١٧ يورو.",
            "رسوم الامتحان ٣٩٥ يورو.",
            "المستندات متعارضة:",
        ),
    ],
)
def test_both_are_shown_each_with_its_source(question: str, said: str, contrary: str, lead: str) -> None:
    for first, second in ((said, contrary), (contrary, said)):
        told = answer(question, files(first, second))
        assert told in (f"{lead} {first} [1] {second} [2]", f"{lead} {second} [2] {first} [1]")


@pytest.mark.parametrize(
    "other",
    [
        "The exam fee for road vehicles is 417 euros.",
        "The exam fee for road vehicles is EUR 417.",
        "In 2019 the exam fee for road vehicles was 395 euros.",
        "The exam fee for road vehicles is paid within 14 days.",
        "The exam fee for road vehicles is high.",
        "The exam fee for road vehicles: see section 7.2.",
        "The waiting time for road vehicles is 395 minutes.",
        "The exam for road vehicles takes 395 minutes, and its fee is due at the counter on the day before.",
    ],
)
def test_what_does_not_contradict_is_not_shown_as_if_it_did(other: str) -> None:
    told = answer("How high is the exam fee?", files("The exam fee for road vehicles is 417 euros.", other))
    assert "disagree" not in told


def test_sections_pages_and_versions_do_not_contradict_each_other() -> None:
    told = answer(
        "Where is the exam fee?", files("The exam fee is in section 5, below.", "The exam fee is in section 7.2.")
    )
    assert "disagree" not in told


def test_a_file_does_not_contradict_itself() -> None:
    (text,) = files("The exam fee for cars is 417 euros.\n\nThe exam fee for vans is 395 euros.")
    assert "disagree" not in answer("How high is the exam fee?", [text, text])


def test_numbers_may_be_written_in_other_ways() -> None:
    told = answer(
        "What does the licence cost?", files("The licence costs 1,200 euros.", "The licence costs 1.200 euros.")
    )
    assert "disagree" not in told


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        (
            "What was discussed on 26 March?",
            ("The team discussed the roof on 26 March.", "The team discussed the roof on 12 March."),
        ),
        (
            "Which meeting notes are there?",
            ("Meeting notes of the team, 26 March", "Meeting notes of the team, 12 March"),
        ),
    ],
)
def test_who_names_the_number_asks_for_that_one_and_titles_are_no_statements(
    question: str, texts: tuple[str, str]
) -> None:
    assert "disagree" not in answer(question, files(*texts))


def test_of_two_versions_the_later_one_comes_first() -> None:
    texts = {
        "policy-2023.txt": "Working abroad is not allowed.",
        "policy-2026.txt": "Working abroad is allowed for 20 days.",
    }
    passages = [
        Document(content=text, score=0.9, meta={"file_id": name, "filename": name}) for name, text in texts.items()
    ]
    told = answer("Is working abroad allowed?", passages)
    assert (
        told == "The documents disagree: Working abroad is allowed for 20 days. [2] Working abroad is not allowed. [1]"
    )


def test_what_is_forbidden_here_and_allowed_there_of_something_else_is_no_contradiction() -> None:
    told = answer(
        "May I park?", files("Cars may not park in the yard.", "Bicycles may park in the cellar of the house.")
    )
    assert "disagree" not in told
