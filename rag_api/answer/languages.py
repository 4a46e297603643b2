"""What the built-in model knows of languages: their small words, their question words, a few phrases."""

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, eq=False)  # compared by identity: a fast key of caches
class Language:
    """Lists of words are separated by blanks, the ways to ask by "|"; where a script writes no blanks between words
    (`blanks` is False), they are looked for inside the text."""

    name: str
    small: str
    """Words that say nothing about the subject of a question."""
    who: str
    when: str
    where: str
    count: str
    greetings: str
    unanswered: str
    about: str
    """What is said to a greeting."""
    stemmer: str | None = None
    blanks: bool = True
    enough: float = 0.38
    """The score of a sentence, see `evidence`, from which it is an answer. Weighed on judged questions between false
    answers and false refusals; pairs of characters and Arabic prefixes make scores lower."""

    @cached_property
    def small_words(self) -> frozenset[str]:
        asking = "|".join((self.who, self.when, self.where, self.count)).split("|")
        return frozenset([*self.small.split(), *(words for words in asking if " " not in words)])

    @cached_property
    def telling_words(self) -> frozenset[str]:
        """The words by which this language is known."""
        return self.small_words | frozenset(self.greetings.split())

    def asks_for(self, question: str) -> str | None:
        """The kind of thing that is asked for: "when", "where", "count", "who", or None if it is another kind."""
        return next((kind for kind, pattern in self._kinds.items() if pattern.search(question.lower())), None)

    @cached_property
    def _kinds(self) -> dict[str, re.Pattern[str]]:
        edge = r"\b" if self.blanks else ""
        kinds = {"when": self.when, "where": self.where, "count": self.count, "who": self.who}
        return {kind: re.compile(f"{edge}(?:{words}){edge}") for kind, words in kinds.items()}


ENGLISH = Language(
    "en",
    "a about above after again all also am among an and any are as at be because been before being between both "
    "but by can cannot could d did do does doesn doing don done during each either else ever etc few for from "
    "further get gets give given gives got had has have having he her hers him his how however i if in into is "
    "isn't it its it's just kind know known like ll make makes may me mean means meant might more most mostly much "
    "must my named name names neither no nor not now of off on one only onto or other our out over own please s "
    "same several shall she should so some such t tell than that the their them then there these they this those "
    "through to too type types under until up upon us use used uses using ve very was way we were what whats "
    "whether which while why will with within without would you your yours",
    who="who|whom|whose",
    when="when|what year|which year|what date|what day|what time|what month|what century",
    where="where|what city|what country|which city|which country|what state|which state",
    count="how many|how much|how old|how long|how far|how tall|how high|how large|how big|what percentage|what number",
    greetings="hello hi hey thanks thank good morning afternoon evening ok okay great bye goodbye cheers",
    unanswered="The documents do not contain an answer to this question.",
    about="I answer from your documents. Ask me something about them.",
    stemmer="english",
    enough=0.42,
)

