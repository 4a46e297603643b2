"""What the built-in model knows about languages: question words, and a few phrases."""

import re
from dataclasses import dataclass
from functools import cached_property

from ingest import languages
from ingest.languages import MARKS

_OTHER = "other"


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class AnswerLanguage:
    """A language of `ingest.languages`, by its name.

    Ways to ask are separated by "|"; if the script writes no blanks between words, they are looked for anywhere in the
    text.
    """

    name: str
    who: str
    clock: str
    when: str
    where: str
    count: str
    what: str
    greetings: str
    unanswered: str
    about: str
    """The reply to a greeting."""
    disagree: str
    """Before sentences of different files that contradict each other."""
    other: str = ""
    """Question words that ask for something else, where others are conjunctions, too: "What happened when"."""

    @property
    def stemmer(self) -> str | None:
        return languages.BY_NAME[self.name].stemmer

    @property
    def blanks(self) -> bool:
        return languages.BY_NAME[self.name].blanks

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing about a sentence, though a search may use some of them."""
        return languages.BY_NAME[self.name].stop_words | languages.BY_NAME[self.name].light_words

    def asks_for(self, question: str) -> str | None:
        """What kind of thing is asked for: "clock", "when", "where", "count", "who", "what" (a definition), or None for
        others."""
        found = {
            kind: match.start() for kind, pattern in self._kinds.items() if (match := pattern.search(question.lower()))
        }
        first = min(found, key=found.__getitem__, default=_OTHER)
        return None if first == _OTHER else first

    def without_question_words(self, question: str, kind: str) -> str:
        """A question in lower case, without the words that ask for this kind: "hoch" of "wie hoch" is no word to look
        for."""
        return self._kinds[kind].sub(" ", question.lower())

    @cached_property
    def _kinds(self) -> dict[str, re.Pattern[str]]:
        kinds = {"clock": self.clock, "when": self.when, "where": self.where, "count": self.count, "who": self.who}
        kinds["what"] = self.what
        if self.other:
            kinds[_OTHER] = self.other
        return {kind: re.compile(self.whole(words)) for kind, words in kinds.items()}

    def whole(self, words: str) -> str:
        """A pattern for words, separated by "|", where they are not parts of others. `\\b` would end a word of Hindi at
        its first vowel sign."""
        return rf"(?<![\w{MARKS}])(?:{words})(?![\w{MARKS}])" if self.blanks else f"(?:{words})"


ENGLISH = AnswerLanguage(
    "en",
    who="who|whom|whose",
    clock="what time|which hour|what hour|at what hour",
    when="when|what year|which year|what date|what day|what month|what century",
    where="where|what city|what country|which city|which country|what state|which state",
    count="how many|how much|how old|how long|how far|how tall|how high|how large|how big|what percentage|what number",
    what="what is|what's|what are|what was|what were|define|what does",
    other="what|which|why|how",
    greetings="hello hi hey thanks thank good morning afternoon evening ok okay great bye goodbye cheers",
    unanswered="The documents do not contain an answer to this question.",
    about="I answer from your documents. Ask me something about them.",
    disagree="The documents disagree:",
)

LANGUAGES = (
    ENGLISH,
    AnswerLanguage(
        "de",
        who="wer|wen|wem|wessen",
        clock="wie viel uhr|wieviel uhr|welcher uhrzeit|welche uhrzeit",
        when="wann|welchem jahr|welches jahr|welchem tag",
        where="wo|woher|wohin|welcher stadt|welchem land",
        count="wie viele|wie viel|wieviel|wieviele|wie lange|wie alt|wie hoch|wie groß|wie weit",
        what="was ist|was sind|was war|was bedeutet|was heißt",
        other="was|welche|welcher|welches|welchen|welchem|warum|wie",
        greetings="hallo guten tag morgen abend danke vielen dank tschüss",
        unanswered="Die Dokumente enthalten keine Antwort auf diese Frage.",
        about="Ich antworte aus Ihren Dokumenten. Fragen Sie mich etwas dazu.",
        disagree="Die Dokumente widersprechen sich:",
    ),
    AnswerLanguage(
        "fr",
        who="qui",
        clock="quelle heure",
        when="quand|quelle année|quelle date|quel jour",
        where="où|quelle ville|quel pays",
        count="combien|quel nombre|quel âge",
        what="qu'est-ce que|qu’est-ce que|quel est|quelle est|quels sont|que signifie",
        other="que|quoi|quel|quelle|quels|quelles|pourquoi|comment",
        greetings="bonjour bonsoir salut merci beaucoup",
        unanswered="Les documents ne contiennent pas de réponse à cette question.",
        about="Je réponds à partir de vos documents. Posez-moi une question à leur sujet.",
        disagree="Les documents se contredisent :",
    ),
    AnswerLanguage(
        "es",
        who="quién|quiénes",
        clock="qué hora",
        when="cuándo|qué año|qué fecha|qué día",
        where="dónde|adónde|qué ciudad|qué país",
        count="cuántos|cuántas|cuánto|cuánta",
        what="qué es|qué son|qué era|qué significa|cuál es",
        other="qué|cuál|cuáles|cómo",
        greetings="hola gracias muchas buenos días buenas tardes noches",
        unanswered="Los documentos no contienen una respuesta a esta pregunta.",
        about="Respondo a partir de sus documentos. Pregúnteme algo sobre ellos.",
        disagree="Los documentos se contradicen:",
    ),
    AnswerLanguage(
        "it",
        who="chi",
        clock="che ora|quale ora",
        when="quando|che anno|quale anno|che giorno",
        where="dove|dov|quale città|quale paese",
        count="quanti|quante|quanto|quanta",
        what="che cos'è|cos'è|cosa è|cosa sono|che cosa è|che cosa significa|qual è",
        other="che|cosa|quale|quali|perché|come",
        greetings="ciao salve grazie buongiorno buonasera",
        unanswered="I documenti non contengono una risposta a questa domanda.",
        about="Rispondo a partire dai tuoi documenti. Chiedimi qualcosa su di essi.",
        disagree="I documenti si contraddicono:",
    ),
    AnswerLanguage(
        "pt",
        who="quem",
        clock="que horas|que hora",
        when="quando|que ano|qual ano|que dia",
        where="onde|aonde|que cidade|que país",
        count="quantos|quantas|quanto|quanta",
        what="o que é|o que são|o que significa|qual é",
        other="que|qual|quais|como",
        greetings="olá oi obrigado obrigada bom dia boa tarde noite",
        unanswered="Os documentos não contêm uma resposta a esta pergunta.",
        about="Respondo a partir dos seus documentos. Pergunte-me algo sobre eles.",
        disagree="Os documentos contradizem-se:",
    ),
    AnswerLanguage(
        "nl",
        who="wie",
        clock="hoe laat|welk tijdstip|welk uur",
        when="wanneer|welk jaar|welke dag",
        where="waar|waarheen|welke stad|welk land",
        count="hoeveel|hoe lang|hoe oud|hoe groot|hoe hoog",
        what="wat is|wat zijn|wat betekent",
        other="wat|welk|welke|waarom|hoe",
        greetings="hallo hoi dag bedankt dank goedemorgen goedemiddag",
        unanswered="De documenten bevatten geen antwoord op deze vraag.",
        about="Ik antwoord uit uw documenten. Stel me er een vraag over.",
        disagree="De documenten spreken elkaar tegen:",
    ),
    AnswerLanguage(
        "ru",
        who="кто|кого|кому|кем",
        clock="во сколько|котором часу|какое время",
        when="когда|каком году|какой год|какого числа",
        where="где|куда|откуда|каком городе|какой стране",
        count="сколько",
        what="что такое|что значит|что означает",
        other="что|чем|чего|какой|какая|какое|какие|каких|почему|как",
        greetings="привет здравствуйте спасибо добрый день утро вечер",
        unanswered="В документах нет ответа на этот вопрос.",
        about="Я отвечаю по вашим документам. Спросите меня о них.",
        disagree="Документы противоречат друг другу:",
    ),
    AnswerLanguage(
        "ar",
        who="من",
        clock="أي ساعة|كم الساعة",
        when="متى|أي عام|أي سنة|أي تاريخ",
        where="أين|أي مدينة|أي دولة|أي بلد",
        count="كم",
        what="ما هو|ما هي|ماذا يعني|ما معنى",
        other="ما|ماذا|لماذا|كيف|أي|هل",
        greetings="مرحبا السلام عليكم شكرا أهلا",
        unanswered="لا تحتوي المستندات على إجابة لهذا السؤال.",
        about="أجيب من مستنداتك. اسألني شيئًا عنها.",
        disagree="المستندات متعارضة:",
    ),
    AnswerLanguage(
        "hi",
        who="कौन|किसने|किसे|किसका|किसके",
        clock="कितने बजे|किस समय",
        when="कब|किस वर्ष|किस साल|किस दिन",
        where="कहाँ|कहां|किस शहर|किस देश",
        count="कितने|कितना|कितनी",
        what="क्या है|क्या हैं|का अर्थ",
        greetings="नमस्ते धन्यवाद शुक्रिया",
        unanswered="दस्तावेज़ों में इस प्रश्न का उत्तर नहीं है।",
        about="मैं आपके दस्तावेज़ों से उत्तर देता हूँ। उनके बारे में कुछ पूछिए।",
        disagree="दस्तावेज़ एक-दूसरे से मेल नहीं खाते:",
    ),
    AnswerLanguage(
        "zh",
        who="谁|誰",
        clock="几点|幾點",
        when="什么时候|什麼時候|何时|何時|哪年|哪一年|哪天|几年",
        where="哪里|哪裡|哪儿|何处|哪个城市|哪个国家|什么地方",
        count="多少|几|幾|多大|多长|多高|多久",
        what="什么是|甚麼是|是什么|是甚麼",
        greetings="你好 您好 谢谢 謝謝",
        unanswered="文档中没有这个问题的答案。",
        about="我根据您的文档回答。请就这些文档提问。",
        disagree="文档内容相互矛盾：",
    ),
    AnswerLanguage(
        "ja",
        who="誰|だれ",
        clock="何時",
        when="いつ|何年|何日|何月",
        where="どこ|何処",
        count="いくつ|いくら|何人|何個|何回|どのくらい|どれくらい",
        what="とは|何ですか",
        greetings="こんにちは こんばんは ありがとう おはよう ございます",
        unanswered="文書にはこの質問への答えがありません。",
        about="あなたの文書をもとに答えます。文書について質問してください。",
        disagree="文書の内容が食い違っています：",
    ),
    AnswerLanguage(
        "ko",
        who="누구|누가",
        clock="몇 시",
        when="언제|몇 년",
        where="어디|어디서",
        count="몇|얼마",
        what="무엇입니까|무엇인가|이란",
        greetings="안녕하세요 안녕 감사합니다 고마워",
        unanswered="문서에는 이 질문에 대한 답이 없습니다.",
        about="문서를 바탕으로 답합니다. 문서에 대해 질문해 주세요.",
        disagree="문서의 내용이 서로 다릅니다:",
    ),
    AnswerLanguage(
        "th",
        who="ใคร",
        clock="กี่โมง",
        when="เมื่อไร|เมื่อไหร่|เมื่อใด|ปีใด|ปีไหน|ปีอะไร",
        where="ที่ไหน|ที่ใด",
        count="กี่|เท่าไร|เท่าไหร่|เท่าใด",
        what="คืออะไร|หมายถึง",
        greetings="สวัสดี ขอบคุณ",
        unanswered="เอกสารไม่มีคำตอบสำหรับคำถามนี้",
        about="ฉันตอบจากเอกสารของคุณ ถามเกี่ยวกับเอกสารได้เลย",
        disagree="เอกสารขัดแย้งกัน:",
    ),
)

BY_NAME = {language.name: language for language in LANGUAGES}
_TELLING = {language.name: language.stop_words | set(language.greetings.split()) for language in LANGUAGES}


def language_of(text: str) -> AnswerLanguage:
    """By script, stop words and greetings; English if in doubt."""
    return BY_NAME[languages.language_of(text, _TELLING).name]
