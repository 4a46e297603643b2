import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.answer.extractive.spoken import each_asked, unwrapped
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.replies import is_refusal
from rag_api.settings import Settings

BAR = Settings.model_fields["min_confidence"].default
RULES = [
    Document(
        content="# Sailing club\n\nThe membership fee is 240 euros a year. Guests pay nothing.\n\n"
        "The season begins on 3 April. Boats are stored in the red shed. Ingrid Dahl keeps the keys of the shed.",
        score=0.5,
    ),
    Document(content="The harbour master is Paul Reyes. The harbour closes at 22:00.", score=0.4),
]


def said(question: str, documents: list[Document] | None = None) -> str:
    return answer(question, documents or RULES, question, BAR)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Could you please tell me when the season begins?", "when the season begins?"),
        ("Hi! I would like to know how much the membership fee is, thanks.", "how much the membership fee is"),
        ("I'm wondering who keeps the keys of the shed.", "who keeps the keys of the shed."),
        ("Good morning, do you know where boats are stored? Thank you!", "where boats are stored?"),
        ("Könnten Sie mir bitte sagen, wann der Hafen schließt?", "wann der Hafen schließt?"),
        ("Bonjour, pourriez-vous me dire combien coûte la cotisation ?", "combien coûte la cotisation ?"),
        ("¿Podrías decirme cuándo empieza la temporada?", "cuándo empieza la temporada?"),
        ("Tell me about the harbour", "Tell me about the harbour"),
        ("Which guests say please?", "Which guests say please?"),
        ("What does 'could you tell me' mean?", "What does 'could you tell me' mean?"),
        ("Hello!", "Hello!"),
    ],
)
def test_politeness_around_a_question_is_taken_away(typed: str, plain: str) -> None:
    language = language_of(typed)
    assert unwrapped(typed, language) == plain


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Would you mind telling me when the season begins?", "The season begins on 3 April. [1]"),
        ("Hello, could you let me know how much the membership fee is? Thanks a lot!", "240 euros"),
        ("I was hoping you could tell me who the harbour master is.", "The harbour master is Paul Reyes. [2]"),
    ],
)
def test_a_polite_question_is_answered_as_surely_as_a_plain_one(typed: str, expected: str) -> None:
    reply = said(typed)
    assert expected in reply
    assert not is_refusal(reply)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "When does the season begin and who is the harbour master?",
            "The season begins on 3 April. [1]\n\nThe harbour master is Paul Reyes. [2]",
        ),
        (
            "Who is the harbour master? And when does the season begin?",
            "The harbour master is Paul Reyes. [2]\n\nThe season begins on 3 April. [1]",
        ),
        (
            "Could you tell me who keeps the keys of the shed, and when the harbour closes?",
            "Ingrid Dahl keeps the keys of the shed. [1]\n\nThe harbour closes at 22:00. [2]",
        ),
    ],
)
def test_each_of_two_questions_is_answered(typed: str, expected: str) -> None:
    assert said(typed) == expected


def test_of_two_questions_the_one_without_an_answer_is_named() -> None:
    reply = said("When does the season begin and who painted the clubhouse ceiling?")
    unanswered = "who painted the clubhouse ceiling? – The documents do not contain an answer to this question."
    assert reply == f"The season begins on 3 April. [1]\n\n{unanswered}"


def test_two_questions_without_an_answer_are_one_refusal() -> None:
    assert is_refusal(said("Who painted the clubhouse ceiling and how many windows does the kitchen have?"))


@pytest.mark.parametrize(
    "question",
    [
        "When and where was she born?",
        "Who invented the sextant and in which year?",
        "What is the difference between boats and ships?",
        "How do I know what is stored and when it is moved and why it is kept and where it is?",
        "Wie heißen Hafen und Schuppen?",
    ],
)
def test_one_question_is_not_taken_apart(question: str) -> None:
    assert each_asked(question, language_of(question)) == [question]


def test_a_salary_that_is_asked_for_is_an_amount_of_money() -> None:
    work = "Nora Lind was a software developer at Portside Freight in Rotterdam from 2015 to 2019."
    assert is_refusal(said("What salary did Nora Lind earn at Portside Freight?", [Document(content=work, score=0.5)]))
    paid = f"{work} Her salary at Portside Freight was 52,000 euros."
    assert "52,000 euros" in said("What salary did Nora Lind earn?", [Document(content=paid, score=0.5)])
