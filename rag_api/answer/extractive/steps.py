"""Steps: the whole list or table that an answer was found in or announced by, where a list is asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from haystack import Document

from ingest.chunk.meta import PAGE_BREAK
from rag_api.answer.extractive.answer_types import negates
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.clutter import is_clutter
from rag_api.answer.extractive.tables import cells, header, tables
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.sentences import Sentence, sentences
from rag_api.answer.language.terms import Analysed, analysed, terms

MOST_ITEMS = 12
MOST_CHARACTERS = 1500
_COLUMNS = 2  # of a table
_STOPS = (".", "!", "?", "。", "！", "？", "।")
_FEWEST = 2  # items that make a list
_ANNOUNCEMENT = 500  # characters of the sentence before it
_NEAR = 300  # characters between a sentence and the list below it
_HEADING = re.compile(r"^#", re.MULTILINE)
_SECTION = re.compile(r"\A(?:[A-Z]\.?)?\d{1,3}(?:\.\d{1,3}){0,4}\.? +")
TASK = 0.6  # of what a heading and a question say the same, for the section below to be the task that is asked for


@dataclass(frozen=True)
class Steps:
    """A list in the order of its document: the sentence that announces it, if there is one, its items as far as there
    is room, and how many `more` there are."""

    announced: Candidate | None
    items: list[Candidate]
    more: int


class _Item(NamedTuple):
    start: int
    end: int


def steps(
    question: str, found: Sequence[Candidate], passages: Sequence[Document], language: AnswerLanguage
) -> Steps | None:
    """The list in which the best sentence stands, which it announces, or which follows it in its section, unless it is
    announced as one of what not to do, or the other way round; None if there is none."""
    if not found:
        return None
    best = max(found, key=lambda one: one.score)
    content = passages[best.passage].content or ""
    for items in _lists(content):
        before = _announcement(content, items[0].start)
        otherwise = before is not None and negates(content[slice(*before)]) != negates(question)
        follows = _follows(content[best.sentence.end : items[0].start]) and not otherwise
        if _holds(items, best) or _begins_in(best, before) or follows:
            return _listed(best, before, items, content, language)
    for one in sorted(found, key=lambda one: -one.score):
        content = passages[one.passage].content or ""
        for rows in tables(content):
            caption = _last_sentence(content, rows[0].start())
            if _begins_in(one, caption) and not content[: caption[1]].endswith(_STOPS):
                return _rows(one, caption, rows, content, language)
    return None


def introduced(found: Sequence[Candidate], passages: Sequence[Document], language: AnswerLanguage) -> list[Candidate]:
    """The sentences, and before the first item of a list what announces it: without "The tenants shall not:", "smoke in
    the flat" says the opposite."""
    told: list[Candidate] = []
    for one in found:
        content = passages[one.passage].content or ""
        for before, items in [] if one.columns else announced(content):
            if _holds(items, one) and before[1] - before[0] <= _NEAR:
                told.append(_as_candidate(one, content, *before, language))
        told.append(one)
    return list({(one.passage, one.text): one for one in told}.values())


def announced(content: str) -> list[tuple[tuple[int, int], list[_Item]]]:
    """The lists that a sentence announces, each after it."""
    lists = [(_announcement(content, items[0].start), items) for items in _lists(content)]
    return [(before, items) for before, items in lists if before]


def is_item(one: Candidate, passages: Sequence[Document]) -> bool:
    """Whether a sentence stands in a list."""
    return any(_holds(items, one) for items in _lists(passages[one.passage].content or ""))


def _holds(items: Sequence[_Item], one: Candidate) -> bool:
    return any(item.start <= one.sentence.start < item.end for item in items)


