"""Which questions are about whole documents: in all languages of the built-in model, and those that only sound so."""

import time

import pytest

from ingest.records.listing import ListedFile
from rag_api.answer.language import overviews
from rag_api.answer.language.languages import LANGUAGES
from rag_api.answer.overview.naming import Named, named
from rag_api.answer.overview.request import LONGEST, Kind, read, read_going_on

FILES = [
    Named(ListedFile("sf", "vs", f"file-{name}", {}, name, 1, name, 0), title)
    for name, title in [
        ("apollo-11.txt", ""),
        ("bashref.pdf", "Bash Reference Manual"),
        ("bicycle-care.md", "Looking after a bicycle"),
        ("install.en.pdf", "Debian GNU/Linux Installation Guide"),
        ("kitchen-garden.docx", "A kitchen garden in its first year"),
        ("leave_policy_2024.pdf", ""),
        ("longitude.pdf", "Finding Longitude at Sea"),
        ("Urlaubsrichtlinie 2024.docx", ""),
    ]
]

ASKED = {
    Kind.LIST: [
        "แสดงรายการไฟล์ทั้งหมด",
        "모든 파일을 보여줘",
        "ファイルの一覧を見せてください",
        "列出所有文件",
        "सभी दस्तावेज़ों की सूची दिखाइए",
        "اعرض جميع الملفات",
        "Покажи все файлы",
        "Toon alle bestanden",
        "Liste todos os arquivos",
        "Elenca tutti i file",
        "Muéstrame todos los archivos",
        "Montre-moi tous les fichiers",
        "Quels fichiers ai-je téléversés ?",
        "Welche Dokumente gibt es?",
        "Zeig mir alle Dokumente",
        "Welche Dateien habe ich hochgeladen?",
        "What PDFs do you have?",
        "What documents do you have access to?",
        "What have I uploaded?",
        "Which files did I upload?",
        "Can you list all the files I have uploaded?",
        "List the documents you have",
        "What files are there?",
        "Show me all files",
        "Welche Dokumente hast du?",
        "Liste alle Dokumente auf",
        "Quels documents as-tu ?",
        "Liste les documents",
        "¿Qué documentos tienes?",
        "Quali documenti hai?",
        "Quais documentos você tem?",
        "Welke documenten heb je?",
        "Перечисли документы",
        "Какие документы у тебя есть?",
        "ما المستندات المتوفرة لديك؟",
        "आपके पास कौन से दस्तावेज़ हैं?",
        "你有哪些文档？",
        "どんな文書がありますか？",
        "어떤 문서가 있나요?",
        "มีเอกสารอะไรบ้าง",
    ],
    Kind.COUNT: [
        "How many documents do you have?",
        "Wie viele Dateien gibt es?",
        "Combien de documents as-tu ?",
        "¿Cuántos documentos hay?",
        "Quanti documenti ci sono?",
        "Quantos documentos há?",
        "Hoeveel documenten zijn er?",
        "Сколько документов у тебя есть?",
        "كم عدد المستندات؟",
        "आपके पास कितने दस्तावेज़ हैं?",
        "有多少个文档？",
        "文書はいくつありますか？",
        "문서가 몇 개 있나요?",
        "มีเอกสารกี่ฉบับ",
    ],
    Kind.FIND: [
        "มีเอกสารเกี่ยวกับจักรยานไหม",
        "자전거에 대한 문서가 있나요?",
        "自転車についての文書はありますか？",
        "有关于自行车的文档吗？",
        "क्या आपके पास साइकिल के बारे में कोई दस्तावेज़ है?",
        "هل لديك مستندات عن الدراجات؟",
        "Есть ли документы о велосипедах?",
        "Zijn er documenten over fietsen?",
        "Há documentos sobre bicicletas?",
        "Ci sono documenti sulle biciclette?",
        "¿Hay documentos sobre bicicletas?",
        "Y a-t-il des documents sur les vélos ?",
        "Gibt es Dokumente über Fahrräder?",
        "Find documents about the Moon",
        "Is there a document on gardening?",
        "Do you have any documents about bicycles?",
        "Which of the documents are about bicycles?",
        "Welche Dokumente handeln von Fahrrädern?",
        "Quels documents parlent de vélos ?",
        "¿Qué documentos tratan de bicicletas?",
        "Quali documenti parlano di biciclette?",
        "Quais documentos falam sobre bicicletas?",
        "Welke documenten gaan over fietsen?",
        "В каких документах говорится о велосипедах?",
        "أي المستندات تتحدث عن الدراجات؟",
        "साइकिल के बारे में कौन से दस्तावेज़ हैं?",
        "哪些文档是关于自行车的？",
        "自転車に関する文書はどれですか？",
        "자전거에 관한 문서는 어느 것인가요?",
        "เอกสารไหนเกี่ยวกับจักรยาน",
    ],
    Kind.SUMMARY: [
        "ประเด็นสำคัญคืออะไร",
        "ช่วยสรุปไฟล์ longitude.pdf หน่อย",
        "이 보고서의 주요 내용은 무엇인가요?",
        "longitude.pdf를 요약해줘",
        "この資料の主なポイントは何ですか？",
        "longitude.pdfを要約して",
        "主要观点有哪些？",
        "这份报告的主要内容是什么？",
        "总结一下longitude.pdf",
        "मुख्य बिंदु क्या हैं?",
        "longitude.pdf किस बारे में है?",
        "ما هي النقاط الرئيسية؟",
        "ما هو موضوع هذا المستند؟",
        "لخص لي هذا الملف من فضلك",
        "О чем говорится в longitude.pdf?",
        "Каковы основные мысли этого документа?",
        "О чём документ longitude.pdf?",
        "Сделай краткое резюме документа",
        "Wat zijn de belangrijkste punten van het rapport?",
        "Geef me een samenvatting van longitude.pdf",
        "Kun je dit document samenvatten?",
        "Quais são os principais pontos do relatório?",
        "Faça um resumo do documento",
        "Você pode resumir este documento?",
        "Quali sono i punti principali del rapporto?",
        "Fammi un riassunto di longitude.pdf",
        "Puoi riassumere questo documento?",
        "¿De qué va el documento longitude.pdf?",
        "¿Cuáles son los puntos principales del informe?",
        "Hazme un resumen del documento",
        "¿Puedes resumir este documento?",
        "Donne-moi un aperçu de longitude.pdf",
        "Quel est le sujet de ce document ?",
        "Quels sont les points clés du rapport ?",
        "Fais-moi un résumé du document",
        "Peux-tu me résumer ce document ?",
        "Erstelle eine Zusammenfassung von longitude.pdf",
        "Wovon handelt das Dokument?",
        "Fass mir bitte die Urlaubsrichtlinie kurz zusammen",
        "Fasse longitude.pdf zusammen",
        "Was steht in longitude.pdf?",
        "Was steht in dem Dokument?",
        "Was sind die Kernaussagen des Berichts?",
        "Bitte gib mir einen Überblick über das Handbuch.",
        "Kannst du mir das Dokument zusammenfassen?",
        "overview of longitude.pdf",
        "Describe the contents of longitude.pdf",
        "What is the leave policy about?",
        "Could you tell me what the leave policy is about?",
        "TLDR of longitude.pdf",
        "What chapters does the manual have?",
        "Show me the table of contents of the manual",
        "What do the documents cover?",
        "Provide an executive summary of the contract",
        "Summarize everything",
        "Summarise all documents",
        "Give me the gist of the paper",
        "What are the key takeaways from the report?",
        "What is in the document?",
        "What does this document contain?",
        "What's this file about?",
        "I'd like you to summarize longitude.pdf",
        "Please summarize the attached file in three sentences.",
        "Can you give me a short summary of the uploaded document?",
        "Hi, can you summarize this PDF for me please?",
        "What is this document about?",
        "Summarize the leave policy",
        "What are the main points?",
        "Give me an overview of the installation guide",
        "Worum geht es in longitude.pdf?",
        "What is bicycle-care.md about?",
        "Summarize the Apollo 11 document.",
        "What are the main points of the kitchen garden guide?",
        "What topics does the Bash manual cover?",
        "What is the Debian Reference about?",
        "Could you please summarize this file for me?",
        "tl;dr",
        "Tell me about this document",
        "Describe longitude.pdf",
        "Fasse bitte das Dokument zusammen.",
        "Kannst du mir eine kurze Zusammenfassung der Urlaubsrichtlinie geben?",
        "Gib mir eine Zusammenfassung der Urlaubsrichtlinie",
        "De quoi parle ce document ?",
        "Résume le document longitude.pdf",
        "¿De qué trata este documento?",
        "Resume el archivo longitude.pdf",
        "Di cosa parla questo documento?",
        "Riassumi il documento",
        "Do que trata este documento?",
        "Resuma o documento",
        "Waar gaat dit document over?",
        "Vat het document samen",
        "О чём этот документ?",
        "Кратко изложи содержание документа longitude.pdf",
        "عن ماذا يتحدث هذا المستند؟",
        "لخص المستند",
        "यह दस्तावेज़ किस बारे में है?",
        "इस दस्तावेज़ का सारांश दीजिए",
        "这个文件讲了什么？",
        "请总结一下这份文档",
        "longitude.pdf讲的是什么？",
        "この文書は何についてのものですか？",
        "この文書を要約してください",
        "이 문서는 무엇에 관한 것입니까?",
        "이 문서를 요약해 주세요",
        "เอกสารนี้เกี่ยวกับอะไร",
        "สรุปเอกสารนี้",
    ],
}


