"""What is needed to detect a language and to compare its words: script, stop words, stemmer."""

import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property

MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0dff"
"""Vowel signs and other combining marks, for a character class: they belong to their word, but `\\w` lacks them."""


@dataclass(frozen=True, eq=False)  # compared by identity, which is fast in caches
class Language:
    """A language that gets its own treatment; all others are treated as English.

    `stop` are words that say nothing in a question, and `light` those that say little, separated by blanks; `blanks`
    says whether the script writes blanks between words.
    """

    name: str
    stop: str
    light: str = ""
    stemmer: str | None = None
    script: str = "Latin"
    blanks: bool = True

    @cached_property
    def stop_words(self) -> frozenset[str]:
        return frozenset(self.stop.split())

    @cached_property
    def light_words(self) -> frozenset[str]:
        return frozenset(self.light.split())


LANGUAGES = (
    Language(
        "en",
        "a about again ain am an and any are aren as at be been being but by can cannot could couldn did didn do does "
        "doesn doing don done for from further had hadn has hasn have haven having he her hers him his how i if in "
        "into is isn it its me might mine more most must mustn my myself needn no not of on only or other our ours "
        "over own same shall she should shouldn so some such than that the their theirs them then there these they "
        "this those to too under very was wasn we were weren what when where which who whom whose why will with won "
        "would wouldn you your yours",
        light="above after all also among because before between both d during each either else ever etc few get gets "
        "give given gives got however isn't it's just kind know known like ll make makes may mean means meant "
        "mostly much named name names neither nor now off one onto out please s several t tell through type types "
        "until up upon us use used uses using ve way whats whether while within without yes",
        stemmer="english",
    ),
    Language(
        "de",
        "aber alle allem allen aller als also am an auch auf aus bei beim bin bis da dabei damit dann das dass dem "
        "den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer "
        "eines er es etwas für gab genannt gegen gibt haben hat hatte hatten heißt ich ihm ihn ihnen ihr ihre im in "
        "ins ist kann können konnte machen mehr mit nach nicht noch nur ob oder ohne sehr sein seine sich sie sind so "
        "über um und uns unter viel vom von vor war waren warum was welche welchem welchen welcher welches wenn "
        "werden weshalb wie wieso wird wurde wurden wessen wodurch womit woran worin zu zum zur zwischen wer wen wem "
        "wann wo woher wohin wieviel wieviele",
        light="ja nein",
        stemmer="german",
    ),
    Language(
        "fr",
        "a ai au aux avec avait c ce ces cet cette combien comme comment d dans de des dont du elle elles en est et "
        "était être eu fait faire il ils j je l la le les leur leurs lors lui m mais même n ne nous on ont ou où par "
        "pas plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa se sera ses si son sont sous sur "
        "t u un une vous y été",
        light="oui non",
        stemmer="french",
    ),
    Language(
        "es",
        "a al algo ante como cómo con cual cuál cuáles cuándo cuánta cuántas cuánto cuántos de del desde donde dónde "
        "el ella ellos en entre era eran es esa ese esta está este fue fueron ha hace han hay la las le les lo los "
        "más me mi muy no nos o para pero por porque que qué quién quiénes se ser si sin sobre son su sus también "
        "tiene tienen tipo un una uno y ya adónde",
        light="sí",
        stemmer="spanish",
    ),
    Language(
        "it",
        "a ad ai al alla alle allo anche c che chi ci come con così cosa cui d da dal dalla dei del della delle dello "
        "di dove e è era erano fu furono gli ha hanno i il in l la le lo loro ma nei nel nella non o ogni per perché "
        "più quale quali quando quanta quante quanti quanto questa questo sono si stata stato su sua sul sulla suo "
        "tra un una uno dov",
        light="sì",
        stemmer="italian",
    ),
    Language(
        "pt",
        "a à ao aos as às até com como da das de do dos e é ela ele eles em entre era eram essa esse esta está este "
        "eu foi foram há isso já lhe mais mas me não na nas no nos o onde os ou para pela pelo por porque qual quais "
        "quando quanta quantas quanto quantos que quê quem se sem ser seu sua são também tem têm um uma você aonde",
        light="sim",
        stemmer="portuguese",
    ),
    Language(
        "nl",
        "aan al als bij daar dan dat de deze die dit door dus een en er geen had heb hebben heeft het hij hoe hoeveel "
        "hun ik in is je kan kunnen maar me met mijn na naar niet nog nu of om onder ons ook op over te tot uit van "
        "veel voor waar waarom wanneer waren was wat we welk welke werd werden wie wij wordt worden ze zich zij zijn "
        "zo waarheen",
        light="ja nee",
        stemmer="dutch",
    ),
    Language(
        "ru",
        "а бы был была были было быть в вам вас во все вы где для до его ее её если есть еще же за и из или им их к "
        "как какая какие каким какими каких какова каково какой какого каком какую кем когда кого кому которая "
        "которое которые который кто ли между мне мы на над не него нет о об он она они оно от по под после почему "
        "при про с со сколько так также то только том ты у чего чем через что чтобы это этот этого эта эти я является "
        "куда откуда",
        light="да",
        stemmer="russian",
        script="Cyrillic",
    ),
    Language(
        "ar",
        "أن إلى أو أي إن التي الذي الذين ان او اي بعد بين تم ثم حتى حول ذلك عن عند على في قبل قد كان كانت كل كما كيف "
        "لا لم لماذا لن له لها ليس ما ماذا مع من منذ هذا هذه هل هم هو هي و وما وهو وهي يكون متى أين كم",
        light="نعم",
        stemmer="arabic",
        script="Arabic",
    ),
    Language(
        "hi",
        "अपने अब आप इन इस इसका इसके इसे उन उस उसके एक और कई कब कर करता करते करना करने कहाँ कहां का कि कितना कितनी "
        "कितने की किया किस किसका किसके किसने किसे कुछ के को कोई कौन कौनसा क्या क्यों गई गए गया जब जा जाता जाती जाते "
        "जिस जो तक तथा तो था थी थे द्वारा नहीं ने पर बाद भी में यदि यह या ये रहा रही रहे वह वे सकता सकते से सा सी हुआ "
        "हुई हुए है हैं हो होता होती होते",
        light="हाँ",
        script="Devanagari",
    ),
    Language(
        "zh",
        "的 了 是 在 和 与 有 被 为 什么 什麼 哪些 哪个 哪個 哪 怎么 怎麼 怎样 如何 为什么 為什麼 吗 嗎 呢 这 "
        "這 那 它 他 她 请 請 一个 一個 哪一 谁 誰 什么时候 什麼時候 何时 何時 哪年 "
        "哪一年 哪天 几年 哪里 哪裡 哪儿 何处 哪个城市 哪个国家 什么地方 多少 几 幾 多大 多长 多高 多久",
        blanks=False,
        script="Han",
    ),
    Language(
        "ja",
        "は が を に の で と も へ や か です ます した して いる ある する された から まで 何 なに なぜ "
        "どう どの どれ この その あの という ください 誰 だれ いつ 何年 何日 何月 どこ "
        "何処 いくつ いくら 何人 何個 何回 どのくらい どれくらい",
        blanks=False,
        light="はい いいえ",
        script="Han",
    ),
    Language(
        "ko",
        "무엇 무엇입니까 무엇인가요 어떤 어떻게 왜 입니까 인가요 합니까 했습니까 하나요 는 은 이 가 을 를 의 "
        "에 에서 그 것 누구 누가 언제 어디 어디서 몇 얼마",
        blanks=False,
        light="네 예 아니요",
        script="Hangul",
    ),
    Language(
        "th",
        "ของ ที่ และ ใน เป็น คือ มี ได้ จาก กับ ให้ ว่า อะไร อย่างไร ทำไม ไหน ใด ครับ ค่ะ การ ใคร เมื่อไร เมื่อไหร่ "
        "เมื่อใด ปีใด ปีไหน ปีอะไร ที่ไหน ที่ใด กี่ เท่าไร เท่าไหร่ เท่าใด",
        blanks=False,
        light="ใช่",
        script="Thai",
    ),
)

