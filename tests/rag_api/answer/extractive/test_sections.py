"""What is asked of a section is answered from that section, and what it does not say from no other."""

import pytest
from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.answer.extractive.sections import section_named
from rag_api.answer.language.replies import is_refusal
from rag_api.settings import Settings

BAR = Settings.model_fields["min_confidence"].default
LEASE: dict[tuple[str, ...], str] = {
    ("4 Termination", "4.1 Notice"): "The tenant gives notice in writing three months before the end of the lease.",
    ("4 Termination", "4.2 Keys"): "All keys are handed over on the last day. A lost key costs the tenant 40 euros.",
    ("4 Termination", "4.2 Keys", "Cellar"): "The cellar is locked by the caretaker.",
    ("5 Pets",): "Cats are allowed, and dogs with the consent of the landlord. Notice of a dog is given beforehand.",
    ("14.2 Bicycles",): "Bicycles are kept in the cellar, and their keys at the office.",
    ("Keys",): "Section 4.2 of the lease is strict about keys and pets.",
}
VERTRAG: dict[tuple[str, ...], str] = {
    ("§ 3 Miete",): "Die Miete wird bis zum dritten Werktag gezahlt.",
    ("§ 4 Kaution",): "Die Kaution beträgt drei Monatsmieten und wird verzinst.",
}


def passages(sections: dict[tuple[str, ...], str]) -> list[Document]:
    return [
        Document(
            content=f"{'#' * len(headings)} {headings[-1]}\n\n{text}",
            meta={"filename": "lease.md", "headings": list(headings)},
            score=0.4 - place / 50,
        )
        for place, (headings, text) in enumerate(reversed(sections.items()))
    ]


def asked(question: str, sections: dict[tuple[str, ...], str]) -> str:
    return answer(question, passages(sections), question, BAR)


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("What does section 4.2 say about keys?", "handed over on the last day", "strict"),
        ("What does section 4.2 say?", "handed over on the last day", "Bicycles"),
        ("What does a lost key cost according to section 4.2?", "40 euros", "strict"),
        ("What does section 4.2 say about the cellar?", "locked by the caretaker", "Bicycles"),
        ("What does chapter 4 say about notice?", "three months before", "dog"),
        ("What does clause 5 say about notice?", "Notice of a dog", "three months"),
        ("What does section 14.2 say about keys?", "at the office", "handed over"),
    ],
)
def test_a_section_that_is_named_answers(question: str, said: str, unsaid: str) -> None:
    found = asked(question, LEASE)
    assert said in found
    assert unsaid not in found
    assert not is_refusal(found)


def test_a_section_sign_and_other_languages() -> None:
    assert "verzinst" in asked("Was steht in § 4 über die Kaution?", VERTRAG)
    assert "Werktag" in asked("Was regelt § 3?", VERTRAG)


def test_what_a_section_does_not_say_is_not_told_from_another() -> None:
    assert is_refusal(asked("What does section 4.1 say about cats?", LEASE))


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What does section 4.2 say?", "4.2"),
        ("Was steht in Abschnitt 6.1 über Tiere?", "6.1"),
        ("Que dit l'article 5 ?", "5"),
        ("How do sections 4.2 and section 5 differ from section 6?", None),
        ("What was article 2019 about?", None),  # a year
        ("How many sections are there?", None),
    ],
)
def test_a_section_is_told_by_its_number(question: str, number: str | None) -> None:
    found = section_named(question)
    assert (found.number if found else None) == number


def test_a_clause_without_a_heading_is_that_of_the_document_that_is_called_by_name() -> None:
    lease = Document(
        content="Clause 5. Use\n5.1 It is a workshop.\n5.2 The tenant keeps it clean.\n5.3 One dog may be kept.",
        score=0.4,
        meta={"filename": "lease.txt"},
    )
    notes = Document(
        content="# Notes\n\n## 5.2.0\n\nA dark theme.", score=0.5, meta={"filename": "notes.md", "headings": ["Notes"]}
    )
    told = answer("What does clause 5.2 of the lease say?", [notes, lease])
    assert told == "5.2 The tenant keeps it clean. [2]"


def test_a_section_is_told_whole_if_nothing_else_is_asked() -> None:
    text = "# Handbook\n\n## 4. Sickness\n\nPhone us. A text message is not enough. Bring a note. We pay. Get well.\n"
    handbook = Document(content=text, score=0.5, meta={"filename": "handbook.md", "headings": ["Handbook"]})
    told = answer("Summarize section 4 of the handbook.", [handbook])
    assert told.startswith("Phone us. [1]") and told.endswith("Get well. [1]")
