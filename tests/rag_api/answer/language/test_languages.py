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
            assert language.asks_for(f"{word}?") in ways, (language.name, kind, word)