@pytest.mark.parametrize(
    ("kind", "question"), [(kind, question) for kind, questions in ASKED.items() for question in questions]
)
def test_a_question_about_whole_documents_is_told_apart(kind: Kind, question: str) -> None:
    request = read(question)
    assert request
    assert request.kind is kind
    if kind is Kind.FIND:
        assert request.topic.lower() in question.lower()


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


ORDINARY = [
    "Who is the author of this document?",
    "What is in the box?",
    "Summarize why the war began",
    "Wer ist der Autor dieses Dokuments?",
    "Is there a limit on documents per user?",
    "What does the error message say?",
    "Describe the procedure for a refund",
    "What is the structure of DNA?",
    "What are the chapters of a bankruptcy code?",
    "Which documents must be signed by both parties?",
    "How many documents does a visa application need?",
    "What is the content of carbon in steel?",
    "この規定は何について定めていますか、第3条で？",
    "Quais arquivos o instalador cria?",
    "What is a document?",
    "How do I list documents in SharePoint?",
    "What does section 4 say about summaries?",
    "Summarize how the brakes are bled",
    "How many files can bash open at once?",
    "How many documents were filed in 2019?",
    "How many pages does the contract have?",
    "Which documents are required for a visa?",
    "Which file lists the package sources for APT?",
    "What documents do I need to apply?",
    "How do I summarize a document in Word?",
    "List the steps for mending a puncture",
    "List the SI base units",
    "What is the summary statistic used in the study?",
    "What is the main point of the triangle?",
    "Show me how to delete a file",
    "What is the number of files a process may have open?",
    "Where are the documents kept?",
    "Who wrote this document?",
    "When was this document written?",
    "What does the document say about brakes?",
    "How long is the document retention period?",
    "What is the document number of the invoice?",
    "What files does the installer create?",
    "Which files does dpkg install?",
    "What is in the first aid kit?",
    "Give me the torque for the pedals",
    "Tell me about Neil Armstrong",
    "Describe the descent of Eagle",
    "What is this used for?",
    "What are the main causes of the war?",
    "What are the key features of the product?",
    "What are the parts of a derailleur?",
    "Which topics were discussed at the meeting in May?",
    "What is the purpose of the fuse?",
    "What is the subject of the sentence?",
    "Translate this document into French",
    "Delete all files",
    "Print the list of files in a directory",
    "Explain file permissions",
    "How do I read a PDF?",
    "Is this document confidential?",
    "Does any document mention herons being shot in 1900?",
    "What is the difference between a file and a document?",
    "Was ist ein Dokument?",
    "Wie liste ich Dateien in einem Ordner auf?",
    "Welche Unterlagen brauche ich für den Antrag?",
    "Wie viele Seiten hat das Dokument?",
    "Was steht in Abschnitt 4 über Zusammenfassungen?",
    "Fasse zusammen, wie man die Bremsen entlüftet",
    "Worum geht es bei der Prüfgebühr?",
    "Qu'est-ce qu'un document ?",
    "Quels documents faut-il fournir ?",
    "Combien de documents faut-il fournir ?",
    "¿Qué es un documento?",
    "¿Qué documentos necesito para el visado?",
    "Quali documenti servono per il visto?",
    "Quais documentos são necessários?",
    "Welke documenten heb ik nodig?",
    "Какие документы нужны для визы?",
    "Сколько документов нужно подать?",
    "Что такое документ?",
    "ما هو المستند؟",
    "ما المستندات المطلوبة للتأشيرة؟",
    "वीज़ा के लिए कौन से दस्तावेज़ चाहिए?",
    "什么是文档？",
    "申请签证需要哪些文件？",
    "文書とは何ですか？",
    "ビザに必要な書類は何ですか？",
    "비자에 필요한 서류는 무엇인가요?",
    "문서란 무엇입니까?",
    "ต้องใช้เอกสารอะไรบ้างในการขอวีซ่า",
    "เอกสารคืออะไร",
    "What should not go on the compost heap?",
    "What is the capital of France?",
    "Who is the CEO of Debian?",
    "What is the default value of HISTSIZE?",
    "How do I mend a puncture?",
    "What is the leave policy for part-time staff?",
    "What does the policy cover?",
]


