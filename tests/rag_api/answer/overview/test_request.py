"""Which questions are about whole documents, which only sound so, and which document is meant."""

import time

import pytest

from ingest.records.listing import ListedFile
from rag_api.answer.overview.naming import Named, named
from rag_api.answer.overview.request import LONGEST, Kind, read, read_going_on
from tests.rag_api.answer.overview.asked import ASKED

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


@pytest.mark.parametrize(
    ("kind", "question"), [(kind, question) for kind, questions in ASKED.items() for question in questions]
)
def test_a_question_about_whole_documents_is_told_apart(kind: Kind, question: str) -> None:
    request = read(question)
    assert request
    assert request.kind is kind
    if kind is Kind.FIND:
        assert request.topic.lower() in question.lower()


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
