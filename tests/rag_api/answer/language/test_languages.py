"""What a question asks for, and where a word of it is one."""

import pytest

from rag_api.answer.language.languages import LANGUAGES, AnswerLanguage, language_of, language_of_turn
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


ASKED = {
    "en": "When was the pier built?|Who pays for the repairs?|How do I renew my passport?",
    "de": "Wann wurde der Pier gebaut?|Wer bezahlt die Reparaturen?|Wie verlängere ich meinen Reisepass?",
    "fr": "Quand la jetée a-t-elle été construite ?|Qui paie les réparations ?|Comment renouveler mon passeport ?",
    "es": "¿Cuándo se construyó el muelle?|¿Quién paga las reparaciones?|¿Cómo renuevo mi pasaporte?",
    "it": "Quando è stato costruito il molo?|Chi paga le riparazioni?|Come rinnovo il passaporto?",
    "pt": "Quando foi construído o cais?|Quem paga os reparos?|Como renovo o meu passaporte?",
    "nl": "Wanneer is de pier gebouwd?|Wie betaalt de reparaties?|Hoe verleng ik mijn paspoort?",
    "da": "Hvornår blev molen bygget?|Hvem betaler for reparationerne?|Hvordan fornyer jeg mit pas?",
    "no": "Når ble piren bygget?|Hva koster en ny nøkkel?|Hvordan fornyer jeg passet mitt?",
    "sv": "När byggdes piren?|Vem betalar för reparationerna?|Hur förnyar jag mitt pass?",
    "fi": "Milloin laituri rakennettiin?|Kuka maksaa korjaukset?|Miten uusin passini?",
    "pl": "Kiedy zbudowano molo?|Kto płaci za naprawy?|Jak odnowić paszport?",
    "cs": "Kdy bylo molo postaveno?|Kdo platí opravy?|Jak si obnovím pas?",
    "ro": "Când a fost construit digul?|Cine plătește reparațiile?|Cum îmi reînnoiesc pașaportul?",
    "hu": "Mikor épült a móló?|Ki fizeti a javításokat?|Hogyan újíthatom meg az útlevelemet?",
    "tr": "İskele ne zaman yapıldı?|Onarımları kim ödüyor?|Pasaportumu nasıl yenilerim?",
    "id": "Kapan dermaga itu dibangun?|Siapa yang membayar perbaikan?|Bagaimana cara memperpanjang paspor saya?",
    "vi": "Cầu tàu được xây dựng khi nào?|Ai trả tiền sửa chữa?|Làm thế nào để gia hạn hộ chiếu?",
    "ru": "Когда был построен пирс?|Кто платит за ремонт?|Как продлить паспорт?",
    "uk": "Коли збудували пірс?|Хто платить за ремонт?|Як продовжити паспорт?",
    "el": "Πότε χτίστηκε η προβλήτα;|Ποιος πληρώνει τις επισκευές;|Πώς ανανεώνω το διαβατήριό μου;",
    "ar": "متى بني الرصيف؟|من يدفع تكاليف الإصلاح؟|كيف أجدد جواز سفري؟",
    "fa": "اسکله چه زمانی ساخته شد؟|چه کسی هزینه تعمیرات را می‌پردازد؟|چگونه گذرنامه‌ام را تمدید کنم؟",
    "ur": "گھاٹ کب بنایا گیا؟|مرمت کا خرچ کون دیتا ہے؟|میں اپنا پاسپورٹ کیسے تجدید کروں؟",
    "he": "מתי נבנה הרציף?|מי משלם על התיקונים?|איך מחדשים דרכון?",
    "hi": "घाट कब बनाया गया था?|मरम्मत का खर्च कौन देता है?|मैं अपना पासपोर्ट कैसे नवीनीकृत करूँ?",
    "ta": "படகுத்துறை எப்போது கட்டப்பட்டது?|பழுதுபார்ப்புக்கு யார் பணம் செலுத்துகிறார்?|கடவுச்சீட்டை எப்படிப் புதுப்பிப்பது?",
    "zh": "码头是什么时候建的？|谁支付维修费用？|如何更新我的护照？",
    "ja": "桟橋はいつ建設されましたか？|修理費は誰が払いますか？|パスポートはどうやって更新しますか？",
    "ko": "부두는 언제 지어졌습니까?|수리비는 누가 냅니까?|여권은 어떻게 갱신합니까?",
    "th": "ท่าเรือสร้างเมื่อไร|ใครจ่ายค่าซ่อม|ฉันจะต่ออายุหนังสือเดินทางอย่างไร",
    "bg": "Кога е построен кеят?|Кой плаща за ремонта?|Как да подновя паспорта си?",
}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_question_without_an_answer_is_told_so_in_its_own_language(name: str) -> None:
    asked = ASKED[name].split("|")
    assert len(asked) == 3
    assert [language_of(question).replies.unanswered for question in asked] == [BY_NAME[name].replies.unanswered] * 3


@pytest.mark.parametrize(
    "question",
    [
        "Када је саграђен кеј?",  # sr
        "Ako si obnovím pas?",  # sk
        "Tko plaća popravke?",  # hr
        "Kas maksā par remontu?",  # lv
        "Kes maksab remondi eest?",  # et
        "Kada buvo pastatyta prieplauka?",  # lt
        "Təmir üçün kim ödəyir?",  # az
        "Hvenær var bryggjan byggð?",  # is
        "Pryd adeiladwyd y pier?",  # cy
        "दुरुस्तीचा खर्च कोण देतो?",  # mr
        "Кој ја плаќа поправката?",  # mk
        "د ترمیم پیسې څوک ورکوي؟",  # ps
        "Nani analipia matengenezo?",  # sw
        "ঘাটটি কবে নির্মিত হয়েছিল?",  # bn
        "როდის აშენდა ნავმისადგომი?",  # ka
    ],
)
def test_a_language_without_phrases_is_answered_in_english_rather_than_in_a_neighbour(question: str) -> None:
    assert language_of(question).name == "en"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Darf man grillen?", "de"),
        ("Soll ich lüften?", "de"),
        ("Peut-on fumer ?", "fr"),
        ("Musím platit?", "cs"),
        ("Saako tupakoida?", "fi"),
        ("Szabad dohányozni?", "hu"),
        ("Sigara içebilir miyim?", "tr"),
        ("Bolehkah merokok?", "id"),
    ],
)
def test_what_is_allowed_is_asked_in_the_language_of_its_verb(question: str, name: str) -> None:
    assert language_of(question).name == name


def test_a_question_that_tells_no_language_takes_that_of_what_was_found() -> None:
    german = "Das Grillen ist auf den Balkonen nicht erlaubt."
    assert language_of_turn("Grillen?", "", german).name == "de"
    assert language_of_turn("Grillen?", "", "Grilling is not allowed on the balcony.").name == "en"
    assert language_of_turn("Is Grillen allowed?", "", german).name == "en", "it tells its own"
    assert language_of_turn("2019?", "Combien en 2018 ?", german).name == "fr", "what was said comes first"
    assert language_of_turn("2019?", "").name == "en"