@pytest.mark.parametrize("question", ORDINARY)
def test_a_question_that_only_sounds_so_stays_an_ordinary_one(question: str) -> None:
    request = read(question)
    # What is not called a document has to be the name of one.
    assert request is None or (not request.called and not request.pointing and named(request, FILES) == [])


def test_there_are_enough_that_only_sound_so() -> None:
    assert len(ORDINARY) >= 40
    assert sum(read(question) is not None for question in ORDINARY) < 6


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Summarize the leave policy", ["leave_policy_2024.pdf"]),
        ("What is longitude.pdf about?", ["longitude.pdf"]),
        ("Summarize LONGITUDE.PDF", ["longitude.pdf"]),
        ("Summarize the Apollo 11 document.", ["apollo-11.txt"]),
        ("What topics does the Bash manual cover?", ["bashref.pdf"]),
        ("Give me an overview of the installation guide.", ["install.en.pdf"]),
        ("What are the main points of the kitchen garden guide?", ["kitchen-garden.docx"]),
        ("Worum geht es in der Urlaubsrichtlinie?", ["Urlaubsrichtlinie 2024.docx"]),
        ("Fasse die Richtlinie zum Urlaub zusammen", ["Urlaubsrichtlinie 2024.docx"]),
        ("longitude.pdf讲的是什么？", ["longitude.pdf"]),
        ("Summarize the sabbatical policy", []),
        ("What is budget.xlsx about?", []),
    ],
)
def test_a_document_is_meant_by_its_name_or_title(question: str, names: list[str]) -> None:
    request = read(question)
    assert request
    assert [file.filename for file in named(request, FILES)] == names


