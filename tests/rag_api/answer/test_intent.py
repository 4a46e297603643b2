"""What is told apart from a question to documents, and what only looks like it."""

import time

import pytest
from haystack.dataclasses import ChatMessage, ImageContent

from rag_api.answer.client_tasks import Task, task_of
from rag_api.answer.intent import Intent, intent_of
from rag_api.answer.language.languages import LANGUAGES

QUESTION = ChatMessage.from_user("What is the fee for road vehicles?")
ANSWER = ChatMessage.from_assistant("It is 417 euros. [1]")


def said(text: str) -> Intent:
    """The intent of a text that follows an answer."""
    return intent_of([QUESTION, ANSWER, ChatMessage.from_user(text)])


def said_first(text: str) -> Intent:
    return intent_of([ChatMessage.from_user(text)])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Hello!",
            "hi",
            "Hi there 👋",
            "Hey, how are you?",
            "Thanks!",
            "Thank you so much for your help",
            "OK",
            "Great",
        ),
        *("who are you?", "What can you do?", "Good morning", "Hello?", "thanks, bye"),
        *("Thank you very much!!",),
        *("Ha ha, good one. See you tomorrow!", "Take care, see you on Monday", "Bis morgen!", "À la prochaine !"),
        *("Nos vemos mañana", "Vi ses i morgen", "До завтра!", "또 봐요", "また明日", "明天见", "أراك غدا", "फिर मिलेंगे"),
        *("Hallo", "Guten Tag!", "Vielen Dank für deine Hilfe", "Wie geht es dir?", "Danke schön"),
        *("Wer bist du?",),
        *("Bonjour", "Merci beaucoup", "Bonjour, comment allez-vous ?", "Qui es-tu ?", "Salut ça va ?"),
        *("Hola", "¡Buenos días!", "Muchas gracias por tu ayuda", "¿Cómo estás?", "¿Quién eres?"),
        *("Ciao!", "Grazie mille", "Buongiorno, come stai?", "Olá, tudo bem?"),
        *("Muito obrigado pela sua ajuda", "Oi"),
        *("Hoi", "Goedemorgen", "Dank je wel voor je hulp", "Hoe gaat het met je?"),
        *("Привет!", "Спасибо большое", "Здравствуйте, как дела?", "مرحبا", "شكرا جزيلا", "السلام عليكم"),
        *("كيف حالك؟",),
        *("नमस्ते", "बहुत धन्यवाद", "आप कैसे हैं?", "你好", "谢谢你", "您好！", "你是谁？", "非常感谢"),
        *("こんにちは", "ありがとうございます", "お元気ですか？", "안녕하세요", "감사합니다!", "สวัสดีครับ"),
        *("ขอบคุณมากค่ะ",),
    ],
)
def test_a_greeting_is_small_talk(text: str) -> None:
    assert said_first(text) is said(text) is Intent.SMALL_TALK


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Translate your last answer into French",
            "Please summarise our conversation.",
            "Summarize this conversation",
        ),
        *("Rephrase your previous answer", "What did I just ask you?", "Can you repeat what you just said?"),
        *("Summarize what we discussed so far in three bullet points", "What was my first question?"),
        *(
            "Übersetze deine letzte Antwort ins Französische",
            "Fasse unser Gespräch zusammen",
            "Kürze deine Antwort bitte",
        ),
        *("Was habe ich dich zuletzt gefragt?", "Kannst du bitte unsere Unterhaltung zusammenfassen?"),
        *("Traduis ta dernière réponse en anglais", "Résume notre conversation"),
        *("Peux-tu reformuler ta réponse ?",),
        *("Traduce tu última respuesta al francés", "Resume nuestra conversación, por favor"),
        *("Traduci la tua ultima risposta in francese", "Riassumi la nostra conversazione"),
        *("Traduza a sua última resposta para o francês", "Resuma a nossa conversa"),
        *("Vertaal je laatste antwoord naar het Frans", "Vat ons gesprek samen"),
        *("Переведи свой последний ответ на французский", "Обобщи наш разговор"),
        *("ترجم إجابتك الأخيرة إلى الفرنسية",),
        *("لخص محادثتنا", "अपने पिछले उत्तर का अंग्रेज़ी में अनुवाद करें", "हमारी बातचीत का सारांश बताएं"),
        *(
            "把你刚才的回答翻译成法语",
            "请总结我们的对话",
            "最後の回答をフランス語に翻訳してください",
            "この会話を要約してください",
        ),
        *("마지막 답변을 프랑스어로 번역해 주세요", "우리 대화를 요약해 주세요"),
        *("แปลคำตอบล่าสุดของคุณเป็นภาษาฝรั่งเศส",),
        "สรุปบทสนทนาของเรา",
    ],
)
def test_what_names_the_conversation_is_work_on_it(text: str) -> None:
    assert said_first(text) is said(text) is Intent.CONVERSATION


