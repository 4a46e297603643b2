from haystack import Document

from ingest.search.near_duplicates import without_near_duplicates

TEXT = (
    "The heron stands on the bank of the river in the morning, waits for a fish to come near, and strikes at it with "
)
TEXT += "its long yellow bill before anyone on the other side has seen it move at all."
OTHER = "Owls hunt at night, when it is quiet, and hear a mouse under a foot of snow from the branch on which they sit."


def told(*texts: str, enough: int = 10, scores: tuple[float, ...] = ()) -> tuple[list[str], list[str]]:
    documents = [
        Document(content=text, score=score)
        for text, score in zip(texts, scores or [0.9 - 0.01 * n for n in range(len(texts))], strict=True)
    ]
    distinct, repeated = without_near_duplicates(documents, enough)
    return [document.content or "" for document in distinct], [document.content or "" for document in repeated]


def test_a_few_other_words_make_no_other_passage() -> None:
    copied = TEXT.replace("yellow", "orange")
    assert told(TEXT, copied, OTHER) == ([TEXT, OTHER], [copied])


def test_another_number_does() -> None:
    first, second = f"{TEXT} Seen in 2019.", f"{TEXT} Seen in 2020."
    assert told(first, second) == ([first, second], [])


def test_so_does_half_of_another_text() -> None:
    mixed = TEXT + OTHER
    assert told(TEXT, mixed, OTHER) == ([TEXT, mixed, OTHER], [])


def test_what_is_beyond_enough_is_not_looked_at() -> None:
    copied = TEXT.replace("yellow", "orange")
    assert told(TEXT, OTHER, copied, enough=2) == ([TEXT, OTHER], [])


def test_texts_without_words_are_no_fault() -> None:
    assert told("", "!!", "??") == (["", "!!", "??"], [])