@pytest.mark.parametrize(
    "question",
    [
        "and the second one?",
        "Tell me more about number 2",
        "Und das zweite Dokument?",
        "Et le deuxième ?",
        "¿Y el segundo?",
        "E il secondo?",
        "E o segundo?",
        "En het tweede?",
        "А второй?",
        "والثاني؟",
        "और दूसरा?",
        "那第二个呢？",
        "二つ目は？",
        "두 번째는?",
        "แล้วฉบับที่สองล่ะ",
    ],
)
def test_one_goes_on_to_another_of_a_list(question: str) -> None:
    request = read_going_on(question)
    assert request
    assert request.place == 2


@pytest.mark.parametrize(
    "question",
    ["When was the second one written?", "What is the first step?", "Was ist der zweite Schritt?", "And now?"],
)
def test_what_says_more_than_a_place_is_a_question(question: str) -> None:
    assert read_going_on(question) is None


def test_no_text_makes_reading_a_question_slow() -> None:
    read("What is this document about?")  # patterns are compiled
    for part in (
        "the ",
        "of the ",
        "所有的",
        "このすべての",
        "kurze ",
        "documents ",
        "les ",
        "a",
        "что ",
        "can you please ",
    ):
        for ending in ("", "documents", "文档", "?"):
            text = (part * LONGEST)[: LONGEST - len(ending)] + ending
            start = time.process_time()
            read(text)
            assert time.process_time() - start < 0.25, part