@pytest.mark.parametrize(
    "text",
    [
        *("shorter please", "Make that a table", "Can you put that in a table?", "In French, please"),
        *("say that again",),
        *("Translate it to German", "Explain that in simple words", "as a list", "Rephrase"),
        *("make it shorter",),
        *("Thanks! Now translate that into Spanish.", "in two sentences", "Could you write it as an email?"),
        *("Kürzer bitte", "Mach daraus eine Tabelle", "Auf Englisch bitte"),
        *("Kannst du das einfacher erklären?",),
        *(
            "Plus court s'il te plaît",
            "Fais-en un tableau",
            "En anglais",
            "Más corto, por favor",
            "Tradúcelo al inglés",
        ),
        *("Più breve, per favore", "Mettilo in una tabella", "Mais curto, por favor", "Korter graag"),
        *("In het Engels",),
        *("Короче, пожалуйста", "Переведи это на английский", "أقصر من فضلك", "इसे अंग्रेज़ी में लिखें"),
        *("再简短一点",),
        *(
            "翻译成英语",
            "もっと短くしてください",
            "英語で",
            "더 짧게 해 주세요",
            "영어로 번역해 주세요",
            "ขอบคุณ ช่วยแปลเป็นภาษาอังกฤษหน่อย",
        ),
    ],
)
def test_what_can_only_mean_the_answer_before_needs_one(text: str) -> None:
    assert said(text) is Intent.CONVERSATION
    assert intent_of([ChatMessage.from_user(text)], answered=True) is Intent.CONVERSATION
    assert said_first(text) is Intent.DOCUMENTS


