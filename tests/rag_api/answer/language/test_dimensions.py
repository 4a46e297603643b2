"""What is measured, a weight or a height or an age, is answered by a measure of that dimension, and by nothing else."""

import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.answer.language.dimensions import dimension
from rag_api.answer.language.languages import BY_NAME
from rag_api.answer.language.replies import is_refusal
from rag_api.settings import Settings

BAR = Settings.model_fields["min_confidence"].default
DOG = (
    "Our dog Bello is a brown shepherd. He weighs 32 kg and eats two bowls a day. Bello runs through the wood on 5 "
    "mornings a week, and is heavy for his age."
)
LAKE = (
    "The lake of Uri lies in two cantons. It is two hundred metres deep and warms to 22 °C. The lake of Uri holds 30 "
    "species of fish. A ferry crosses the lake of Uri at 25 km/h."
)
PUMPE = "Die Pumpe P2 steht im Keller von Haus 7. Sie ist 45 kg schwer. Die Pumpe P2 hat 3 Phasen."
TOUR = "La tour Nord se dresse sur le port depuis longtemps. La tour Nord est haute de 48 mètres. La tour a 6 fenêtres."
LEAVE = "| Name | Days left | Phone |\n|---|---|---|\n| Wen Li | 3 | 4488 |\n| Bo Lund | 7 | 4489 |\n\nEnd of the list."
RULES = (
    "Members of the sailing club must be at least 18. Damage of a sailing boat is reported immediately. The club has "
    "40 boats for its members."
)
OFEN = "Das Brot 40 Minuten im Ofen backen. Schäden am Ofen sind sofort zu melden."
TABLE = """| Pump | Weight (kg) | Height (cm) | Top speed | Colour |
|---|---|---|---|---|
| P1 | 12 | 40 | 900 | red |
| P2 | 45 | 80 | 700 | blue |

That is all there is."""


def asked(question: str, content: str) -> str:
    return answer(question, [Document(content=content, meta={"filename": "notes.md"}, score=0.6)], question, BAR)


@pytest.mark.parametrize(
    ("question", "content", "said"),
    [
        ("How heavy is Bello?", DOG, "32 kg"),
        ("How much does Bello weigh?", DOG, "32 kg"),
        ("How tall is Bello?", DOG, None),
        ("How fast does Bello run?", DOG, None),  # not "5 mornings a week"
        ("How old is Bello?", DOG, None),
        ("How deep is the lake of Uri?", LAKE, "two hundred metres"),
        ("How warm is the lake of Uri?", LAKE, "22 °C"),
        ("How fast does the ferry cross the lake of Uri?", LAKE, "25 km/h"),
        ("How old is the lake of Uri?", LAKE, None),
        ("How heavy is the lake of Uri?", LAKE, None),
        ("Wie schwer ist die Pumpe P2?", PUMPE, "45 kg"),
        ("Wie tief ist die Pumpe P2?", PUMPE, None),
        ("Wie schnell dreht die Pumpe P2?", PUMPE, None),
        ("Wie alt ist die Pumpe P2?", PUMPE, None),  # not "Haus 7."
        ("Quelle est la hauteur de la tour Nord ?", TOUR, "48 mètres"),
        ("Quel est le poids de la tour Nord ?", TOUR, None),
        ("How heavy is P2?", TABLE, "P2, Weight (kg): 45"),
        ("How tall is P1?", TABLE, "P1, Height (cm): 40"),
        ("How fast is P1?", TABLE, "P1, Top speed: 900"),
        ("How deep is P1?", TABLE, None),
        ("How old is Wen Li?", LEAVE, None),
        ("How old must members of the sailing club be?", RULES, "at least 18"),
        ("How fast is damage of a sailing boat reported?", RULES, "immediately"),
        ("How heavy is a sailing boat?", RULES, None),
        ("Wie schnell sind Schäden am Ofen zu melden?", OFEN, "sofort"),
    ],
)
def test_what_is_measured_is_said_in_a_unit_of_it(question: str, content: str, said: str | None) -> None:
    found = asked(question, content)
    assert is_refusal(found) if said is None else said in found and not is_refusal(found)


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("en", "How many dogs are there?", None),
        ("en", "What does the Conference on Weights and Measures say?", None),
        ("en", "How high is the fee?", None),  # of any kind
        ("en", "How far is it to the station?", "distance"),
        ("de", "Wie hoch ist die Gebühr?", None),
        ("de", "Wie alt ist die Brücke?", "age"),
        ("es", "¿Cuánto pesa la bomba?", "weight"),
        ("it", "Quanto è profondo il lago?", "depth"),
        ("pt", "Qual é a altura da torre?", "height"),
        ("nl", "Hoe zwaar is de pomp?", "weight"),
        ("ru", "Сколько весит насос?", "weight"),
        ("pl", "Jak głęboka jest studnia?", "depth"),
        ("sv", "Hur gammal är bron?", "age"),
    ],
)
def test_a_dimension_is_told_by_the_words_that_ask_for_it(language: str, question: str, expected: str | None) -> None:
    assert dimension(question, BY_NAME[language]) == expected


def test_half_of_a_word_is_no_unit() -> None:
    timeline = "17:44 Eagle, with Armstrong and Aldrin on board, separates from Columbia, which Collins steers."
    assert is_refusal(asked("How old was Collins at the launch of Columbia?", timeline))
