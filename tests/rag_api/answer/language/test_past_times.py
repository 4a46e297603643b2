"""Of "last year" a document says nothing unless it says so itself: its year is another than that of the question."""

import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.answer.language.replies import is_refusal
from rag_api.settings import Settings

BAR = Settings.model_fields["min_confidence"].default
CUP = "The Harbour Cup is sailed each June. Anna Berg won the Harbour Cup in 2019. The cup was given by the town."
NEWS = "News of the harbour. Last year Anna Berg won the Harbour Cup. The cup was given by the town."
POKAL = "Der Hafenpokal wird im Juni gesegelt. Anna Berg hat 2019 den Hafenpokal gewonnen."
BERICHT = "Der Verein hat viele Mitglieder. Im Vorjahr hat Anna Berg den Hafenpokal gewonnen."
COUPE = "La coupe du port a lieu en juin. Anna Berg a gagné la coupe du port en 2019."


@pytest.mark.parametrize(
    ("question", "content", "answered"),
    [
        ("Who won the Harbour Cup in 2019?", CUP, True),
        ("Who won the Harbour Cup?", CUP, True),
        ("Who won the Harbour Cup last year?", CUP, False),
        ("Who won the Harbour Cup three years ago?", CUP, False),
        ("Who won the Harbour Cup yesterday?", CUP, False),
        ("Who won the Harbour Cup last year?", NEWS, True),
        ("Who won the Harbour Cup in the previous year?", NEWS, True),
        ("Who won the Harbour Cup last week?", NEWS, False),
        ("Who won the Harbour Cup yesterday?", NEWS, False),
        ("Wer hat den Hafenpokal gewonnen?", POKAL, True),
        ("Wer hat letztes Jahr den Hafenpokal gewonnen?", POKAL, False),
        ("Wer hat letztes Jahr den Hafenpokal gewonnen?", BERICHT, True),
        ("Wer hat gestern den Hafenpokal gewonnen?", BERICHT, False),
        ("Qui a gagné la coupe du port ?", COUPE, True),
        ("Qui a gagné la coupe du port l'année dernière ?", COUPE, False),
    ],
)
def test_a_past_time_has_to_be_named(question: str, content: str, answered: bool) -> None:
    found = answer(question, [Document(content=content, meta={"filename": "cup.md"}, score=0.6)], question, BAR)
    assert is_refusal(found) != answered
    assert answered is False or "Anna Berg" in found