LANGUAGES = (
    ENGLISH,
    Language(
        "de",
        "aber alle allem allen aller als also am an auch auf aus bei beim bin bis da dabei damit dann das dass dem "
        "den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer "
        "eines er es etwas für gab genannt gegen gibt haben hat hatte hatten heißt ich ihm ihn ihnen ihr ihre im "
        "in ins ist kann können konnte machen mehr mit nach nicht noch nur ob oder ohne sehr sein seine sich sie "
        "sind so über um und uns unter viel vom von vor war waren warum was welche welchem welchen welcher welches "
        "wenn werden weshalb wie wieso wird wurde wurden wessen wodurch womit woran worin zu zum zur zwischen",
        who="wer|wen|wem|wessen",
        when="wann|welchem jahr|welches jahr|welchem tag",
        where="wo|woher|wohin|welcher stadt|welchem land",
        count="wie viele|wie viel|wieviel|wieviele|wie lange|wie alt|wie hoch|wie groß|wie weit",
        greetings="hallo guten tag morgen abend danke vielen dank tschüss",
        unanswered="Die Dokumente enthalten keine Antwort auf diese Frage.",
        about="Ich antworte aus Ihren Dokumenten. Fragen Sie mich etwas dazu.",
        stemmer="german",
    ),
    Language(
        "fr",
        "a ai au aux avec avait c ce ces cet cette combien comme comment d dans de des dont du elle elles en est "
        "et était être eu fait faire il ils j je l la le les leur leurs lors lui m mais même n ne nous on ont ou "
        "où par pas plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa se sera ses si son "
        "sont sous sur t u un une vous y été",
        who="qui",
        when="quand|quelle année|quelle date|quel jour",
        where="où|quelle ville|quel pays",
        count="combien|quel nombre|quel âge",
        greetings="bonjour bonsoir salut merci beaucoup",
        unanswered="Les documents ne contiennent pas de réponse à cette question.",
        about="Je réponds à partir de vos documents. Posez-moi une question à leur sujet.",
        stemmer="french",
    ),
    Language(
        "es",
        "a al algo ante como cómo con cual cuál cuáles cuándo cuánta cuántas cuánto cuántos de del desde donde "
        "dónde el ella ellos en entre era eran es esa ese esta está este fue fueron ha hace han hay la las le les "
        "lo los más me mi muy no nos o para pero por porque que qué quién quiénes se ser si sin sobre son su sus "
        "también tiene tienen tipo un una uno y ya",
        who="quién|quiénes",
        when="cuándo|qué año|qué fecha|qué día",
        where="dónde|adónde|qué ciudad|qué país",
        count="cuántos|cuántas|cuánto|cuánta",
        greetings="hola gracias muchas buenos días buenas tardes noches",
        unanswered="Los documentos no contienen una respuesta a esta pregunta.",
        about="Respondo a partir de sus documentos. Pregúnteme algo sobre ellos.",
        stemmer="spanish",
    ),
    Language(
        "it",
        "a ad ai al alla alle allo anche c che chi ci come con così cosa cui d da dal dalla dei del della delle "
        "dello di dove e è era erano fu furono gli ha hanno i il in l la le lo loro ma nei nel nella non o ogni "
        "per perché più quale quali quando quanta quante quanti quanto questa questo sono si stata stato su sua "
        "sul sulla suo tra un una uno",
        who="chi",
        when="quando|che anno|quale anno|che giorno",
        where="dove|dov|quale città|quale paese",
        count="quanti|quante|quanto|quanta",
        greetings="ciao salve grazie buongiorno buonasera",
        unanswered="I documenti non contengono una risposta a questa domanda.",
        about="Rispondo a partire dai tuoi documenti. Chiedimi qualcosa su di essi.",
        stemmer="italian",
    ),
    Language(
        "pt",
        "a à ao aos as às até com como da das de do dos e é ela ele eles em entre era eram essa esse esta está "
        "este eu foi foram há isso já lhe mais mas me não na nas no nos o onde os ou para pela pelo por porque "
        "qual quais quando quanta quantas quanto quantos que quê quem se sem ser seu sua são também tem têm um uma "
        "você",
        who="quem",
        when="quando|que ano|qual ano|que dia",
        where="onde|aonde|que cidade|que país",
        count="quantos|quantas|quanto|quanta",
        greetings="olá oi obrigado obrigada bom dia boa tarde noite",
        unanswered="Os documentos não contêm uma resposta a esta pergunta.",
        about="Respondo a partir dos seus documentos. Pergunte-me algo sobre eles.",
        stemmer="portuguese",
    ),
    Language(
        "nl",
        "aan al als bij daar dan dat de deze die dit door dus een en er geen had heb hebben heeft het hij hoe "
        "hoeveel hun ik in is je kan kunnen maar me met mijn na naar niet nog nu of om onder ons ook op over te "
        "tot uit van veel voor waar waarom wanneer waren was wat we welk welke werd werden wie wij wordt worden ze "
        "zich zij zijn zo",
        who="wie",
        when="wanneer|welk jaar|welke dag",
        where="waar|waarheen|welke stad|welk land",
        count="hoeveel|hoe lang|hoe oud|hoe groot|hoe hoog",
        greetings="hallo hoi dag bedankt dank goedemorgen goedemiddag",
        unanswered="De documenten bevatten geen antwoord op deze vraag.",
        about="Ik antwoord uit uw documenten. Stel me er een vraag over.",
        stemmer="dutch",
    ),
    Language(
        "ru",
        "а бы был была были было быть в вам вас во все вы где для до его ее её если есть еще же за и из или им их "
        "к как какая какие каким какими каких какова каково какой какого каком какую кем когда кого кому которая "
        "которое которые который кто ли между мне мы на над не него нет о об он она они оно от по под после почему "
        "при про с со сколько так также то только том ты у чего чем через что чтобы это этот этого эта эти я "
        "является",
        who="кто|кого|кому|кем",
        when="когда|каком году|какой год|какого числа",
        where="где|куда|откуда|каком городе|какой стране",
        count="сколько",
        greetings="привет здравствуйте спасибо добрый день утро вечер",
        unanswered="В документах нет ответа на этот вопрос.",
        about="Я отвечаю по вашим документам. Спросите меня о них.",
        stemmer="russian",
    ),
    Language(
        "ar",
        "أن إلى أو أي إن التي الذي الذين ان او اي بعد بين تم ثم حتى حول ذلك عن عند على في قبل قد كان كانت كل كما "
        "كيف لا لم لماذا لن له لها ليس ما ماذا مع من منذ هذا هذه هل هم هو هي و وما وهو وهي يكون",
        who="من",
        when="متى|أي عام|أي سنة|أي تاريخ",
        where="أين|أي مدينة|أي دولة|أي بلد",
        count="كم",
        greetings="مرحبا السلام عليكم شكرا أهلا",
        unanswered="لا تحتوي المستندات على إجابة لهذا السؤال.",
        about="أجيب من مستنداتك. اسألني شيئًا عنها.",
        stemmer="arabic",
        enough=0.34,
    ),
    Language(
        "hi",
        "अपने अब आप इन इस इसका इसके इसे उन उस उसके एक और कई कब कर करता करते करना करने कहाँ कहां का कि कितना कितनी "
        "कितने की किया किस किसका किसके किसने किसे की कुछ के को कोई कौन कौनसा क्या क्यों गई गए गया जब जा जाता जाती "
        "जाते जिस जो तक तथा तो था थी थे द्वारा नहीं ने पर बाद भी में यदि यह या ये रहा रही रहे वह वे सकता सकते से "
        "सा सी हुआ हुई हुए है हैं हो होता होती होते",
        who="कौन|किसने|किसे|किसका|किसके",
        when="कब|किस वर्ष|किस साल|किस दिन",
        where="कहाँ कहां|किस शहर|किस देश",
        count="कितने|कितना|कितनी",
        greetings="नमस्ते धन्यवाद शुक्रिया",
        unanswered="दस्तावेज़ों में इस प्रश्न का उत्तर नहीं है।",
        about="मैं आपके दस्तावेज़ों से उत्तर देता हूँ। उनके बारे में कुछ पूछिए।",
    ),
    Language(
        "zh",
        "的 了 是 在 和 与 有 被 为 什么 什麼 哪些 哪个 哪個 哪 怎么 怎麼 怎样 如何 为什么 為什麼 吗 嗎 呢 这 這 "
        "那 它 他 她 请 請 一个 一個 哪一",
        who="谁|誰",
        when="什么时候|什麼時候|何时|何時|哪年|哪一年|哪天|几年",
        where="哪里|哪裡|哪儿|何处|哪个城市|哪个国家|什么地方",
        count="多少|几|幾|多大|多长|多高|多久",
        greetings="你好 您好 谢谢 謝謝",
        unanswered="文档中没有这个问题的答案。",
        about="我根据您的文档回答。请就这些文档提问。",
        blanks=False,
        enough=0.34,
    ),
    Language(
        "ja",
        "は が を に の で と も へ や か です ます した して いる ある する された から まで 何 なに なぜ どう "
        "どの どれ この その あの という ください",
        who="誰|だれ",
        when="いつ|何年|何日|何月",
        where="どこ|何処",
        count="いくつ|いくら|何人|何個|何回|どのくらい|どれくらい",
        greetings="こんにちは こんばんは ありがとう おはよう ございます",
        unanswered="文書にはこの質問への答えがありません。",
        about="あなたの文書をもとに答えます。文書について質問してください。",
        blanks=False,
        enough=0.34,
    ),
    Language(
        "ko",
        "무엇 무엇입니까 무엇인가요 어떤 어떻게 왜 입니까 인가요 합니까 했습니까 하나요 는 은 이 가 을 를 의 에 "
        "에서 그 것",
        who="누구|누가",
        when="언제|몇 년",
        where="어디|어디서",
        count="몇|얼마",
        greetings="안녕하세요 안녕 감사합니다 고마워",
        unanswered="문서에는 이 질문에 대한 답이 없습니다.",
        about="문서를 바탕으로 답합니다. 문서에 대해 질문해 주세요.",
        blanks=False,
        enough=0.34,
    ),
    Language(
        "th",
        "ของ ที่ และ ใน เป็น คือ มี ได้ จาก กับ ให้ ว่า อะไร อย่างไร ทำไม ไหน ใด ครับ ค่ะ การ",
        who="ใคร",
        when="เมื่อไร|เมื่อไหร่|เมื่อใด|ปีใด|ปีไหน|ปีอะไร",
        where="ที่ไหน|ที่ใด",
        count="กี่|เท่าไร|เท่าไหร่|เท่าใด",
        greetings="สวัสดี ขอบคุณ",
        unanswered="เอกสารไม่มีคำตอบสำหรับคำถามนี้",
        about="ฉันตอบจากเอกสารของคุณ ถามเกี่ยวกับเอกสารได้เลย",
        blanks=False,
        enough=0.45,
    ),
)

_BY_NAME = {language.name: language for language in LANGUAGES}
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_LATIN = tuple(language for language in LANGUAGES if language.stemmer not in (None, "russian", "arabic"))
_SAMPLE = 1000  # characters that tell a language


def language_of(text: str) -> Language:
    """By script, then by small words; English when nothing tells."""
    sample = text[:_SAMPLE].lower()
    letters = sum(map(str.isalpha, sample))
    for name, script in _SCRIPTS:
        if len(script.findall(sample)) * 5 > letters:
            return _BY_NAME[name]
    words = re.findall(r"[^\W\d_]+", sample)
    return max(_LATIN, key=lambda language: sum(word in language.telling_words for word in words))