def section(
    question: str, found: Sequence[Candidate], passages: Sequence[Document], language: AnswerLanguage
) -> list[Candidate]:
    """All sentences of the section of the best one, if its heading names what is asked for: the steps of a how-to in
    running text. Of a section that is long, or goes on in others below it, as many as there is room for. None if the
    best one is not among these, if there are tables among them, or too many below a heading that names only a
    part."""
    best = max(found, key=lambda one: one.score)
    asked, heading = set(terms(question, language)), set(terms(unnumbered(best.heading), language))
    is_task = "task" in best.features
    if not is_task and (not heading <= asked or 2 * len(heading) < len(asked)):
        return []
    content = passages[best.passage].content or ""
    its = _below(best, analysed(content, language), content, deeper=is_task)
    lengths = accumulate(one.end - one.start for one in its)
    kept = [one for one, length in zip(its, lengths, strict=True) if length <= MOST_CHARACTERS]
    if best.sentence.start not in {one.start for one in kept}:
        return []
    if ((len(kept) < len(its) or len(its) > MOST_ITEMS) and not is_task) or any(
        content[one.start] == "|" for one in kept
    ):
        return []
    return [_as_candidate(best, content, one.start, one.end, language) for one in kept]


def _below(best: Candidate, lines: Sequence[Analysed], content: str, *, deeper: bool) -> list[Analysed]:
    """The sentences below the nearest heading above the best one, with those below `deeper` headings."""
    its: list[Analysed] = []
    level = 0
    for one in lines:
        if not one.heading:
            its += [one] if not is_clutter(content, one.start, one.end) else []
            continue
        marks = len(content[one.start : one.end].split(maxsplit=1)[0])
        if one.start > best.sentence.start and not (deeper and marks > level):
            break
        if one.start <= best.sentence.start:
            its, level = [], marks
    return its


def unnumbered(heading: str) -> str:
    """A heading without the number of its section."""
    return _SECTION.sub("", heading, count=1)


def _follows(between: str) -> bool:
    """Whether a list belongs to a sentence with this between the two."""
    return 0 < len(between) <= _NEAR and _HEADING.search(between) is None


def _begins_in(one: Candidate, span: tuple[int, int] | None) -> bool:
    return span is not None and span[0] <= one.sentence.start < span[1]


def _listed(
    best: Candidate, before: tuple[int, int] | None, items: Sequence[_Item], content: str, language: AnswerLanguage
) -> Steps:
    """As many items as there is room for."""
    kept, room = list[_Item](), MOST_CHARACTERS
    for item in items[:MOST_ITEMS]:
        room -= item.end - item.start
        if room < 0 and kept:
            break
        kept.append(item)
    said = [_as_candidate(best, content, item.start, item.end, language) for item in kept]
    announced = _as_candidate(best, content, *before, language) if before else None
    return Steps(announced, said, len(items) - len(kept))


def _rows(
    best: Candidate, caption: tuple[int, int], rows: Sequence[re.Match[str]], content: str, language: AnswerLanguage
) -> Steps:
    """The first two columns of a table, by their names if it has a header."""
    named, count = header([row[0] for row in rows])
    columns, rows = (named or [""] * _COLUMNS)[:_COLUMNS], rows[count:]
    whole = _listed(best, caption, [_Item(row.start(), row.end()) for row in rows], content, language)
    return replace(whole, items=[replace(item, columns=columns, cells=cells(item.text)) for item in whole.items])


def asks_for_list(question: str, language: AnswerLanguage) -> bool:
    """Whether it is a how-to, or asks for several things."""
    return _asking(language).search(question.lower()) is not None


@cache
def _asking(language: AnswerLanguage) -> re.Pattern[str]:
    return re.compile(language.whole(_ASKING[language.name]))


