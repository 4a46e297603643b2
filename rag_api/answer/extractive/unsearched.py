"""What the built-in model says where nothing was searched: what it does, or as much of a client's task as it can."""

import json
import re
from collections.abc import Sequence
from itertools import accumulate

from haystack.dataclasses import ChatMessage

from rag_api.answer.client_tasks import Task, asks_for_json, task_of
from rag_api.answer.intent import Intent, told_apart
from rag_api.answer.language.languages import BY_NAME, language_of
from rag_api.answer.language.sentences import sentences
from rag_api.answer.query import user_turns
from rag_api.answer.question import Unsearched

EMPTY = {
    "en": "There are no documents here yet. Upload some, at /v1/files or with rag-ingest, then ask again.",
    "de": "Hier sind noch keine Dokumente. Laden Sie welche hoch, über /v1/files oder mit rag-ingest, und fragen Sie "
    "dann noch einmal.",
    "fr": "Il n'y a pas encore de documents ici. Ajoutez-en, par /v1/files ou avec rag-ingest, puis redemandez.",
    "es": "Aquí todavía no hay documentos. Suba algunos, en /v1/files o con rag-ingest, y vuelva a preguntar.",
    "it": "Qui non ci sono ancora documenti. Caricane alcuni, su /v1/files o con rag-ingest, poi chiedi di nuovo.",
    "pt": "Ainda não há documentos aqui. Envie alguns, em /v1/files ou com rag-ingest, e pergunte de novo.",
    "nl": "Er zijn hier nog geen documenten. Upload er een paar, via /v1/files of met rag-ingest, en vraag het dan "
    "opnieuw.",
    "ru": "Здесь ещё нет документов. Загрузите их через /v1/files или командой rag-ingest и спросите снова.",
    "ar": "لا توجد مستندات هنا بعد. ارفع بعضها عبر /v1/files أو بالأمر rag-ingest ثم اسأل مرة أخرى.",
    "hi": "यहाँ अभी कोई दस्तावेज़ नहीं है। /v1/files पर या rag-ingest से कुछ अपलोड करें, फिर दोबारा पूछें।",
    "zh": "这里还没有文档。请通过 /v1/files 或 rag-ingest 上传一些，然后再提问。",
    "ja": "ここにはまだ文書がありません。/v1/files か rag-ingest で追加してから、もう一度質問してください。",
    "ko": "아직 문서가 없습니다. /v1/files 또는 rag-ingest로 올린 다음 다시 질문해 주세요.",
    "th": "ที่นี่ยังไม่มีเอกสาร โปรดอัปโหลดผ่าน /v1/files หรือด้วย rag-ingest แล้วถามอีกครั้ง",
    "da": "Her er endnu ingen dokumenter. Upload nogle via /v1/files eller med rag-ingest, og spørg så igen.",
    "no": "Her er det ingen dokumenter ennå. Last opp noen via /v1/files eller med rag-ingest, og spør så på nytt.",
    "sv": "Här finns inga dokument än. Ladda upp några via /v1/files eller med rag-ingest och fråga sedan igen.",
    "fi": "Täällä ei ole vielä asiakirjoja. Lataa niitä osoitteeseen /v1/files tai "
    "komennolla rag-ingest ja kysy uudelleen.",
    "hu": "Itt még nincsenek dokumentumok. Töltsön fel néhányat a /v1/files címen vagy a "
    "rag-ingest paranccsal, majd kérdezzen újra.",
    "ro": "Aici nu există încă documente. Încărcați câteva prin /v1/files sau cu rag-ingest, apoi întrebați din nou.",
    "tr": "Burada henüz belge yok. /v1/files üzerinden ya da rag-ingest ile yükleyin, sonra yeniden sorun.",
    "pl": "Nie ma tu jeszcze żadnych dokumentów. Dodaj je przez /v1/files lub poleceniem "
    "rag-ingest i zapytaj ponownie.",
    "cs": "Zatím zde nejsou žádné dokumenty. Nahrajte je přes /v1/files nebo příkazem rag-ingest a zeptejte se znovu.",
    "vi": "Ở đây chưa có tài liệu nào. Hãy tải lên qua /v1/files hoặc bằng rag-ingest rồi hỏi lại.",
    "id": "Belum ada dokumen di sini. Unggah melalui /v1/files atau dengan rag-ingest, lalu tanyakan lagi.",
    "el": "Δεν υπάρχουν ακόμη έγγραφα εδώ. Ανεβάστε μερικά στο /v1/files ή με το rag-ingest και ρωτήστε ξανά.",
    "uk": "Тут ще немає документів. Завантажте їх через /v1/files або командою rag-ingest і запитайте знову.",
    "bg": "Тук все още няма документи. Качете няколко през /v1/files или с rag-ingest и попитайте отново.",
    "fa": "هنوز سندی اینجا نیست. چند سند از راه /v1/files یا با rag-ingest بارگذاری کنید و دوباره بپرسید.",
    "ur": "یہاں ابھی کوئی دستاویز نہیں ہے۔ /v1/files پر یا rag-ingest سے کچھ اپ لوڈ کریں، پھر دوبارہ پوچھیں۔",
    "he": "אין כאן עדיין מסמכים. העלו מסמכים דרך /v1/files או באמצעות rag-ingest ושאלו שוב.",
    "ta": "இங்கே இன்னும் ஆவணங்கள் இல்லை. /v1/files வழியாக அல்லது rag-ingest மூலம் பதிவேற்றி, மீண்டும் கேளுங்கள்.",
}
NO_REWORK = {
    "en": "I quote from your documents, and cannot translate, shorten or summarize what was said. A language model "
    "can.",
    "de": "Ich zitiere aus Ihren Dokumenten und kann Gesagtes nicht übersetzen, kürzen oder zusammenfassen; ein "
    "Sprachmodell kann es.",
    "fr": "Je cite vos documents et ne peux ni traduire, ni raccourcir, ni résumer ce qui a été dit ; un modèle de "
    "langage le peut.",
    "es": "Cito sus documentos y no puedo traducir, acortar ni resumir lo dicho; un modelo de lenguaje sí puede.",
    "it": "Cito dai tuoi documenti e non posso tradurre, accorciare o riassumere quanto detto; un modello linguistico "
    "può farlo.",
    "pt": "Cito os seus documentos e não posso traduzir, encurtar nem resumir o que foi dito; um modelo de linguagem "
    "pode.",
    "nl": "Ik citeer uit uw documenten en kan wat gezegd is niet vertalen, inkorten of samenvatten; een taalmodel kan "
    "dat wel.",
    "ru": "Я цитирую ваши документы и не могу перевести, сократить или обобщить сказанное; языковая модель может.",
    "ar": "أقتبس من مستنداتك ولا أستطيع ترجمة ما قيل أو اختصاره أو تلخيصه؛ نموذج لغوي يستطيع ذلك.",
    "hi": "मैं आपके दस्तावेज़ों से उद्धरण देता हूँ और कही गई बात का अनुवाद, संक्षेप या सारांश नहीं कर सकता; एक भाषा मॉडल कर सकता है।",
    "zh": "我只引用您的文档，无法翻译、缩短或总结已说的内容；语言模型可以。",
    "ja": "私は文書から引用するだけで、話した内容の翻訳や短縮、要約はできません。言語モデルならできます。",
    "ko": "저는 문서에서 인용할 뿐, 대화 내용을 번역하거나 줄이거나 요약할 수 없습니다. 언어 모델은 할 수 있습니다.",
    "th": "ฉันอ้างข้อความจากเอกสารของคุณเท่านั้น ไม่สามารถแปล ย่อ หรือสรุปสิ่งที่พูดไว้ได้ แบบจำลองภาษาทำได้",
}
_ENOUGH = 300  # characters that tell the language