SHORT = {  # hello, thanks, yes, no, OK, help, test, and that another one was meant
    "en": "Hi|Thanks|Yes|No|OK|Help!|test|No, I meant the other one",
    "de": "Hallo|Danke|Ja|Nein|Okay|Hilfe|Test|Nein, ich meinte das andere",
    "fr": "Salut|Merci|Oui|Non|D'accord|Aide-moi|test|Non, je parlais de l'autre",
    "es": "Hola|Gracias|Sí|No|Vale|Ayuda|prueba|No, me refería al otro",
    "it": "Ciao|Grazie|Sì|No|Va bene|Aiuto|prova|No, intendevo l'altro",
    "pt": "Olá|Obrigado|Sim|Não|De acordo|Ajuda|teste|Não, eu quis dizer o outro",
    "nl": "Hoi|Bedankt|Ja|Nee|Oké|Help|test|Nee, ik bedoelde de andere",
    "da": "Hej|Tak|Ja|Nej|Okay|Hjælp|test|Nej, jeg mente den anden",
    "no": "Hei|Takk|Ja|Nei|Ok|Hjelp|test|Nei, jeg mente den andre",
    "sv": "Hej|Tack|Ja|Nej|Okej|Hjälp|test|Nej, jag menade den andra",
    "fi": "Hei|Kiitos|Kyllä|Ei|Okei|Apua|testi|Ei, tarkoitin sitä toista",
    "hu": "Szia|Köszönöm|Igen|Nem|Rendben|Segítség|teszt|Nem, a másikra gondoltam",
    "ro": "Bună|Mulțumesc|Da|Nu|De acord|Ajutor|test|Nu, m-am referit la celălalt",
    "pl": "Cześć|Dziękuję|Tak|Nie|W porządku|Pomocy|test|Nie, miałem na myśli ten drugi",
    "cs": "Ahoj|Děkuji|Ano|Ne|V pořádku|Pomoc|test|Ne, myslel jsem ten druhý",
    "tr": "Merhaba|Teşekkürler|Evet|Hayır|Tamam|Yardım|deneme|Hayır, diğerini kastettim",
    "vi": "Xin chào|Cảm ơn|Vâng|Không|Được rồi|Giúp tôi|thử|Không, ý tôi là cái kia",
    "id": "Halo|Terima kasih|Ya|Tidak|Baiklah|Tolong|tes|Tidak, maksud saya yang lain",
    "el": "Γεια σας|Ευχαριστώ|Ναι|Όχι|Εντάξει|Βοήθεια|τεστ|Όχι, εννοούσα το άλλο",
    "ru": "Привет|Спасибо|Да|Нет|Хорошо|Помогите|тест|Нет, я имел в виду другой",
    "uk": "Привіт|Дякую|Так|Ні|Гаразд|Допоможіть|тест|Ні, я мав на увазі інший",
    "bg": "Здравейте|Благодаря|Да|Не|Добре|Помощ|тест|Не, имах предвид другия",
    "ar": "مرحبا|شكرا|نعم|لا|حسنا|ساعدني|اختبار|لا، كنت أقصد الآخر",
    "fa": "سلام|ممنون|بله|نه|باشه|کمک|تست|نه، منظورم آن یکی بود",
    "ur": "السلام علیکم|شکریہ|جی ہاں|نہیں|ٹھیک ہے|مدد|ٹیسٹ|نہیں، میرا مطلب دوسرا والا تھا",
    "he": "שלום|תודה|כן|לא|בסדר|עזרה|בדיקה|לא, התכוונתי לאחר",
    "hi": "नमस्ते|धन्यवाद|हाँ|नहीं|ठीक है|मदद|टेस्ट|नहीं, मेरा मतलब दूसरे वाले से था",
    "ta": "வணக்கம்|நன்றி|ஆம்|இல்லை|சரி|உதவி|சோதனை|இல்லை, நான் மற்றதை கேட்டேன்",
    "zh": "你好|谢谢|是的|不是|好的|帮帮我|测试|不，我说的是另一个",
    "ja": "こんにちは|ありがとう|はい|いいえ|わかりました|助けて|テスト|いいえ、もう一つの方です",
    "ko": "안녕하세요|감사합니다|예|아니요|좋아요|도와주세요|테스트|아니요, 다른 것을 말했어요",
    "th": "สวัสดี|ขอบคุณ|ใช่|ไม่ใช่|ตกลง|ช่วยด้วย|ทดสอบ|ไม่ใช่ ฉันหมายถึงอีกอัน",
}


@pytest.mark.parametrize("language", [language.name for language in LANGUAGES])
def test_a_word_that_asks_nothing_is_small_talk(language: str) -> None:
    *alone, other = SHORT[language].split("|")
    assert {text: said(text) for text in alone} == dict.fromkeys(alone, Intent.SMALL_TALK)
    assert {text: said_first(text) for text in alone} == dict.fromkeys(alone, Intent.SMALL_TALK)
    assert said(other) is Intent.CONVERSATION
    assert said_first(other) is Intent.DOCUMENTS


@pytest.mark.parametrize("text", ["?", "??", "...", "👍", "😀 🎉", "!", "Yes 👍", "help?", "Can you help me?"])
def test_a_sign_alone_is_small_talk(text: str) -> None:
    assert said(text) is said_first(text) is Intent.SMALL_TALK


def test_yes_is_looked_up_if_the_answer_before_asked_something() -> None:
    asked_back = ChatMessage.from_assistant("It is 417 euros. Do you want to know since when?")
    assert intent_of([QUESTION, asked_back, ChatMessage.from_user("Yes")]) is Intent.DOCUMENTS


@pytest.mark.parametrize(
    "text",
    [
        *("OK plan", "Help desk hours", "help desk", "Test results", "test plan", "No smoking", "Yes or no?", "no fee"),
        *("What fine?", "What test?", "The other fee", "Are you sure about the fee?", "Is that the other one's fee?"),
        *("417", "§ 5", "A1", "C", "Hilfe für Eltern", "Ja zur Wahl", "Test d'allemand", "No fumar", "Prova scritta"),
        *(
            "Tak w kodeksie",
            "да ли",
            "不是什么",
            "测试结果",
            "帮助中心",
            "テスト結果",
            "はい回答率",
            "예약",
            "테스트 결과",
        ),
        *("ใช่หรือไม่", "ทดสอบระบบ", "اختبار القيادة", "मदद केंद्र", "عزرا", "בדיקת דם", "उदाहरण", "சோதனை முடிவு"),
    ],
)
def test_a_word_that_asks_nothing_may_begin_a_question(text: str) -> None:
    assert said(text) is said_first(text) is Intent.DOCUMENTS


