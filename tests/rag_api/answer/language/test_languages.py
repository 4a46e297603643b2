"""What a question asks for, and where a word of it is one."""

import pytest

from rag_api.answer.language.languages import LANGUAGES, AnswerLanguage
from rag_api.answer.language.terms import terms

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
        ("hi", "कबूतर क्या है?", "what"),  # "when" is the beginning of "pigeon"
        ("ar", "متى ولد؟", "when"),
        ("de", "Wo liegt es?", "where"),
        ("de", "Warum ist es so?", None),
        ("en", "Whoever did it?", None),
        ("zh", "塔在哪里？", "where"),
        ("en", "What time does it open?", "clock"),
        ("de", "Um wie viel Uhr öffnet es?", "clock"),
        ("en", "What is a barnacle?", "what"),
        ("en", "What happened when the dam broke?", None),
        ("fr", "Quelle équipe, qui a gagné, joue ici ?", None),
        ("en", "Who sang when it rained?", "who"),
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
        ("en", "What does the inspection cost?", "count"),
        ("en", "What did the new roof cost us?", "count"),
        ("en", "What does the word cost mean?", "what"),
        ("en", "What does the inspection mean?", "what"),
    ],
)
def test_the_kind_of_thing_that_is_asked_for(name: str, question: str, kind: str | None) -> None:
    assert BY_NAME[name].asks_for(question) == kind


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_way_to_ask_is_found(language: AnswerLanguage) -> None:
    ways = {"when": language.when, "where": language.where, "count": language.count, "who": language.who}
    ways |= {"clock": language.clock, "what": language.what}
    for kind, words in ways.items():
        for word in words.split("|"):
            if "(" not in word:  # the others are patterns, which have cases of their own above
                assert language.asks_for(f"{word}?") in ways, (language.name, kind, word)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("en", "e-mail", "emails"),
        ("en", "Wi-Fi", "wifi"),
        ("de", "E-Mail", "Email"),
        ("el", "ΒΙΒΛΙΟΘΉΚΗ", "βιβλιοθηκης"),
        ("he", "הַסִּפְרִיָּה", "הספריה"),
        ("ar", "المدرسه ١٩٧٣", "المدرسة 1973"),
        ("fa", "شركت", "شرکت"),
        ("hi", "हिन्दी १९४७", "हिंदी 1947"),
        ("ru", "ёлка", "елка"),
        ("tr", "KIZ", "kız"),
    ],
)
def test_a_word_is_the_same_in_each_spelling(name: str, one: str, other: str) -> None:
    assert terms(one, BY_NAME[name]) == terms(other, BY_NAME[name]) != []


def test_a_name_with_a_sign_is_not_its_letter() -> None:
    assert terms("C++, C# and C", BY_NAME["en"]) == ["c++", "c#", "c"]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_marks_alone_are_no_word(language: AnswerLanguage) -> None:
    assert terms("\u0640 \u0301 \u0670 \u05b8 \u093c \u064b\u0640", language) == []