# By language: ways to ask how something is done, or for several things.
_ASKING = {
    "en": "how (?:do|can|could|should|would|must|is|are|to|i|we|you)|steps|what (?:are|were|should|must|can|may|could)"
    "|what (?:do|shall|have) (?:i|we|you|one)|what (?:is|was|does) \\w+ (?:\\w+ ){0,3}not (?:allowed|permitted|to)"
    "|what(?: is|['’]s) (?:new|in|inside|included|contained|forbidden|prohibited|allowed|permitted)"
    "|what (?:has )?changed"
    "|which \\w+s"
    "|(?:list|name) (?:the|all)",
    "de": "wie (?:kann|muss|soll|sollte|mache?|geht|gehe|wird|werden|man|ich)|wie \\w+(?:e|t|en) (?:ich|man|wir)"
    "|schritte|was (?:sind|waren|muss|soll|sollte|darf|kann|gehört|gehören|mache?|tue?)"
    "|was ist (?:neu|drin|enthalten|verboten|erlaubt)|welche \\w+(?:en|n|er|e|s) (?:gibt|sind|hat|haben"
    "|braucht|brauche)|nenne",
    "fr": "comment|étapes|quels|quelles|que (?:faut|doit|peut|dois|faire|contient)|quoi faire|cite[rz]?"
    "|qu['’]est-ce qui est (?:interdit|permis|nouveau|inclus|compris)",
    "es": "cómo|pasos|cuáles|qué (?:debe|debo|hago|hacer|hay que|se debe|se puede|no debe)"
    "|qué (?:está prohibido|incluye|contiene)|enumera",
    "it": "come|passaggi|passi|quali|cosa (?:deve|devo|si deve|si può|bisogna|non)|elenca",
    "pt": "como|passos|etapas|quais|o que (?:deve|devo|se deve|é preciso|não)|enumere",
    "nl": "hoe (?:kan|moet|doe|maak|ga|wordt|worden|je|ik)|hoe \\w+ (?:ik|je|men|u)|stappen|wat (?:zijn|moet"
    "|mag|kan|hoort)|welke \\w+en",
    "ru": "как|шаги|этапы|какие|что (?:нужно|надо|следует|нельзя|можно)|перечисли(?:те)?",
    "ar": "كيف|خطوات|ما هي|ماذا يجب|اذكر",
    "hi": "कैसे|चरण|कौन से|कौन-से|कौनसे|क्या क्या|क्या-क्या",
    "zh": "怎么|怎麼|怎样|如何|步骤|步驟|哪些|列出",
    "ja": "どうやって|どのように|方法|手順|何を|どんな|どれ|挙げ",
    "ko": "어떻게|방법|단계|절차|어떤|무엇을|나열",
    "th": "อย่างไร|ยังไง|วิธี|ขั้นตอน|อะไรบ้าง|ใดบ้าง",
    "da": "hvordan|hvad skal|hvilke",
    "no": "hvordan|hva skal|hvilke",
    "sv": "hur (?:gör|kan|ska|får|måste)|vad ska|vilka",
    "fi": "miten|kuinka (?:teen|voin|voi|saan|saa)|mitä pitää|mitkä",
    "hu": "hogyan|mit kell|melyek",
    "ro": "cum|ce trebuie|care sunt|ce pași",
    "tr": "nasıl|nelerdir|ne yapmalı\\w*",
    "pl": "jak|co trzeba|co należy|jakie są",
    "cs": "jak|co je třeba|co musím|jaké jsou",
    "vi": "làm thế nào|như thế nào|làm sao|các bước|những gì",
    "id": "bagaimana|cara|langkah|apa saja",
    "el": "πώς|τι πρέπει|ποια είναι τα|ποιες είναι",
    "uk": "як|що треба|що потрібно|які",
    "bg": "как|какво трябва|какви|кои са",
    "fa": "چگونه|چطور|چه مراحلی",
    "ur": "کیسے|کس طرح",
    "he": "איך|כיצד|מה צריך|מהם|מהן",
    "ta": "எப்படி|எவ்வாறு",
}


def asks_what_to_do(question: str, language: AnswerLanguage) -> bool:
    """Whether somebody has a trouble and asks for its remedy."""
    return language.name in _TO_DO and _remedy(language).search(question.lower()) is not None