PAIRS = [  # beside what is told apart, what only looks like it
    ("Translate your last answer into French", "Translate the title of chapter 3"),
    ("Translate it to German", "Translate it to the new address of the company"),
    ("Translate that into Spanish", "Was the book translated into Spanish?"),
    ("Summarize our conversation", "Summarize the leave policy"),
    ("Summarise this conversation", "Summarise this document"),
    ("Summarize what we discussed", "Summarize what we discussed with the supplier in March"),
    ("Please summarise our chat", "Please summarise the chat between Ada and Charles"),
    ("Repeat your last answer", "What was the last answer of the minister?"),
    ("Rephrase your answer", "Where does the manual say how to phrase an answer?"),
    ("Make that a table", "Make a table of the fees"),
    ("as a list", "What is on the packing list?"),
    ("as a table", "What is in table 4?"),
    ("In French, please", "What is it called in French?"),
    ("shorter please", "Which route is shorter?"),
    ("make it shorter", "How can I make the belt shorter?"),
    ("in two sentences", "What does the law say in two sentences about noise?"),
    ("Explain that in simple words", "Explain the escapement in simple words"),
    ("say that again", "Did they say that again in the second report?"),
    ("thanks", "thanks, and what is the fee?"),
    ("Thanks!", "Thanks. And for motorcycles?"),
    ("ok", "Ok, and then?"),
    ("Great", "Great Britain"),
    ("Hello!", "Hello, how often do I have to descale it?"),
    ("hi", "hi-fi amplifier"),
    ("Good morning", "Good morning America: when was it first aired?"),
    ("Good night", "What is a good night rate?"),
    ("How are you?", "How are you supposed to store the serum?"),
    ("Who are you?", "Who are you allowed to invite?"),
    ("What can you do?", "What can you do against aphids?"),
    ("What is your name?", "What is your name field for?"),
    ("bye", "bye-laws of the club"),
    ("What did I ask you?", "What did I ask you to bring, by the letter of 3 May?"),
    ("What was my first question?", "What was the first question of the survey?"),
    ("Are you there?", "Are you there on Sundays?"),
    ("Danke", "Danke, und wie hoch ist die Gebühr?"),
    ("Kürzer bitte", "Welcher Weg ist kürzer?"),
    ("Fasse unser Gespräch zusammen", "Fasse das Protokoll zusammen"),
    ("Übersetze deine letzte Antwort", "Übersetze Artikel 3 ins Englische"),
    ("Merci", "Merci, et pour les motos ?"),
    ("Résume notre conversation", "Résume le chapitre deux"),
    ("Gracias", "Gracias, ¿y cuánto cuesta?"),
    ("Grazie", "Grazie, e quanto costa?"),
    ("Obrigado", "Obrigado, e qual é a taxa?"),
    ("Bedankt", "Bedankt, en hoeveel kost het?"),
    ("Спасибо", "Спасибо, а сколько это стоит?"),
    ("شكرا", "شكرا، وكم الرسوم؟"),
    ("धन्यवाद", "धन्यवाद, शुल्क कितना है?"),
    ("谢谢", "谢谢，费用是多少？"),
    ("翻译成英语", "第三章的标题翻译成英语是什么？"),
    ("ありがとう", "ありがとう、料金はいくらですか？"),
    ("英語で", "英語で書かれた本はどれですか？"),
    ("감사합니다", "감사합니다, 요금은 얼마인가요?"),
    ("ขอบคุณ", "ขอบคุณ ค่าธรรมเนียมเท่าไร"),
]


@pytest.mark.parametrize(("told_apart", "question"), PAIRS)
def test_what_only_looks_like_it_is_a_question(told_apart: str, question: str) -> None:
    assert said(told_apart) is not Intent.DOCUMENTS
    assert said(question) is said_first(question) is Intent.DOCUMENTS


@pytest.mark.parametrize(
    "question",
    [
        *("What is this document about?", "List the documents you have", "What are the main points?"),
        *("Summarize it",),
        *("continue", "tell me more", "more details please", "Are you sure?", "And in Germany?", ""),
        "417",
        *("Give me a list", "What about that?", "Summarise", "your", "in", "a", "the", "you", "please"),
        *(
            "Worum geht es in diesem Dokument?",
            "Und dann?",
            "Et ensuite ?",
            "¿Y después?",
            "总结这份文件",
            "要約",
            "これは何ですか？",
        ),
    ],
)
def test_what_could_be_asked_of_documents_is_a_question(question: str) -> None:
    assert said(question) is said_first(question) is Intent.DOCUMENTS