def without_documents(reason: Unsearched, messages: Sequence[ChatMessage]) -> str:
    """The reply, in the language of the last turn."""
    if reason is Unsearched.CLIENT_TASK and (task := task_of(messages)):
        return _task_done(task, messages)
    asked = (user_turns(messages) or [""])[-1][:_ENOUGH]
    name = told_apart(asked, answered=True)[1] or language_of(asked).name
    match reason:
        case Unsearched.EMPTY:
            return EMPTY[name]
        case Unsearched.CONVERSATION:
            return NO_REWORK.get(name, NO_REWORK["en"])
    return BY_NAME[name].about


def _task_done(task: Task, messages: Sequence[ChatMessage]) -> str:
    asked = _asked(messages)
    match task:
        case Task.TITLE:
            title = _title(asked[0]) if asked else "New chat"
            return _json(title=title) if asks_for_json(messages) else title
        case Task.TAGS | Task.FOLLOW_UPS | Task.TOOLS:
            return _json(**{task: []})
        case Task.QUERIES:
            return _json(queries=asked[-1:])
        case Task.COMPLETION:
            return _json(text="")
        case Task.IMAGE:
            return _json(prompt=" ".join(asked[-1:]))
        case Task.STANDALONE if asked:
            return asked[-1]
    return NO_REWORK.get(language_of(" ".join(asked)[:_ENOUGH]).name, NO_REWORK["en"])


