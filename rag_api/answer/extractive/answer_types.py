"""Answer types: what a question asks for, a time or a number or a name, and whether a sentence says such a thing."""

import re

from rag_api.answer.language import attributes
from rag_api.answer.language.attributes import ATTRIBUTES
from rag_api.answer.language.dimensions import DIMENSIONS, measures

_DIGIT = r"[0-9\u0660-\u0669\u0966-\u096f]"
_DIGITS = f"{_DIGIT}+"
_MONEY = (  # or a share, behind a number that is no time; "every 3,000 km" is one
    r"(?! ?[%‰€$£¥₹₽]| ?(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|francs?|prozent|per ?cent|pour ?cent|por ?ciento)\b)"
)
_TIME = re.compile(  # a day of the week, too; no code, no number of a thing, no version
    r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)(?!\d)|\d{1,2}[:.]\d\d(?![.\d])"
    rf"|(?<![A-Za-z\d])(?<![^\W\d][.-])(?<! -)(?<![#№$€£¥₹])(?<!\d[.,]){_DIGITS}(?![.,]?\d){_MONEY}"
    r"|\b(?:centur|decade|Jahrhundert|siècle|siglo|secolo|século|eeuw)|век|قرن|सदी|世纪|世紀|세기|ศตวรรษ"
    r"|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|diens|donners|frei|sams|sonn)tag[es]{0,2}|mittwochs?"
    r"|sonnabends?|lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|lunes|martes|miércoles|jueves"
    r"|viernes|sábados?|domingos?|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    r"|(?:segunda|terça|quarta|quinta|sexta)s?-feiras?|(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:en|s)?)\b"
    r"|понедельник|вторник|среду|четверг|пятниц|суббот|воскресень|星期[一二三四五六日天]|[月火水木金土日]曜|[월화수목금토일]요일",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    rf"{_DIGIT}{{1,2}} ?[:.h时時시] ?{_DIGIT}{{2}}"
    rf"|{_DIGIT} ?(?:h\b(?! ?\d+ ?min)|[ap]\.? ?m\b|o'clock|Uhr|heures?\b|uur\b|ч|час|بج|बजे|[点點时時]|시|นาฬิกา|โมง)"
    r"|\b(?:noon|midnight|Mitternacht|minuit|medianoche|mezzanotte|meia-noite|middernacht)\b"
    rf"|\b(?:las|alle|ore|às|at) {_DIGIT}|полдень|полночь",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"{_DIGIT}+|[一二三四五六七八九十百千万两]"  # whole words, as "tenant" and "treasurer" begin like numbers
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|zwölf|elf"
    r"|(?:zwei|drei|vier|fünf|sech?s|sieb(?:en)?|acht|neun|zehn)(?:hundert|tausend|zehn|zig|ßig)?"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|soixante|cents?"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|cuarenta|cincuenta"
    r"|due(?! to| by| on)|tre|quattro|cinque|sette|otto|nove|dieci|dodici|quindici|venti|trenta"
    r"|dois|duas|três|quatro|sete|oito|dez|doze|vinte|trinta"
    r"|twee|drie|vijf|zes|zeven|negen|tien|twaalf|twintig|dertig)\b"
    r"|\b(?:thirteen|(?:four|fif|six|seven|eigh|nine)teen|twent|thirt|fort[iy]|fift|sixt|sevent|eight[iy]|ninet|dozen"
    r"|hundred|thousand|million|два|две|три|четыре|пять|اثن|ثلاث|أربع|خمس|दो|तीन|चार|पांच)",
    re.IGNORECASE,
)
_CODE = r"(?![\w'’.-]{0,60}\d)"  # N4 and C-218 are no names
_NAME = re.compile(rf"(?<=[\w,;:)'\"] )[A-ZÀ-ÞА-Я]{_CODE}[\w'’.-]+")
_FIRST_NAME = re.compile(rf"([A-ZÀ-ÞА-Я]{_CODE}[\w'’.-]{{1,60}})(?= [A-ZÀ-ÞА-Я])")
_CASED = re.compile(r"[a-zß-öø-ÿа-я]")
_PRICE = re.compile(  # a sign or name of a currency, or that nothing is to be paid
    r"[$€£¥₹₩฿₽₺₫₪%円元圆원]|\b(?:EUR|USD|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|Rs|Fr|kr|kč|zł|ft|lei)\b"
    r"|\b(?:euros?|dollars?|d[oó]lar\w*|pounds?|pence|pennies|cents?|centimes?|c[eéê]ntimos?|centesimi|pfund|franken"
    r"|francs?|franchi|yen|yuan|rupees?|rupiah|pesos?|reais|kron\w+|złot\w+|korun\w*|forint\w*|lir\w+|free|kostenlos"
    r"|kostenfrei|umsonst|gratuit\w*|gratis|per ?cent|prozent|pour cent|por ciento|per cento|procent\w*)\b"
    r"|евро|рубл|руб\b|доллар|копе|грн|гривен|бесплатн|безплатн|процент|ευρώ|δωρεάν|يورو|دولار|ريال|درهم|جنيه|مجان"
    r"|یورو|روپ|تومان|שקל|חינם|रुप|मुफ़्त|निःशुल्क|块钱|人民币|免费|無料|무료|บาท|ฟรี|đồng|miễn phí",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?<!/)\b\d+(?:\.\d+)*")  # OS/2 is a name