def test_a_turn_with_a_picture_is_a_question() -> None:
    picture = ImageContent(base64_image="iVBORw0KGgo=", mime_type="image/png")
    assert intent_of([ChatMessage.from_user(content_parts=["Hello", picture])]) is Intent.DOCUMENTS


HISTORY = "<chat_history>\nUSER: What is the fee?\nASSISTANT: 417 euros.\n</chat_history>"
OPEN_WEBUI = "### Task:\n{}\n\n### Output:\nJSON format: {{ {} }}\n\n### Chat History:\n" + HISTORY

# In our own words but for how they are known.
TASKS: list[tuple[Task, str]] = [
    (Task.TITLE, OPEN_WEBUI.format("Generate a concise, 3-5 word title with an emoji.", '"title": "a title"')),
    (Task.TITLE, OPEN_WEBUI.format("Schreibe einen kurzen Titel.", '"title": "Titel"')),
    (Task.TAGS, OPEN_WEBUI.format("Generate 1-3 broad tags.", '"tags": ["one", "two"]')),
    (Task.FOLLOW_UPS, OPEN_WEBUI.format("Suggest 3-5 relevant follow-up questions.", '"follow_ups": ["One?"]')),
    (Task.QUERIES, OPEN_WEBUI.format("Analyze the chat history: is a search needed?", '"queries": ["one"]')),
    (Task.COMPLETION, OPEN_WEBUI.format("You are an autocompletion system.", '"text": "<rest>"')),
    (Task.IMAGE, OPEN_WEBUI.format("Generate a detailed prompt for an image.", '"prompt": "A heron."')),
    (Task.TITLE, "Create a concise, 3-5 word title with an emoji as a title for the chat history, as follows."),
    (Task.TITLE, "Provide a concise, 5-word-or-less title for the conversation, in title case.\n\nUser: Hi\nAI: Hi."),
    (Task.TITLE, "Please generate a concise, 5-word-or-less title for the conversation, using its same language."),
    (Task.TITLE, "Write a concise title for this conversation in the given language. 5 words.\n||>User: Hi"),
    (Task.TITLE, "Analyze this conversation and provide:\n1. The detected language of it\n2. A title\n\nUser: Hi"),
    (Task.TITLE, "Please generate a four to five word title summarizing our conversation without any lead-in."),
    (Task.TITLE, "Please generate a title for this conversation in 5 words or less. Only reply with the title."),
    (Task.TITLE, "Summarize this conversation into 5 words or fewer as a title"),
    (Task.TITLE, "Name this chat"),
    (Task.TITLE, "Give this chat a title."),
    (Task.TITLE, "Generate a short title for the following message: What is the fee?"),
    (Task.TITLE, "use the same language as the user to summarize the conversation in 10 characters; only the title"),
    (Task.TITLE, "Bitte erstelle einen kurzen Titel für dieses Gespräch. Antworte nur mit dem Titel."),
    (Task.TITLE, "Génère un titre court pour cette conversation"),
    (Task.TITLE, "Genera un título corto para esta conversación."),
    (Task.FOLLOW_UPS, "Suggest 3 follow-up questions I could ask."),
    (Task.TITLE, "使用四到五个字直接返回这句话的简要主题，不要标点"),
    (Task.TITLE, "Based on the chat history, give this conversation a name.\nIn English.\n\n```\nHi\n```"),
    (Task.TITLE, "Summarize in a 10-word Title. Only the title. Here is the message: What is the fee?"),
    (Task.TITLE, "Analyze the given short conversation (lines are cut) and extract a concise chat title from it."),
    (
        Task.STANDALONE,
        "Given the following conversation and a follow up question, rephrase the follow up question to be a standalone "
        "question.\n\nChat History:\nHuman: Hi\n\nFollow Up Input: And then?\nStandalone question:",
    ),
    (
        Task.STANDALONE,
        "Given a conversation (between Human and Assistant) and a follow up message from Human, rewrite the message to "
        "be a standalone question.\n\n<Chat History>\n...\n\n<Follow Up Message>\nAnd then?\n\n<Standalone question>",
    ),
    (Task.STANDALONE, "Given the above conversation, generate a search query to look up what it is about"),
    (Task.STANDALONE, "You are an AI question rephraser.\n<conversation>...</conversation>\nFollow up question: Fee?"),
    (Task.SUMMARY, "Progressively summarize the lines of conversation provided.\n\nNew lines:\nHuman: Hi"),
    (Task.SUMMARY, "Summarize the discussion briefly in 200 words or less to use as a prompt for later."),
    (Task.OTHER, "Your task is to reflect the speaker's likely facial expression through a fitting emoji.\n\nHi"),
]