def _json(**value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_TOLD = 20_000  # characters of a conversation to look at
# A conversation within a message: turns with the name of who spoke, in lines or in JSON; or one turn that is announced.
_TURN = re.compile(
    r"^[^\w\n]{0,9}(?:user|human|you|用户|follow[- ]?up (?:question|input|message))[^\w\n]{1,3}(\S.*)$"
    r"|<follow[- ]?up message>\s*(\S.*)",
    re.IGNORECASE | re.MULTILINE,
)
_IN_JSON = re.compile(r'"role":\s*"user"[^{}]{0,200}?"(?:mainText|content|text)":\s*"((?:[^"\\]|\\.){1,400})')
_ANNOUNCED = re.compile(r"```\s*(\S.*)|\bmessage:\s*(\S.*)", re.IGNORECASE)


def _asked(messages: Sequence[ChatMessage]) -> list[str]:
    """What the person asked, in the turns before a client's task or in the conversation that it tells."""
    *before, task = user_turns(messages) or [""]
    told = task[-_TOLD:] if len(task) > _TOLD else task
    told = told.rpartition("<chat_history>")[2] or told
    for pattern in (_TURN, _IN_JSON, _ANNOUNCED):
        if found := [next(filter(None, match.groups())) for match in pattern.finditer(told)]:
            return [*before, *(_unescaped(text) if pattern is _IN_JSON else text.strip() for text in found)]
    instructed_before = task_of(messages[-1:]) is None  # by a system message: the last turn is the conversation
    return [*before, *(told.strip().splitlines()[:1] if instructed_before else [])]


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


_WIDEST = 50  # columns of a title
_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_AROUND = " \t\"'“”«»¿¡?!.。！？؟…:;,،，、-–—#*`"


def _title(question: str) -> str:
    """The question as a title: its first sentence that is not a greeting, cut between two words."""
    text = " ".join(question.split())[:_ENOUGH]
    said = [text[sentence.start : sentence.end] for sentence in sentences(text)]
    asked = next((each for each in said if told_apart(each)[0] is Intent.DOCUMENTS), text)
    title = asked.strip(_AROUND)
    widths = accumulate(2 if _WIDE.match(letter) else 1 for letter in title)
    fits = sum(width <= _WIDEST for width in widths)
    if fits < len(title):
        words = title[: fits + 1].rpartition(" ")[0].split() or [title[:fits]]
        stop_words = language_of(title).stop_words
        while len(words) > 1 and words[-1].lower() in stop_words:
            words.pop()
        title = " ".join(words).strip(_AROUND)
    return title[:1].upper() + title[1:] or "New chat"
