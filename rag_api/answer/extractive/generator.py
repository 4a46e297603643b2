"""The built-in model: answers with the passages' own sentences. No network, no weights, always the same answer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from haystack import Document, component, default_to_dict
from haystack.dataclasses import (
    ChatMessage,
    ChatRole,
    ComponentInfo,
    FinishReason,
    StreamingCallbackT,
    StreamingChunk,
    select_streaming_callback,
)

from ingest import cancellation
from ingest.query import shortened
from ingest.search.passages import near_spellings, respelled
from ingest.tokens import encoding
from rag_api.answer.citations import excerpt
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.disagreement import disagreeing, newest_first
from rag_api.answer.extractive.evidence import evidence
from rag_api.answer.extractive.meaning import Meaning
from rag_api.answer.extractive.overview import Entry, entries
from rag_api.answer.extractive.spoken import each_asked, unwrapped
from rag_api.answer.extractive.steps import Steps, asks_for_list, introduced, section, steps
from rag_api.answer.extractive.tables import told, told_by_itself
from rag_api.answer.extractive.tally import Tally, tallied
from rag_api.answer.extractive.unsearched import without_documents
from rag_api.answer.language.code import is_of_code, without_marks
from rag_api.answer.language.languages import AnswerLanguage, language_of, language_of_turn
from rag_api.answer.language.replies import is_refusal
from rag_api.answer.language.sentences import without_emphasis
from rag_api.answer.language.terms import terms
from rag_api.answer.markers import Marker, markers
from rag_api.answer.overview.retriever import Overview
from rag_api.answer.query import leant_on
from rag_api.answer.question import Unsearched
from rag_api.answer.tokens import count
from rag_api.http import turns

_LONG = 50_000  # characters


@component
class ExtractiveChatGenerator:
    """A chat generator that needs the passages themselves: `documents[i]` is cited as `[i + 1]`.

    `query` is the question with the earlier turns it depends on, as it was searched for; `overview` says what the
    documents stand for if the question is about them as wholes. Of `generation_kwargs` it
    honours `max_tokens`, `max_completion_tokens`, `stop` and `n`; others have no meaning without a language model. If
    its confidence in every sentence is below `min_confidence`, in 0..1, it says so and shows what comes nearest, or
    that there is no answer. With `meaning`, sentences are compared by that, too. Where nothing was searched,
    `unsearched` says why.
    """

    def __init__(
        self,
        model: str = "extractive",
        streaming_callback: StreamingCallbackT | None = None,
        min_confidence: float = 0.0,
        meaning: Meaning | None = None,
    ) -> None:
        self.model = model
        self.streaming_callback = streaming_callback
        self.min_confidence = min_confidence
        self.meaning = meaning

    def to_dict(self) -> dict[str, Any]:
        """Without the model of meaning, which is there while a server runs."""
        return default_to_dict(self, model=self.model, min_confidence=self.min_confidence)

    @component.output_types(replies=list[ChatMessage])
    def run(
        self,
        messages: list[ChatMessage],
        documents: list[Document] | None = None,
        query: str | None = None,
        overview: Overview | None = None,
        unsearched: Unsearched | None = None,
        streaming_callback: StreamingCallbackT | None = None,
        generation_kwargs: dict[str, Any] | None = None,
    ) -> dict[str, list[ChatMessage]]:
        callback = select_streaming_callback(self.streaming_callback, streaming_callback, requires_async=False)
        replies = self._replies(messages, documents or [], query, overview, unsearched, generation_kwargs or {})
        if callback:
            for chunk in self._chunks(replies):
                callback(chunk)
        return {"replies": replies}

    @component.output_types(replies=list[ChatMessage])
    async def run_async(
        self,
        messages: list[ChatMessage],
        documents: list[Document] | None = None,
        query: str | None = None,
        overview: Overview | None = None,
        unsearched: Unsearched | None = None,
        streaming_callback: StreamingCallbackT | None = None,
        generation_kwargs: dict[str, Any] | None = None,
    ) -> dict[str, list[ChatMessage]]:
        callback = select_streaming_callback(self.streaming_callback, streaming_callback, requires_async=True)
        asked = messages, documents or [], query, overview, unsearched, generation_kwargs or {}
        # In a thread, an answer would take longer, but for a long conversation, a whole table, an overview, or a model.
        length = sum(len(text) for message in messages for text in message.texts)
        is_long = length + sum(len(document.content or "") for document in documents or ()) > _LONG
        in_thread = is_long or self.meaning is not None or overview is not None
        async with turns.at_work():
            replies = await cancellation.to_thread(self._replies, *asked) if in_thread else self._replies(*asked)
        if callback:
            for chunk in self._chunks(replies):
                if (waiting := callback(chunk)) is not None:
                    await waiting
        return {"replies": replies}

    def _replies(
        self,
        messages: Sequence[ChatMessage],
        documents: Sequence[Document],
        query: str | None,
        overview: Overview | None,
        unsearched: Unsearched | None,
        options: dict[str, Any],
    ) -> list[ChatMessage]:
        turn = next(("\n".join(m.texts) for m in reversed(messages) if m.role == ChatRole.USER), query or "")
        if unsearched:
            said = without_documents(unsearched, messages)
        elif overview:
            said = overview_of(overview, documents)
        else:
            said = answer(shortened(turn), documents, query or "", self.min_confidence, self.meaning)
        text, reason = _limited(said, options)
        prompt_tokens = sum(count(part) for message in messages for part in message.texts)
        completion_tokens = count(text)
        usage = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
        usage["total_tokens"] = prompt_tokens + completion_tokens
        meta: dict[str, Any] = {"model": self.model, "finish_reason": reason, "usage": usage}
        if is_refusal(text):
            meta["unsure"] = True
        return [
            ChatMessage.from_assistant(text, meta={**meta, "index": index}) for index in range(options.get("n") or 1)
        ]

    def _chunks(self, replies: list[ChatMessage]) -> Iterator[StreamingChunk]:
        sender = ComponentInfo.from_component(self)
        for reply in replies:
            meta = {"model": self.model, "index": reply.meta["index"]}
            for number, piece in enumerate(_PIECE.findall(reply.text or "")):
                yield StreamingChunk(piece, meta=meta, component_info=sender, index=0, start=number == 0)
            yield StreamingChunk(
                "", meta=dict(reply.meta), component_info=sender, finish_reason=reply.meta["finish_reason"]
            )


_PIECE = re.compile(r"\s*\S{1,20}|\s+")


def answer(
    question: str,
    passages: Sequence[Document],
    query: str = "",
    min_confidence: float = 0.0,
    meaning: Meaning | None = None,
) -> str:
    """One to three sentences of the passages, each with its marker; or that they have no answer, or none for sure. Of
    several questions in one, each is answered by itself."""
    language = language_of_turn(question, query, passages[0].content or "" if passages else "")
    if _is_small_talk(question, query, language):
        return language.replies.about
    asked = unwrapped(question, language)
    parts = each_asked(asked, language)
    if asked != question and query.startswith(question):
        query = asked + query.removeprefix(question)
    if len(parts) == 1:
        return _answer(asked, passages, query, language, min_confidence, meaning)
    earlier = [turn for turn in query.removeprefix(asked).split("\n") if turn][::-1]
    said: dict[str, str] = {}
    for number, part in enumerate(parts, 1):
        leant = "\n".join(leant_on([*earlier, *parts[:number]]))
        said[part] = _answer(part, passages, leant, language, min_confidence, meaning)
    if all(map(is_refusal, said.values())):
        return _answer(asked, passages, query, language, min_confidence, meaning)
    # What is not answered names its question, since the others are.
    told = [f"{part} – {text}" if text == language.replies.unanswered else text for part, text in said.items()]
    return "\n\n".join(dict.fromkeys(told))


def _answer(
    question: str,
    passages: Sequence[Document],
    query: str,
    language: AnswerLanguage,
    min_confidence: float,
    meaning: Meaning | None,
) -> str:
    """Of one question."""
    near = _misspelled(question, near_spellings(question, passages), language)
    asked, question, query = question, respelled(question, near), respelled(query, near)
    if tally := tallied(asked, passages, language) or tallied(question, passages, language):
        return _counted(tally, passages, language)
    guessed = set(terms(" ".join(near.values()), language))
    found, sure = evidence(question, query, passages, language, min_confidence, meaning, guessed)
    wanted = _Wanted(set(terms(question, language)), set(terms(query, language)))
    if found and not sure:
        nearest = introduced(found, passages, language)
        return "\n".join([language.replies.unsure, *_cited(nearest, passages, wanted, language)])
    if found and (asks_for_list(question, language) or _announces(found)):
        if whole := steps(question, found, passages, language):
            return _shown_for(near, found, passages, language) + _listed(whole, passages, wanted, language)
        found = section(question, found, passages, language) or found
    contrary = disagreeing(found, passages, wanted.asked, language)
    both = list({one.text: one for one in [*found, *contrary]}.values())
    shown = introduced(newest_first(both, passages) if contrary else both, passages, language)
    sentences = _cited(shown, passages, wanted, language)
    if not sentences:
        return language.replies.unanswered
    said = " ".join([language.replies.disagree, *sentences] if contrary else sentences)
    return _shown_for(near, found, passages, language) + said


def _announces(found: Sequence[Candidate]) -> bool:
    """Whether the best sentence says what follows, and is nothing without it."""
    return max(found, key=lambda one: one.score).text[-1] in ":："


def _misspelled(question: str, near: Mapping[str, str], language: AnswerLanguage) -> Mapping[str, str]:
    """Without the words that ask, which need not be in a document: "wie viele" is no "wie ville"."""
    kind = language.asks_for(question) if near else None
    looked_for = set(terms(language.without_question_words(question, kind) if kind else question, language))
    return {word: other for word, other in near.items() if not looked_for.isdisjoint(terms(word, language))}


def _shown_for(
    near: Mapping[str, str], found: Sequence[Candidate], passages: Sequence[Document], language: AnswerLanguage
) -> str:
    """A line of the words that an answer was found by in place of those asked for, if its passages have them."""
    spellings = [passages[one.passage].meta.get("near_spellings", {}) for one in found]
    there = {word for each in spellings for words in each.values() for word in words}
    shown = [word for word in dict.fromkeys(near.values()) if word in there]
    return language.replies.shown.format(", ".join(shown)) + "\n" if shown else ""


class _Wanted(NamedTuple):
    """The terms that are looked for."""

    asked: set[str]
    """Of the question itself."""
    all: set[str]
    """With those of the turns it leans on."""


def _counted(tally: Tally, passages: Sequence[Document], language: AnswerLanguage) -> str:
    """What was computed on a line of its own, and the rows that it was computed from."""
    said = _cited(tally.rows, passages, _Wanted(set(), set()), language)
    more = tally.number - len(tally.rows)
    # An empty line, so that a sum, which no row has, is no part of what the first row is cited for.
    before = [tally.said, ""] if tally.said and not tally.said.endswith(":") else [tally.said] if tally.said else []
    return "\n".join([*before, *said, *([language.replies.more.format(more)] if more else [])])


def _listed(whole: Steps, passages: Sequence[Document], wanted: _Wanted, language: AnswerLanguage) -> str:
    """A list on lines of its own, each item with its mark and its marker."""
    lines = [*([whole.announced] if whole.announced else []), *whole.items]
    said = _cited(lines, passages, wanted, language)
    return "\n".join(said + ([language.replies.more.format(whole.more)] if whole.more else []))


def overview_of(overview: Overview, passages: Sequence[Document]) -> str:
    """What whole documents are about, or which there are: a line for each part, with its marker."""
    return "\n".join(_line(entry, passages) for entry in entries(overview, passages))


def _line(entry: Entry, passages: Sequence[Document]) -> str:
    """Each part of the passage with its marker, so that each is cited by its own words."""
    content, marker = passages[entry.passage].content or "", f" [{entry.passage + 1}]" if entry.cited else ""
    said = [_excerpt(content, start, end, set(), language_of(content)) + marker for start, end in entry.spans]
    label = _as_text(entry.label)
    return entry.before + (f"{label}: {' '.join(said)}" if said else label + marker) + entry.after


def _is_small_talk(question: str, query: str, language: AnswerLanguage) -> bool:
    """Whether nothing is asked: a greeting, thanks, or no content word now or earlier."""
    rest = question.lower()
    for greeting in language.greetings.split():
        rest = re.sub(language.whole(greeting), " ", rest)
    return not terms(rest, language) and (rest != question.lower() or not terms(query, language))


def _cited(
    found: Iterable[Candidate], passages: Sequence[Document], wanted: _Wanted, language: AnswerLanguage
) -> list[str]:
    """What is said of each, with its marker."""
    return [f"{_said(one, passages, wanted, language)} [{one.passage + 1}]" for one in found]


ROOM = 800  # characters; without full stops, a sentence may be a whole page


def _said(one: Candidate, passages: Sequence[Document], wanted: _Wanted, language: AnswerLanguage) -> str:
    """A sentence on one line; of a row of a table, what is asked for."""
    content = passages[one.passage].content or ""
    if one.columns:
        row = [f"{one.cells[0]} ({one.unit})", *one.cells[1:]] if one.unit else one.cells
        return _as_text(_cell(told(row, one.columns, () if one.whole else wanted, language)))
    if one.text.startswith("|"):
        return _as_text(_cell(told_by_itself(one.text, wanted.asked, language)))
    is_code = is_of_code(passages[one.passage])
    return _excerpt(content, one.sentence.start, one.sentence.end, wanted.asked, language, is_code=is_code)


def _cell(text: str) -> str:
    """What is no row any more, as it is read."""
    return text.replace("\\|", "|")


def _excerpt(
    content: str, first: int, last: int, wanted: set[str], language: AnswerLanguage, *, is_code: bool = False
) -> str:
    start, end = excerpt(content, first, last, wanted, language, ROOM)
    text = " ".join((without_marks(content[start:end]) if is_code else content[start:end]).split())
    if text.count("```") == 1:  # the other one is another sentence
        text = text.replace("```", "").strip()
    return _as_text(("… " if start > first else "") + text + (" …" if end < last else ""))


def _as_text(text: str) -> str:
    """So that no part reads as a marker, or as the beginning of code that would hide ours."""
    text = _REFERENCE.sub("", _FENCE.sub("~~", _plain(text)))
    found = list(markers(text))  # as in `a[1]`, or "see [1]" in a paper
    if "`" in (text if found else _CODE_SPAN.sub("", text)):
        text = text.replace("``", "“").replace("''", "”").replace("`", "'")
        found = list(markers(text))
    for start, end in reversed(_words(text, found)):
        text = f"{text[:start]}`{text[start:end]}`{text[end:]}"
    return text


def _plain(text: str) -> str:
    """Without the marks of what is emphasised, but those in code."""
    if "*" not in text and "_" not in text:
        return text
    parts, end = list[str](), 0
    for code in _CODE_SPAN.finditer(text):
        parts += [without_emphasis(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, without_emphasis(text[end:])])


def _words(text: str, found: Sequence[Marker]) -> list[tuple[int, int]]:
    """Where the words begin and end that the markers are in; those that touch are one."""
    words: list[tuple[int, int]] = []
    for marker in found:
        word = _WORD_BEFORE.search(text, max(0, marker.start - 100), marker.start)
        start = word.start() if word else marker.start
        if words and start <= words[-1][1]:
            start = min(start, words.pop()[0])
        words.append((start, marker.end))
    return words


_FENCE = re.compile(r"~{3,}")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)[^`]{1,500}(?<!`)\1(?!`)")
_WORD_BEFORE = re.compile(r"[!-~]+\Z")  # only ASCII: where no blanks are written, it would be half a sentence
_REFERENCE = re.compile(r"(?<=[.,;:!?…”’])(?:\[\d{1,3}\])+")  # "1954.[3]" refers to the document's own sources


def _limited(text: str, options: dict[str, Any]) -> tuple[str, FinishReason]:
    """The text up to a `stop` string or `max_tokens`, and why it ends there."""
    stop = options.get("stop") or []
    stops = [text.find(word) for word in ([stop] if isinstance(stop, str) else stop) if word and word in text]
    text = text[: min(stops, default=len(text))]
    limit = options.get("max_completion_tokens") or options.get("max_tokens")
    tokens = encoding().encode(text)
    if limit is None or len(tokens) <= limit:
        return text, "stop"
    while (cut := encoding().decode(tokens[:limit])) is None:  # within a character
        limit -= 1
    return cut, "length"