@pytest.mark.parametrize(("task", "text"), TASKS)
def test_the_tasks_of_clients_are_known(task: Task, text: str) -> None:
    for messages in ([ChatMessage.from_user(text)], [QUESTION, ANSWER, ChatMessage.from_user(text)]):
        assert task_of(messages) is task
        assert intent_of(messages) is Intent.CLIENT_TASK


@pytest.mark.parametrize(
    ("task", "instructions"),
    [
        (Task.TITLE, "You are a professional conversation summarizer. Generate a concise title for it."),
        (Task.TITLE, "You are an AI conversation titles assistant."),
        (Task.TITLE, "Summarize the conversation into a title in English within 10 words."),
        (Task.TITLE, "You are an assistant skilled in conversation. You need to summarize all this into a title."),
        (Task.TITLE, "总结给出的会话，将其总结为语言为中文的 10 字内标题"),
        (Task.STANDALONE, "Given a chat history and the latest user question, formulate a standalone question."),
        (Task.SUMMARY, "You're an assistant who's good at extracting key takeaways from conversations."),
        (Task.TOOLS, 'Available Tools: [{"name": "x"}]\n\nYour task is to choose and return the correct tool(s).'),
    ],
)
def test_the_tasks_of_clients_are_known_by_their_system_message(task: Task, instructions: str) -> None:
    messages = [ChatMessage.from_system(instructions), ChatMessage.from_user("user: What is the fee?\nassistant: 417.")]
    assert task_of(messages) is task
    assert intent_of(messages) is Intent.CLIENT_TASK


@pytest.mark.parametrize(
    "text",
    [
        "How do I generate a title?",
        "Generate a title for the conversation between Harrison and the Board",
        "Write a short title for chapter 3",
        "Suggest a name for the chat room of the support team",
        "What does a concise, 5-word-or-less title for the conversation look like?",
        "Which tags does the article have?",
        "Suggest follow-up questions to the survey",
        "What is a standalone question?",
        "Given the following conversation, relevant context, and a follow up question, reply with an answer.",
        "### Task:\nRespond to the user query using the provided context.\n\n<context>\nHerons.\n</context>\n\nWhat?",
        '### Task:\nWhat does { "title": "x" } mean in the manual?',
        "### Task: replace the filter. How?",
        "What is in <chat_history>?",
        "You are a professional gardener. What goes on the compost heap?",
        "Summarize the conversation of chapter 2 into a table",
        "Summarize in a 10-word sentence what the report says.",
        "Based on the chat history, which fee applies?",
        "Progressively smaller screws: which ones?",
        "Analyze this conversation and provide the name of the speaker: Ada said hello.",
    ],
)
def test_a_question_about_such_things_is_a_question(text: str) -> None:
    for messages in ([ChatMessage.from_user(text)], [ChatMessage.from_system(text), QUESTION]):
        assert intent_of(messages) is Intent.DOCUMENTS


def test_telling_them_apart_takes_little_time_however_long_the_text() -> None:
    texts = [
        "What did the Board of Longitude think of the watch after the voyage to Jamaica, and who was on board?",
        "How are you supposed to store the serum " * 4,
        "in " * 60 + "x",
        "can you " * 24 + "x",
        "給我" * 90 + "x",
        "Hello! " * 150_000,
        "### Task:\n" + "{ " * 500_000,
        "Given the conversation " * 50_000,
        "generate a title for title for title for " * 20_000,
    ]
    for text in texts:
        messages = [ChatMessage.from_system(text), QUESTION, ANSWER, ChatMessage.from_user(text)]
        intent_of(messages)
        started = time.process_time()
        for _ in range(20):
            intent_of(messages)
        assert (time.process_time() - started) / 20 < 0.003, text[:30]  # ten times the worst of them
