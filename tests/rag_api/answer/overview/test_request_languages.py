"""Questions about whole documents in each of the other languages of the built-in model."""

import pytest

from rag_api.answer.language import overviews
from rag_api.answer.language.languages import LANGUAGES
from rag_api.answer.overview.request import Kind, read
from tests.rag_api.answer.overview.asked import ASKED

SPOKEN = {  # in the other languages: a list, a number, those about something, and a summary; then what is ordinary
    "da": (
        ["Hvilke dokumenter har du?", "Vis alle filer", "Giv mig en liste over dokumenterne"],
        ["Hvor mange dokumenter er der?", "Hvor mange filer har du?", "Hvor mange dokumenter findes der?"],
        ["Hvilke dokumenter handler om cykler?", "Er der dokumenter om cykler?", "Hvilke dokumenter nævner cykler?"],
        [
            "Hvad handler dette dokument om?",
            "Opsummer dokumentet",
            "Giv mig et kort resumé af longitude.pdf",
            "Hvad er hovedpunkterne?",
        ],
        [
            "Hvem er forfatteren til dette dokument?",
            "Hvor mange sider har kontrakten?",
        ],
    ),
    "no": (
        ["Hvilke dokumenter har du?", "Vis alle filene", "Gi meg en liste over dokumentene"],
        ["Hvor mange dokumenter er det?", "Hvor mange filer har du?", "Hvor mange dokumenter finnes det?"],
        [
            "Hvilke dokumenter handler om sykler?",
            "Finnes det dokumenter om sykler?",
            "Hvilke dokumenter nevner sykler?",
        ],
        [
            "Hva handler dette dokumentet om?",
            "Oppsummer dokumentet",
            "Gi meg et kort sammendrag av longitude.pdf",
            "Hva er hovedpunktene?",
        ],
        ["Hvem er forfatteren av dette dokumentet?", "Hvor mange sider har kontrakten?"],
    ),
    "sv": (
        ["Vilka dokument har du?", "Visa alla filer", "Ge mig en lista över dokumenten"],
        ["Hur många dokument finns det?", "Hur många filer har du?", "Hur många dokument har jag laddat upp?"],
        ["Vilka dokument handlar om cyklar?", "Finns det några dokument om cyklar?", "Vilka dokument nämner cyklar?"],
        [
            "Vad handlar det här dokumentet om?",
            "Sammanfatta dokumentet",
            "Ge mig en kort sammanfattning av longitude.pdf",
            "Vilka är huvudpunkterna?",
        ],
        ["Vem är författaren till dokumentet?", "Hur många sidor har avtalet?"],
    ),
    "fi": (
        ["Mitä asiakirjoja sinulla on?", "Luettele kaikki tiedostot", "Näytä asiakirjat"],
        ["Kuinka monta asiakirjaa on?", "Montako tiedostoa sinulla on?", "Kuinka monta dokumenttia on yhteensä?"],
        [
            "Mitkä asiakirjat käsittelevät polkupyöriä?",
            "Mitkä asiakirjat kertovat polkupyöristä?",
            "Mitkä dokumentit mainitsevat polkupyörät?",
        ],
        [
            "Mistä tämä asiakirja kertoo?",
            "Tiivistä asiakirja",
            "Tee lyhyt tiivistelmä tästä asiakirjasta",
            "Mitkä ovat pääkohdat?",
        ],
        ["Kuka on tämän asiakirjan kirjoittaja?", "Kuinka monta sivua sopimuksessa on?"],
    ),
    "hu": (
        ["Milyen dokumentumok vannak?", "Sorold fel az összes fájlt", "Mutasd a dokumentumokat"],
        ["Hány dokumentum van?", "Hány fájl van összesen?", "Mennyi dokumentum van nálad?"],
        [
            "Mely dokumentumok szólnak a kerékpárokról?",
            "Melyik dokumentum említi a kerékpárokat?",
            "Milyen dokumentumok foglalkoznak kerékpárokkal?",
        ],
        [
            "Miről szól ez a dokumentum?",
            "Foglald össze a dokumentumot",
            "Adj egy rövid összefoglalót a dokumentumról",
            "Mik a legfontosabb pontok?",
        ],
        ["Ki a dokumentum szerzője?", "Hány oldalas a szerződés?"],
    ),
    "ro": (
        ["Ce documente ai?", "Arată-mi toate fișierele", "Listează documentele"],
        ["Câte documente sunt?", "Câte fișiere ai?", "Câte documente există?"],
        [
            "Care documente vorbesc despre biciclete?",
            "Există documente despre biciclete?",
            "Ce documente menționează bicicletele?",
        ],
        [
            "Despre ce este vorba în acest document?",
            "Rezumă documentul",
            "Fă un rezumat al documentului",
            "Care sunt punctele principale?",
        ],
        ["Cine este autorul documentului?", "Câte pagini are contractul?"],
    ),
    "tr": (
        ["Hangi belgeler var?", "Tüm dosyaları listele", "Elinde hangi belgeler var?"],
        ["Kaç belge var?", "Toplam kaç dosya var?", "Sende kaç tane belge var?"],
        [
            "Hangi belgeler bisikletler hakkında?",
            "Hangi belgeler bisikletlerden bahsediyor?",
            "Bisikletler hakkında belge var mı?",
        ],
        ["Bu belge ne hakkında?", "Belgeyi özetle", "longitude.pdf dosyasını özetler misin?", "Ana noktalar neler?"],
        ["Bu belgenin yazarı kim?", "Sözleşme kaç sayfa?"],
    ),
    "pl": (
        ["Jakie masz dokumenty?", "Wymień wszystkie pliki", "Jakie dokumenty są dostępne?"],
        ["Ile dokumentów masz?", "Ile jest plików?", "Ile dokumentów jest dostępnych?"],
        [
            "Które dokumenty dotyczą rowerów?",
            "Które dokumenty mówią o rowerach?",
            "Czy są jakieś dokumenty o rowerach?",
        ],
        ["O czym jest ten dokument?", "Streść dokument", "Podsumuj longitude.pdf", "Jakie są główne punkty?"],
        ["Kto jest autorem tego dokumentu?", "Ile stron ma umowa?"],
    ),
    "cs": (
        ["Jaké dokumenty máš?", "Vypiš všechny soubory", "Jaké dokumenty jsou k dispozici?"],
        ["Kolik dokumentů máš?", "Kolik je souborů?", "Kolik dokumentů tu je?"],
        ["Které dokumenty jsou o kolech?", "Které dokumenty se týkají kol?", "Máš nějaké dokumenty o kolech?"],
        ["O čem je tento dokument?", "Shrň dokument", "Napiš stručné shrnutí dokumentu", "Jaké jsou hlavní body?"],
        ["Kdo je autorem tohoto dokumentu?", "Kolik stran má smlouva?"],
    ),
    "vi": (
        ["Bạn có những tài liệu nào?", "Liệt kê tất cả tài liệu", "Hiển thị danh sách tệp"],
        ["Có bao nhiêu tài liệu?", "Bạn có bao nhiêu tệp?", "Tổng cộng có bao nhiêu tài liệu?"],
        ["Tài liệu nào nói về xe đạp?", "Có tài liệu nào về xe đạp không?", "Những tài liệu nào đề cập đến xe đạp?"],
        ["Tài liệu này nói về cái gì?", "Tóm tắt tài liệu này", "Hãy tóm tắt longitude.pdf", "Các điểm chính là gì?"],
        ["Ai là tác giả của tài liệu này?", "Hợp đồng có bao nhiêu trang?"],
    ),
    "id": (
        ["Dokumen apa saja yang kamu miliki?", "Tampilkan semua berkas", "Sebutkan dokumen yang ada"],
        ["Berapa banyak dokumen yang ada?", "Ada berapa dokumen?", "Berapa jumlah file?"],
        [
            "Dokumen mana yang membahas sepeda?",
            "Dokumen apa yang tentang sepeda?",
            "Apakah ada dokumen tentang sepeda?",
        ],
        ["Dokumen ini tentang apa?", "Ringkas dokumen ini", "Buat ringkasan dari longitude.pdf", "Apa poin utama?"],
        ["Siapa penulis dokumen ini?", "Berapa halaman kontrak itu?"],
    ),
    "el": (
        ["Ποια έγγραφα έχεις;", "Δείξε μου όλα τα αρχεία", "Τι έγγραφα υπάρχουν;"],
        ["Πόσα έγγραφα υπάρχουν;", "Πόσα αρχεία έχεις;", "Πόσα έγγραφα έχεις συνολικά;"],
        ["Ποια έγγραφα μιλούν για ποδήλατα;", "Υπάρχουν έγγραφα για ποδήλατα;", "Ποια έγγραφα αφορούν ποδήλατα;"],
        [
            "Για τι μιλάει αυτό το έγγραφο;",
            "Συνόψισε το έγγραφο",
            "Δώσε μου μια περίληψη του εγγράφου",
            "Ποια είναι τα κύρια σημεία;",
        ],
        ["Ποιος είναι ο συγγραφέας του εγγράφου;", "Πόσες σελίδες έχει η σύμβαση;"],
    ),
    "uk": (
        ["Які документи в тебе є?", "Покажи всі файли", "Перелічи документи"],
        ["Скільки документів є?", "Скільки файлів у тебе є?", "Скільки всього документів?"],
        [
            "Які документи розповідають про велосипеди?",
            "Чи є документи про велосипеди?",
            "Які документи стосуються велосипедів?",
        ],
        ["Про що цей документ?", "Підсумуй документ", "Зроби короткий виклад документа", "Які основні тези?"],
        ["Хто автор цього документа?", "Скільки сторінок у договорі?"],
    ),
    "bg": (
        ["Какви документи имаш?", "Покажи всички файлове", "Изброй документите"],
        ["Колко документа има?", "Колко файла имаш?", "Колко документа са налични?"],
        ["Кои документи са за велосипеди?", "Има ли документи за велосипеди?", "Кои документи споменават велосипеди?"],
        [
            "За какво е този документ?",
            "Обобщи документа",
            "Направи кратко резюме на документа",
            "Кои са основните точки?",
        ],
        ["Кой е авторът на този документ?", "Колко страници има договорът?"],
    ),
    "fa": (
        ["چه اسنادی داری؟", "فهرست همه اسناد را نشان بده", "چه فایل‌هایی وجود دارد؟"],
        ["چند سند وجود دارد؟", "چند فایل داری؟", "تعداد اسناد چند است؟"],
        ["کدام اسناد درباره دوچرخه هستند؟", "آیا سندی درباره دوچرخه وجود دارد؟", "کدام اسناد به دوچرخه اشاره دارند؟"],
        ["این سند درباره چیست؟", "این سند را خلاصه کن", "خلاصه‌ای از سند بنویس", "نکات اصلی چیست؟"],
        ["نویسنده این سند کیست؟", "قرارداد چند صفحه دارد؟"],
    ),
    "ur": (
        ["آپ کے پاس کون سی دستاویزات ہیں؟", "تمام فائلیں دکھائیں", "دستاویزات کی فہرست دیں"],
        ["کتنی دستاویزات ہیں؟", "آپ کے پاس کتنی فائلیں ہیں؟", "دستاویزات کی تعداد کتنی ہے؟"],
        [
            "کون سی دستاویزات سائیکل کے بارے میں ہیں؟",
            "کیا آپ کے پاس سائیکل کے بارے میں کوئی دستاویز ہے؟",
            "کون سی دستاویزات سائیکل سے متعلق ہیں؟",
        ],
        ["یہ دستاویز کس بارے میں ہے؟", "اس دستاویز کا خلاصہ کریں", "دستاویز کا مختصر خلاصہ دیں", "اہم نکات کیا ہیں؟"],
        ["اس دستاویز کا مصنف کون ہے؟", "معاہدے میں کتنے صفحات ہیں؟"],
    ),
    "he": (
        ["אילו מסמכים יש לך?", "הצג את כל הקבצים", "רשימת המסמכים"],
        ["כמה מסמכים יש?", "כמה קבצים יש לך?", "כמה מסמכים יש בסך הכול?"],
        ["אילו מסמכים עוסקים באופניים?", "יש מסמכים על אופניים?", "אילו מסמכים מדברים על אופניים?"],
        ["על מה המסמך הזה?", "סכם את המסמך", "כתוב תקציר של המסמך", "מהן הנקודות העיקריות?"],
        ["מי כתב את המסמך הזה?", "כמה עמודים יש בחוזה?"],
    ),
    "ta": (
        ["உங்களிடம் என்ன ஆவணங்கள் உள்ளன?", "எல்லா கோப்புகளையும் காட்டு", "ஆவணங்களைப் பட்டியலிடு"],
        ["எத்தனை ஆவணங்கள் உள்ளன?", "உங்களிடம் எத்தனை கோப்புகள் உள்ளன?", "மொத்தம் எத்தனை ஆவணங்கள் உள்ளன?"],
        ["எந்த ஆவணங்கள் மிதிவண்டி பற்றி பேசுகின்றன?", "மிதிவண்டி பற்றிய ஆவணங்கள் எவை?", "எந்த ஆவணங்கள் மிதிவண்டி பற்றியவை?"],
        ["இந்த ஆவணம் எதைப் பற்றியது?", "இந்த ஆவணத்தை சுருக்கு", "ஆவணத்தின் சுருக்கம் தருக", "முக்கிய கருத்துகள் என்ன?"],
        ["இந்த ஆவணத்தை எழுதியவர் யார்?", "ஒப்பந்தத்தில் எத்தனை பக்கங்கள் உள்ளன?"],
    ),
}


@pytest.mark.parametrize("language", SPOKEN)
def test_a_question_about_whole_documents_is_told_apart_in_each_language(language: str) -> None:
    *asked, ordinary = SPOKEN[language]
    kinds = (Kind.LIST, Kind.COUNT, Kind.FIND, Kind.SUMMARY)
    for kind, questions in zip(kinds, asked, strict=True):
        found = {question: request and request.kind for question in questions for request in [read(question)]}
        assert found == dict.fromkeys(questions, kind)
    assert {question: read(question) for question in ordinary} == dict.fromkeys(ordinary)


def test_each_language_of_the_built_in_model_is_spoken() -> None:
    names = {language.name for language in overviews.LANGUAGES}
    assert names == {language.name for language in LANGUAGES}
    for kind, questions in ASKED.items():
        spoken = {request.language.name for request in map(read, questions) if request}
        assert spoken | {"pt", *SPOKEN} == names, kind  # "Resuma o documento" may be Spanish as well