ENGLISH = LANGUAGES[0]
BY_NAME = {language.name: language for language in LANGUAGES}

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_LATIN = [language.name for language in LANGUAGES if language.name not in dict(_SCRIPTS)]
_STOP_WORDS = {language.name: language.stop_words for language in LANGUAGES}
_SAMPLE = 1000  # characters to detect a language from
_SAMPLES = 8  # parts of a document that they are taken from
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str, telling: Mapping[str, Set[str]] = _STOP_WORDS) -> Language:
    """By script, else by which language has most of the words; English if in doubt. `telling` has, by language, the
    words that count."""
    sample = text[:_SAMPLE].lower()
    if not sample.isascii():
        letters = sum(map(str.isalpha, sample))
        for name, script in _SCRIPTS:
            if len(script.findall(sample)) * 5 > letters:
                return BY_NAME[name]
    words = Counter(_WORD.findall(sample))
    return BY_NAME[max(_LATIN, key=lambda name: sum(map(words.__getitem__, words.keys() & telling[name])))]


def language_of_document(text: str) -> Language:
    """The language of most of the text, whatever it begins with."""
    if len(text) <= _SAMPLE:
        return language_of(text)
    size, step = _SAMPLE // _SAMPLES, len(text) // _SAMPLES
    return language_of(" ".join(text[start : start + size] for start in range(0, step * _SAMPLES, step)))
