"""Which language a text is in: documents, questions of a few words, and neighbours that are easily confused."""

import pytest

from ingest.languages import LANGUAGES, language_of, language_of_document

SENTENCES = {
    "en": """The library opens at nine and closes at six.|Nobody knows who wrote the letter.|Which bridge is older?
        How long does the ferry take?|Where do the herons breed?|population of the largest city""",
    "de": """Die Bibliothek ist von neun bis sechs geöffnet.|Niemand weiß, wer den Brief geschrieben hat.
        Wie lange dauert die Fahrt?|Wo liegt die Hauptstadt?
        Welche Brücke ist älter?""",
    "fr": """La bibliothèque ouvre à neuf heures.|Personne ne sait qui a écrit la lettre.|Où se trouve la capitale ?
        Combien coûte un billet ?|Quand le pont a-t-il été construit ?|Qui dirige le musée ?""",
    "es": """La biblioteca abre a las nueve.|Nadie sabe quién escribió la carta.|¿Dónde está la capital?
        ¿Cuánto cuesta el billete?|¿Cuándo se construyó el puente?|¿Quién dirige el museo?""",
    "it": """La biblioteca apre alle nove.|Nessuno sa chi ha scritto la lettera.|Dove si trova la capitale?
        Quanto costa il biglietto?|Quando fu costruito il ponte?|Chi dirige il museo?""",
    "pt": """A biblioteca abre às nove horas.|Ninguém sabe quem escreveu a carta.|Onde fica a capital?
        Quanto custa um bilhete?|Quando foi construída a ponte?|Quem dirige o museu?""",
    "nl": """De bibliotheek gaat om negen uur open.|Niemand weet wie de brief heeft geschreven.|Waar ligt de hoofdstad?
        Hoeveel kost een kaartje?|Wanneer werd de brug gebouwd?|Wie leidt het museum?""",
    "da": """Biblioteket åbner klokken ni og lukker klokken seks.|Ingen ved, hvem der har skrevet brevet.
        Hvad hedder Danmarks hovedstad?|Hvornår blev broen bygget?|Hvor meget koster en billet?
        Medlemmerne skal betale efter mødet.|Hvad er fristen for opsigelse?""",
    "no": """Biblioteket åpner klokka ni og stenger klokka seks.|Ingen vet hvem som har skrevet brevet.
        Hva heter hovedstaden i Norge?|Når ble broen bygget?|Hvor mye koster en billett?
        Medlemmene skal betale etter møtet.|Hva er fristen for oppsigelse?""",
    "sv": """Biblioteket öppnar klockan nio och stänger klockan sex.|Ingen vet vem som har skrivit brevet.
        Vad heter Sveriges huvudstad?|När byggdes bron över sundet?|Hur mycket kostar en biljett?|Var finns museet?""",
    "fi": """Kirjasto avataan kello yhdeksän ja suljetaan kuudelta.|Kukaan ei tiedä, kuka kirjeen kirjoitti.
        Mikä on Suomen pääkaupunki?|Milloin silta rakennettiin?|Kuinka paljon lippu maksaa?|Missä museo sijaitsee?""",
    "hu": """A könyvtár kilenckor nyit, és hatkor zár.|Senki sem tudja, ki írta a levelet.|Mi Magyarország fővárosa?
        Mikor épült a híd?|Mennyibe kerül egy jegy?|Hol található a múzeum?""",
    "ro": """Biblioteca se deschide la ora nouă.|Nimeni nu știe cine a scris scrisoarea.|Care este capitala României?
        Când a fost construit podul?|Cât costă un bilet?|Unde se află muzeul?|Cine a construit podul?""",
    "tr": """Kütüphane saat dokuzda açılır ve altıda kapanır.|Mektubu kimin yazdığını kimse bilmiyor.
        Türkiye'nin başkenti neresidir?|Köprü ne zaman inşa edildi?|Bir bilet kaç lira?|Müze nerede bulunuyor?
        İhaleyi hangi şirket kazandı?""",
    "pl": """Biblioteka jest czynna od dziewiątej do szóstej.|Nikt nie wie, kto napisał ten list.
        Jaka jest stolica Polski?|Kiedy zbudowano most?|Ile kosztuje bilet?|Gdzie znajduje się muzeum?""",
    "cs": """Knihovna otevírá v devět a zavírá v šest hodin.|Nikdo neví, kdo ten dopis napsal.
        Jaké je hlavní město Česka?|Kdy byl postaven most?|Kolik stojí jízdenka?|Kde se nachází muzeum?""",
    "vi": """Thư viện mở cửa lúc chín giờ.|Không ai biết người nào đã viết lá thư.|Thủ đô của Việt Nam là gì?
        Cây cầu được xây dựng khi nào?|Một vé giá bao nhiêu?|Bảo tàng nằm ở đâu?""",
    "id": """Perpustakaan buka pada pukul sembilan.|Tidak ada yang tahu siapa penulis surat itu.
        Apa ibu kota Indonesia?|Kapan jembatan itu dibangun?|Berapa harga tiket?|Di mana letak museum itu?""",
    "el": """Η βιβλιοθήκη ανοίγει στις εννέα.|Κανείς δεν ξέρει ποιος έγραψε το γράμμα.|Ποια είναι η πρωτεύουσα;
        Πότε χτίστηκε η γέφυρα;|Πόσο κοστίζει το εισιτήριο;""",
    "ru": """Библиотека открывается в девять часов.|Никто не знает, кто написал письмо.|Какова столица Франции?
        Когда был построен мост?|Сколько стоит билет?|Где находится музей?|столица Франции""",
    "uk": """Бібліотека відчиняється о дев'ятій годині.|Ніхто не знає, хто написав листа.|Яка столиця Франції?
        Коли було побудовано міст?|Скільки коштує квиток?|Де знаходиться музей?|Хто керує музеєм?""",
    "bg": """Библиотеката е отворена от девет часа.|Никой не знае кой е написал писмото.|Коя е столицата на Франция?
        Кога е построен мостът?|Колко струва билетът?|Къде се намира музеят?""",
    "ar": """تفتح المكتبة أبوابها في التاسعة صباحا.|لا أحد يعرف من كتب الرسالة.|ما هي عاصمة فرنسا؟|متى بني الجسر؟
        كم سعر التذكرة؟|أين يقع المتحف؟""",
    "fa": """کتابخانه ساعت نه صبح باز می‌شود.|هیچ کس نمی‌داند چه کسی نامه را نوشته است.|پایتخت فرانسه کجاست؟
        این پل کی ساخته شد؟|قیمت بلیت چقدر است؟|موزه در کجا قرار دارد؟""",
    "ur": """کتب خانہ صبح نو بجے کھلتا ہے۔|کوئی نہیں جانتا کہ خط کس نے لکھا۔|فرانس کا دارالحکومت کیا ہے؟
        پل کب بنایا گیا؟|ٹکٹ کی قیمت کتنی ہے؟|عجائب گھر کہاں واقع ہے؟""",
    "he": "הספרייה נפתחת בתשע בבוקר.|איש אינו יודע מי כתב את המכתב.|מהי בירת צרפת?|מתי נבנה הגשר?|כמה עולה כרטיס?",
    "hi": "पुस्तकालय नौ बजे खुलता है।|कोई नहीं जानता कि पत्र किसने लिखा।|फ्रांस की राजधानी क्या है?|पुल कब बना?|टिकट कितने का है?",
    "ta": "நூலகம் ஒன்பது மணிக்குத் திறக்கும்.|பாலம் எப்போது கட்டப்பட்டது?|தலைநகரம் எது?|விலை எவ்வளவு?|யார் எழுதினார்?",
    "zh": "图书馆九点开门。|没有人知道信是谁写的。|法国的首都是哪里？|桥是什么时候建的？|票价多少？",
    "ja": "図書館は九時に開きます。|手紙を誰が書いたかは知られていない。|フランスの首都はどこですか。"
    "|橋はいつできましたか。|料金はいくら",
    "ko": "도서관은 아홉 시에 엽니다.|누가 편지를 썼는지 모른다.|프랑스의 수도는 어디입니까?|다리는 언제 지어졌나요?"
    "|표는 얼마예요?",
    "th": "ห้องสมุดเปิดเวลาเก้าโมง|ไม่มีใครรู้ว่าใครเขียนจดหมาย|เมืองหลวงของฝรั่งเศสคือที่ไหน|สะพานสร้างเมื่อไร|ตั๋วราคาเท่าไร",
}