TYPES = {"clock": _CLOCK, "when": _TIME, "count": _NUMBER, "version": _VERSION}
_ASKS_PRICE = re.compile(
    r"\b(?:money|geld|argent|dinero|denaro|soldi|dinheiro|costs?|price[sd]?|pay|paid|charged?|fees?|kostet?e?n?|preise?s?|bezahl\w+|zahl(?:e|en|t|st)|gebühr\w*|miete"
    r"|co[uû]t\w*|prix|pay(?:er|e|ons|ez)|tarifs?|loyer|cuestan?|cost[aoò]\w*|precios?|paga\w*|prezz[oi]|preços?"
    r"|custam?|prijs|betal\w*|kosztuj\w+|stojí|kostar|koster|maksaa|mennyibe|fiyat\w*|ücret\w*)\b|стоит|стоят|цен[аы]"
    r"|κοστίζ|تكلف|سعر|ثمن|قیمت|מחיר|עולה|कीमत|दाम|多少钱|多少錢|价格|費用|いくら|料金|얼마|요금|ราคา|เท่าไ|giá"
)
_HOW_MANY = re.compile(  # of what is counted: "How many hours did they pay for?"
    r"\bhow (?:many|long|old|far|often|tall|high)\b|\bwie (?:viele|lange|alt|weit|oft)\b|\bwieviele\b|combien d"
    r"|cu[aá]nt[oa]s|\bquant[ie]\b|\bquant[oa]s\b|\bhoe (?:lang|oud)\b|何[人個回日]|几|多久|多长"
)


_HOW_LONG = re.compile(  # of what is measured, where no noun is counted
    r"\b(?:how (?!many|much)\w+|wie (?!viel)\w+|hoe \w+|hvor (?!mange|my?e|meget)\w+|hur (?!många|mycket)\w+"
    r"|kuinka (?!monta|paljon)\w+|jak \w+|milyen \w+|quel âge|bao (?:lâu|xa)"
    r"|how much time|wie ?viel zeit|combien de temps|cuánto tiempo|quanto tempo|hoeveel tijd)\b"
    r"|mekkora|多[大长高久]|どのくらい|どれくらい"
)


def is_measured(question: str) -> bool:
    """Whether a question for a number, in lower case, asks how long or how old something is, and not how many there
    are."""
    return _HOW_LONG.search(question) is not None


def has_capitals(text: str) -> bool:
    """Whether a text is in a script that has small and capital letters."""
    return _CASED.search(text) is not None


