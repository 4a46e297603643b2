"""What a question asks for, and where a word of it is one."""

import pytest

from rag_api.answer.language.languages import LANGUAGES, AnswerLanguage

BY_NAME = {language.name: language for language in LANGUAGES}


@pytest.mark.parametrize(
    ("name", "question", "kind"),
    [
        ("hi", "ताजमहल कहाँ है?", "where"),
        ("hi", "ताजमहल कहां है?", "where"),
        ("hi", "मीनार किसने बनाई?", "who"),
        ("hi", "यह कब बना?", "when"),
        ("hi", "कितने लोग आए?", "count"),
        ("hi", "कितनी ऊँची है?", "count"),
        ("hi", "कबूतर क्या है?", None),  # "when" is the beginning of "pigeon"
        ("ar", "متى ولد؟", "when"),
        ("de", "Wo liegt es?", "where"),
        ("de", "Warum ist es so?", None),
        ("en", "Whoever did it?", None),
        ("zh", "塔在哪里？", "where"),
        ("tr", "Köprü NE ZAMAN yapıldı?", "when"),
        ("tr", "KAÇ kişi geldi?", "count"),
        ("da", "Hvor mange bor der?", "count"),
        ("da", "Hvor bor de?", "where"),
        ("sv", "Var ligger det?", "where"),
        ("fi", "Missä se on?", "where"),
        ("pl", "Którego dnia?", "when"),
        ("el", "ΠΟΥ είναι;", "where"),
        ("el", "Ποτε χτίστηκε;", "when"),
        ("uk", "Де це?", "where"),
        ("he", "מתי זה נבנה?", "when"),
        ("fa", "چه كسي آمد؟", "who"),  # in Arabic letters
        ("hu", "Hány ember?", "count"),
        ("vi", "Ai đã viết?", "who"),
    ],
)
def test_the_kind_of_thing_that_is_asked_for(name: str, question: str, kind: str | None) -> None:
    assert BY_NAME[name].asks_for(question) == kind


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_way_to_ask_is_found(language: AnswerLanguage) -> None:
    ways = {"when": language.when, "where": language.where, "count": language.count, "who": language.who}
    for kind, words in ways.items():
        for word in words.split("|"):
            assert language.asks_for(f"{word}?") in ways, (language.name, kind, word)