def sentences(name: str) -> list[str]:
    return [
        sentence.strip() for line in SENTENCES[name].split("\n") for sentence in line.split("|") if sentence.strip()
    ]


def test_every_language_has_sentences() -> None:
    assert SENTENCES.keys() == {language.name for language in LANGUAGES}
    assert min(len(sentences(name)) for name in SENTENCES) >= 5


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_or_a_short_question_is_enough(name: str) -> None:
    assert [(each, language_of(each).name) for each in sentences(name)] == [(each, name) for each in sentences(name)]


@pytest.mark.parametrize("question", ["Was kostet die Karte?", "Was macht die Katze?", "Was sagt die Satzung?"])
def test_german_is_no_english_where_its_small_words_are_english_too(question: str) -> None:
    assert language_of(question).name == "de"
    assert language_of("Was the fee paid before the cat came?").name == "en"


@pytest.mark.parametrize("name", SENTENCES)
def test_a_document_with_names_and_words_of_english(name: str) -> None:
    text = "Annual Report 2024\n" + "\n\n".join(sentences(name) * 3) + "\nPython, Microsoft Excel"
    assert language_of_document(text).name == name


@pytest.mark.parametrize(
    "text",
    [
        "Gdje se nalazi zgrada i tko ju je sagradio?",  # Croatian
        "Kde sa nachádza budova a kto ju postavil?",  # Slovak
        "On es troba l'edifici i qui el va construir?",  # Catalan
        "Kus asub hoone ja kes selle ehitas?",  # Estonian
        "Kur yra pastatas ir kas jį pastatė?",  # Lithuanian
        "Где се налази зграда и ко ју је саградио?",  # Serbian
        "Mji mkuu wa Kenya ni upi?",  # Swahili
        "Waar is die gebou en wie het dit gebou?",  # Afrikaans
        "इमारत कुठे आहे आणि ती कोणी बांधली?",  # Marathi
        "ودانۍ چیرته ده او چا جوړه کړې ده؟",  # Pashto
        "Rio de Janeiro population",
        "men under 40",
        "Die Hard box office",
        "La La Land director",
        "per diem rates 2024",
        "E1234 0x8007",
        "",
    ],
)
def test_what_is_not_known_is_treated_as_english(text: str) -> None:
    assert language_of(text).name == "en"