@cache
def _remedy(language: AnswerLanguage) -> re.Pattern[str]:
    return re.compile(language.whole(_TO_DO[language.name]))


_TO_DO = {
    "en": "what (?:now|if|next|helps?|to do|(?:should|do|can|could|must) (?:i|we|you|one))"
    "|how (?:to|(?:do|can|should) (?:i|we|you|one))",
    "de": "was (?:nun|jetzt|tun|hilft|(?:kann|soll|sollte|muss|mache|tue) (?:ich|man|wir))|was,? wenn"
    "|wie (?:\\w+ )?(?:ich|man|wir)",
    "fr": "que faire|quoi faire|(?:que|comment) (?:dois|puis|doit|peut|faut|faire)",
    "es": "qué (?:hago|hacer|debo|puedo|hay que|se hace)|cómo",
    "it": "cosa (?:faccio|fare|devo|posso|si fa)|come",
    "pt": "o que (?:faço|fazer|devo|posso)|como",
    "nl": "wat (?:nu|helpt|moet|kan|doe) (?:ik|je|we)|wat (?:te doen|nu)|hoe (?:\\w+ )?(?:ik|je|we)",
    "ru": "что (?:делать|нужно|надо)|как",
    "ar": "ماذا أفعل|كيف",
    "hi": "क्या करें|क्या करूं|कैसे",
    "zh": "怎么办|怎麼辦|如何|怎么",
    "ja": "どうすれば|どうしたら",
}

_MARK = re.compile(r"[ \t]*(?:(?P<bullet>[-*+•–‣▪●○])|(?P<number>\(?\d{1,3}[.)])|(?P<letter>\(?[a-z][.)]))[ \t]+(?=\S)")


def _lists(content: str) -> list[list[_Item]]:
    """The lists of a text, each with its items: lines that begin with a mark, and what follows them up to the next one,
    an empty line that no item follows, another kind of mark below one, or a heading."""
    found: list[list[_Item]] = []
    items: list[_Item] = []
    empty, offset = False, 0
    kind = ""  # of the mark
    for line in re.split(rf"(?<=[\n{PAGE_BREAK}])", content):
        start, offset = offset, offset + len(line)
        text = line.rstrip()
        if not text:
            empty = True
        elif mark := _MARK.match(line):
            if items and empty and mark.lastgroup != kind and line[0] not in " \t":
                if len(items) >= _FEWEST:
                    found.append(items)
                items = []
            if not items:
                kind = str(mark.lastgroup)
            items.append(_Item(start, start + len(text)))
            empty = False
        elif items and not empty and text[0] not in "#|" and not _CLAUSE.match(text):
            items[-1] = _Item(items[-1].start, start + len(text))
        elif items and empty and line[0] in " \t":  # a further paragraph of the item
            items[-1] = _Item(items[-1].start, start + len(text))
            empty = False
        else:
            if len(items) >= _FEWEST:
                found.append(items)
            items, empty = [], False
    if len(items) >= _FEWEST:
        found.append(items)
    return found


_CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.? ")  # the next one, below the letters of the last


def _announcement(content: str, start: int) -> tuple[int, int] | None:
    """The sentence before the list, if it ends with a colon."""
    before = content[:start].rstrip()
    if not before.endswith((":", "：")):
        return None
    return _last_sentence(content, start)


def _last_sentence(content: str, end: int) -> tuple[int, int]:
    """The one before the list or table."""
    first = max(0, end - _ANNOUNCEMENT)
    *_, last = sentences(content[first:end]) or [Sentence(0, 0)]
    return first + last.start, first + last.end


def _as_candidate(best: Candidate, content: str, start: int, end: int, language: AnswerLanguage) -> Candidate:
    words = terms(content[start:end], language)
    sentence = Analysed(start, end, False, words, frozenset(words))
    return replace(best, sentence=sentence, text=" ".join(content[start:end].split()))
