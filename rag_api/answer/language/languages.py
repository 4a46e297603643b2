"""What the built-in model knows about languages: question words and greetings."""

import re
from dataclasses import dataclass
from functools import cached_property

from ingest import languages
from ingest.languages import MARKS, Detector
from ingest.letters import fold, normalise
from rag_api.answer.language.replies import REPLIES, Replies

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
    other: str = ""
    """Question words that ask for something else, where others are conjunctions, too: "What happened when"."""

    @property
    def stemmer(self) -> str | None:
        return languages.BY_NAME[self.name].stemmer

    @property
    def replies(self) -> Replies:
        return REPLIES[self.name]

    @property
    def blanks(self) -> bool:
        return languages.BY_NAME[self.name].blanks

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing about a sentence, though a search may use some of them, with their letters folded."""
        language = languages.BY_NAME[self.name]
        return frozenset(map(fold, language.stop_words | language.light_words))

    def asks_for(self, question: str) -> str | None:
        """What kind of thing is asked for: "clock", "when", "where", "count", "who", "what" (a definition), or None for
        others."""
        asked = _read(question)
        found = {kind: match.start() for kind, pattern in self._kinds.items() if (match := pattern.search(asked))}
        first = min(found, key=found.__getitem__, default=_OTHER)
        return None if first == _OTHER else first

    def without_question_words(self, question: str, kind: str) -> str:
        """A question as it is compared, without the words that ask for this kind: "hoch" of "wie hoch" is no word to
        look for."""
        return self._kinds[kind].sub(" ", _read(question))

    @cached_property
    def _kinds(self) -> dict[str, re.Pattern[str]]:
        kinds = {"clock": self.clock, "when": self.when, "where": self.where, "count": self.count, "who": self.who}
        kinds |= {"what": self.what, _OTHER: self.other}
        return {kind: re.compile(self.whole(fold(words))) for kind, words in kinds.items() if words}

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
    count="how many|how much|how old|how long|how far|how tall|how high|how large|how big|what percentage|what number"
    r"|what does(?=(?: \w+){1,6} cost(?! mean))|what did(?=(?: \w+){1,6} cost(?! mean))",
    what="what is|what's|what are|what was|what were|define|what does",
    other="what|which|why|how",
    greetings="hello hi hey thanks thank good morning afternoon evening ok okay great bye goodbye cheers",
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
    ),
    AnswerLanguage(
        "da",
        who="hvem",
        clock="hvad er klokken|hvad tid|hvilket tidspunkt",
        when="hvornår|hvilket år|hvilken dag|hvilken dato",
        where="hvor ligger|hvor er|hvor bor|hvorhen|hvorfra|hvilken by|hvilket land",
        count="hvor mange|hvor meget|hvor gammel|hvor lang|hvor længe|hvor høj|hvor stor|hvor langt",
        what="hvad er|hvad var|hvad betyder",
        other="hvad|hvilken|hvilket|hvilke|hvorfor|hvordan",
        greetings="hej goddag godmorgen godaften tak mange farvel",
    ),
    AnswerLanguage(
        "no",
        who="hvem",
        clock="hva er klokka|hva er klokken|hvilket klokkeslett|hvilken tid",
        when="når|hvilket år|hvilken dag|hvilken dato",
        where="hvor ligger|hvor er|hvor bor|hvorfra|hvilken by|hvilket land",
        count="hvor mange|hvor mye|hvor gammel|hvor lang|hvor lenge|hvor høy|hvor stor|hvor langt",
        what="hva er|hva var|hva betyr",
        other="hva|hvilken|hvilket|hvilke|hvorfor|hvordan",
        greetings="hei goddag morn takk tusen mange hadet",
    ),
    AnswerLanguage(
        "sv",
        who="vem|vems|vilka personer",
        clock="vilken tid|vilket klockslag|hur dags",
        when="när|vilket år|vilken dag|vilket datum",
        where="var|vart|varifrån|vilken stad|vilket land",
        count="hur många|hur mycket|hur gammal|hur lång|hur länge|hur hög|hur stor|hur långt",
        what="vad är|vad var|vad betyder|vad innebär",
        other="vad|vilken|vilket|vilka|varför|hur",
        greetings="hej hallå god morgon kväll tack hejdå",
    ),
    AnswerLanguage(
        "fi",
        who="kuka|kenen|ketä|ketkä",
        clock="mihin aikaan|mihin kellonaikaan|monelta|moneltako",
        when="milloin|koska|minä vuonna|minä päivänä",
        where="missä|mistä|mihin|minne",
        count="kuinka monta|kuinka paljon|kuinka pitkä|kuinka vanha|kuinka korkea|kuinka suuri|montako|paljonko|miten "
        "monta|miten paljon",
        what="mikä on|mitä on|mitkä ovat|mitä tarkoittaa",
        other="mitä|mikä|mitkä|miksi|miten|kuinka",
        greetings="hei moi terve kiitos hyvää huomenta päivää iltaa",
    ),
    AnswerLanguage(
        "hu",
        who="ki|kik|kit|kinek",
        clock="hány órakor|hánykor|hány órától",
        when="mikor|melyik évben|melyik napon",
        where="hol|hova|hová|honnan|melyik városban|melyik országban",
        count="hány|mennyi|mennyit|mekkora|milyen magas|milyen hosszú",
        what="mi az|mi a|mit jelent",
        other="mi|mit|melyik|milyen|miért|hogyan",
        greetings="szia helló jó napot reggelt estét köszönöm köszi",
    ),
    AnswerLanguage(
        "ro",
        who="cine|cui",
        clock="la ce oră|ce oră",
        when="când|ce an|care an|ce dată|ce zi",
        where="unde|ce oraș|ce țară",
        count="cât|câtă|câți|câte",
        what="ce este|ce sunt|ce înseamnă|care este",
        other="ce|care|cum",
        greetings="bună ziua seara dimineața salut mulțumesc",
    ),
    AnswerLanguage(
        "tr",
        who="kim|kime|kimi|kimin|kimdir|kimler",
        clock="saat kaçta|hangi saatte",
        when="ne zaman|hangi yıl|hangi yılda|hangi tarihte|hangi gün",
        where="nerede|nereye|nereden|neresi|hangi şehirde|hangi ülkede",
        count="kaç|ne kadar",
        what="nedir|ne demek|ne anlama gelir",
        other="ne|hangi|neden|niçin|nasıl",
        greetings="merhaba selam günaydın teşekkürler teşekkür ederim iyi günler akşamlar",
    ),
    AnswerLanguage(
        "pl",
        who="kto|kogo|komu|kim",
        clock="której godzinie|która godzina",
        when="kiedy|którym roku|którego roku|którego dnia",
        where="gdzie|skąd|dokąd|którym mieście|którym kraju",
        count="ile|ilu|jak długo|jak wysoki|jak duży",
        what="co to jest|czym jest|co oznacza|jaki jest|jaka jest",
        other="co|jaki|jaka|jakie|który|która|dlaczego|jak",
        greetings="cześć dzień dobry wieczór dziękuję dzięki hej",
    ),
    AnswerLanguage(
        "cs",
        who="kdo|koho|komu|kým",
        clock="v kolik hodin|kolik hodin",
        when="kdy|kterém roce|kterého roku|který den",
        where="kde|kam|odkud|kterém městě|které zemi",
        count="kolik|kolika|jak dlouho|jak vysoký|jak velký",
        what="co je|co jsou|co znamená|jaký je|jaká je",
        other="co|jaký|jaká|jaké|který|která|proč|jak",
        greetings="ahoj dobrý den večer děkuji díky",
    ),
    AnswerLanguage(
        "vi",
        who="ai",
        clock="mấy giờ",
        when="khi nào|bao giờ|năm nào|ngày nào|lúc nào",
        where="ở đâu|từ đâu|thành phố nào|nước nào",
        count="bao nhiêu|mấy|bao lâu|bao xa",
        what="là gì|nghĩa là gì",
        other="gì|nào|tại sao|như thế nào",
        greetings="xin chào cảm ơn",
    ),
    AnswerLanguage(
        "id",
        who="siapa|siapakah",
        clock="jam berapa|pukul berapa",
        when="kapan|kapankah|tahun berapa|tanggal berapa",
        where="mana|dimana|kota apa|negara apa",
        count="berapa|berapakah|seberapa",
        what="apa itu|apakah|apa arti",
        other="apa|yang mana|mengapa|kenapa|bagaimana",
        greetings="halo hai terima kasih selamat pagi siang sore malam",
    ),
    AnswerLanguage(
        "el",
        who="ποιος|ποιοι|ποιον|ποιους|ποιανού",
        clock="τι ώρα|ποια ώρα",
        when="πότε|ποιο έτος|ποια χρονιά|ποια ημερομηνία",
        where="πού|ποια πόλη|ποια χώρα",
        count="πόσο|πόσα|πόσοι|πόσες|πόσων|πόση",
        what="τι είναι|τι σημαίνει|ποιο είναι|ποια είναι",
        other="τι|ποιο|ποια|γιατί|πώς",
        greetings="γεια σας σου καλημέρα καλησπέρα ευχαριστώ",
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
    ),
    AnswerLanguage(
        "uk",
        who="хто|кого|кому|ким",
        clock="о котрій|котрій годині",
        when="коли|якому році|який рік|якого числа",
        where="де|куди|звідки|якому місті|якій країні",
        count="скільки",
        what="що таке|що означає|чим є",
        other="що|який|яка|яке|які|чому|як",
        greetings="привіт вітаю дякую добрий день ранок вечір",
    ),
    AnswerLanguage(
        "bg",
        who="кой|кои|кого",
        clock="в колко часа|колко часа",
        when="кога|коя година|коя дата",
        where="къде|откъде|накъде|кой град|коя държава",
        count="колко",
        what="какво е|какво представлява|какво означава",
        other="какво|кой|коя|кое|защо|как",
        greetings="здравей здравейте благодаря добър ден добро утро вечер",
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
    ),
    AnswerLanguage(
        "fa",
        who="چه کسی|چه کسانی|کی",
        clock="چه ساعتی|ساعت چند",
        when="چه زمانی|چه سالی|چه تاریخی|چه وقت",
        where="کجا|کجاست|کدام شهر|کدام کشور",
        count="چند|چقدر|چه تعداد",
        what="چیست|یعنی چه|به چه معناست",
        other="چه|کدام|چرا|چگونه",
        greetings="سلام درود ممنون متشکرم",
    ),
    AnswerLanguage(
        "ur",
        who="کون|کس نے|کسے",
        clock="کس وقت|کتنے بجے",
        when="کب|کس سال|کس تاریخ|کس دن",
        where="کہاں|کس شہر|کس ملک",
        count="کتنے|کتنی|کتنا",
        what="کیا ہے|کیا ہیں|کا مطلب",
        other="کیا|کیوں|کیسے",
        greetings="السلام علیکم سلام شکریہ",
    ),
    AnswerLanguage(
        "he",
        who="מי|מיהו|מיהי|למי",
        clock="באיזו שעה",
        when="מתי|באיזו שנה|באיזה תאריך|באיזה יום",
        where="איפה|היכן|לאן|מאין|באיזו עיר|באיזו מדינה",
        count="כמה",
        what="מה זה|מהו|מהי|מה פירוש",
        other="מה|איזה|איזו|למה|מדוע|איך",
        greetings="שלום היי תודה בוקר ערב טוב",
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
    ),
    AnswerLanguage(
        "ta",
        who="யார்|யாருடைய|யாரால்",
        clock="எத்தனை மணிக்கு|எந்த நேரத்தில்",
        when="எப்போது|எந்த ஆண்டு|எந்த நாள்",
        where="எங்கே|எங்கு|எந்த நகரம்|எந்த நாடு",
        count="எத்தனை|எவ்வளவு",
        what="என்றால் என்ன|என்ன",
        other="ஏன்|எப்படி",
        greetings="வணக்கம் நன்றி",
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
    ),
)

BY_NAME = {language.name: language for language in LANGUAGES}
_DETECTOR = Detector(
    {name: languages.BY_NAME[name].telling_words.union(each.greetings.split()) for name, each in BY_NAME.items()}
)


def language_of(text: str) -> AnswerLanguage:
    """By script, stop words and greetings; English if in doubt."""
    return BY_NAME[_DETECTOR.language_of(text).name]


def _read(text: str) -> str:
    return fold(normalise(text).lower())
