import pytest

from rag_api.answer.matched import MOST, matched
from tests.ingest.convert.test_growth import calls_of


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        (
            "Where do herons nest?",
            "Herons nest in trees. A heron's nesting, HERONS'.",
            "Herons nest heron nesting HERONS",
        ),
        ("Wo nisten Reiher?", "Der Reiher nistet in Bäumen; die Nester der Reiher", "Reiher nistet"),
        ("the of", "the height of the tower", ""),
        ("1,234 C++ e-mails", "In C++ there are 1234 e-mails", "C++ 1234 e-mails"),
        ("光合作用是什么?", "植物通过光合作用制造养分，光合的作用", "光合作用 光合 作用"),
        ("การสังเคราะห์ด้วยแสงคืออะไร", "การสังเคราะห์ด้วยแสงเป็น", "สังเคราะห์ด้วยแสง"),
        ("광합성을", "식물은 광합성을 한다", "광합성"),
        ("хищные птицы", "Хищная птица", "Хищная птица"),
    ],
)
def test_the_words_of_a_question_are_told_as_they_are_written(question: str, text: str, words: str) -> None:
    assert matched(text, [question]) == words.split()
    assert all(word in text for word in words.split())


def test_no_more_are_told_than_a_page_can_show() -> None:
    words = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(2 * MOST)]
    assert matched(" ".join(words), [" ".join(words)]) == words[:MOST]


@pytest.mark.parametrize("letters", ["abcdefgh", "光合作用制造养分"])
def test_twice_as_much_is_at_most_some_twice_the_work(letters: str) -> None:
    def work(n: int) -> int:
        text = " ".join(letters[k % 8] + letters[k // 8 % 8] + letters[k // 64 % 8] * 3 for k in range(n))
        return calls_of(lambda: matched(text, [text]))

    work(400)  # stems are remembered
    assert work(400) <= 2.6 * work(200) + 1_500