def asks_price(question: str) -> bool:
    """Whether a question for a number, in lower case, is one for an amount of money."""
    return _ASKS_PRICE.search(question) is not None and not _HOW_MANY.search(question)


_AMOUNT = re.compile(
    r"\b(?:what|which) (?:salary|wages?|price|fee|rent)\b|\bwelche[nrs]? (?:gehalt|lohn|preis|gebühr|miete)\b"
    r"|\bquel(?:le)? (?:salaire|prix|loyer|tarif)\b|\bqué (?:salario|sueldo|precio|tarifa)\b"
)


def asks_amount(question: str) -> bool:
    """Whether a question, in lower case, names an amount of money as what it asks for: "What salary did she earn?" """
    return _AMOUNT.search(question) is not None


_ASKS_VERSION = re.compile(
    r"\b(?:what|which) versions?\b|\bwelche[nrs]? version(?:en)?\b|\bquelles? versions?\b"
    r"|\bqué versi[oó]n\b|\b(?:che|quale) versione\b|\b(?:que|qual) versão\b|\bwelke versie\b"
)


def asks_version(question: str) -> bool:
    """Whether a question, in lower case, asks for the number of a version."""
    return _ASKS_VERSION.search(question) is not None


def says(kind: str, text: str, asked: str) -> bool:
    """Whether a text says what a question of this kind, in lower case, asks for and does not say itself: a time, a
    number, a name. Names are told by their capitals; scripts that have none say everything."""
    if kind == "price":
        return _PRICE.search(text) is not None
    if kind in ATTRIBUTES:
        return attributes.has(kind, text)
    if kind in DIMENSIONS:
        return measures(kind, text, _NUMBER.pattern, asked)
    if pattern := TYPES.get(kind):
        return any(match[0].lower() not in asked for match in pattern.finditer(text))
    if not has_capitals(text):
        return True
    names = _NAME.findall(text) + _FIRST_NAME.findall(text)
    names = [name for name in names if not _TIME.search(name)]  # Friday
    return any(name.strip(".'’-").lower() not in asked for name in names)


_PERSON = re.compile(
    r"[A-ZÀ-ÞА-Я](?=[\w'’-]{0,60}[a-zß-öø-ÿа-я])[\w'’-]{1,60}+ (?:[A-Z]\. )?[A-ZÀ-ÞА-Я][a-zß-öø-ÿа-я][\w'’-]+"
)


def names_person(text: str, asked: str) -> bool:
    """Whether a text has two words with capitals one after the other, as a first and a second name, that a question, in
    lower case, does not say itself."""
    return any(match[0].lower() not in asked for match in _PERSON.finditer(text)) or not has_capitals(text)


_NEGATION = re.compile(
    r"\b(?:not|never|no|none|without|avoid|except|leave (?:out|off)|keep (?:out|off|away)|nicht|nie|niemals|kein\w*"
    r"|forbidden|prohibit\w*|banned|unlawful|verbot\w*|untersagt|unzulässig|interdit\w*|défend[us]\w*|prohibid\w+|prohibe"
    r"|vietat\w+|proibi\w+|verboden|запре[щт]\w+|ohne|vermeid\w+|weglassen|pas|jamais|sans|évite\w*|nunca|sin|evit\w+|non|mai|senza|não|sem|niet|nooit"
    r"|geen|zonder|не|нельзя|никогда|без)\b"
    r"|n['’]t\b|\bلا |\bليس|بدون|नहीं|मत |不|别|勿|禁|ない|ません|않|말|금지|ไม่|ห้าม",
    re.IGNORECASE,
)


def negations(text: str) -> list[str]:
    """The words of a text by which it does so: "not", "forbidden"."""
    return _NEGATION.findall(text)


def negates(text: str) -> bool:
    """Whether a text says what is not so or not to be done."""
    return _NEGATION.search(text) is not None
