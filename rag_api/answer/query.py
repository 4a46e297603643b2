"""The query: what to search for is the last user turn, with those before it as its context."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from haystack import component
from haystack.dataclasses import ChatMessage, ChatRole

from ingest.languages import BY_NAME
from ingest.query import Query, shortened
from rag_api.answer.intent import Intent, told_apart
from rag_api.answer.language.languages import language_of_turn
from rag_api.answer.language.overviews import LANGUAGES
from rag_api.answer.language.phrases import NEVER
from rag_api.answer.language.replies import is_refusal
from rag_api.answer.language.terms import terms

# A turn has half the weight of the one after it, and half of that if the last turn can be understood without it: see
# `docs/quality.md`.
FADING = 0.5
REMEMBERED = 5
"""Turns of context; earlier ones would hardly count."""

RECENT = 20
"""Turns to look at; what a question leans on is not further back."""

REFERRING = frozenset(
    "it its he him his she her hers they them their this that these those there then one ones".split()
)


@component
class QueryBuilder:
    """Builds the `query` of a conversation, with earlier turns as its context, and the `question`: the last turn, and
    those it cannot be understood without.

    `rewritten` is the query as a language model wrote it, if one did. The other inputs become fields of the query.
    """

    @component.output_types(query=Query, question=str)
    async def run_async(
        self,
        messages: list[ChatMessage],
        rewritten: str | None = None,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
        embedding_weight: float | None = None,
        rerank: bool = True,
    ) -> dict[str, Any]:
        # In the event loop, since it takes less time than starting a thread.
        return self.run(messages, rewritten, filters, top_k, embedding_weight, rerank)

    @component.output_types(query=Query, question=str)
    def run(
        self,
        messages: list[ChatMessage],
        rewritten: str | None = None,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
        embedding_weight: float | None = None,
        rerank: bool = True,
    ) -> dict[str, Any]:
        *before, last = _answered_turns(messages) or [("", False)]
        alone = _stands_alone(last[0])
        turns = [*(turn for turn, refused in before if _is_question(turn) and not (refused and alone)), last[0]]
        text, *earlier = reversed(turns)
        context = list(_faded(text, earlier))
        question = "\n".join(leant_on(turns))
        if rewritten:  # with the user's own words, since a small model may miss the point
            text, context, question = rewritten, [(text, 1.0), *context], rewritten
        return {"query": Query(text, filters, top_k, context, embedding_weight, rerank), "question": question}


def _is_question(turn: str) -> bool:
    """Thanks, or "translate that into French", are no context of what is asked next."""
    return told_apart(turn, answered=True)[0] is Intent.DOCUMENTS


def user_turns(messages: Sequence[ChatMessage]) -> list[str]:
    return ["\n".join(message.texts) for message in messages if message.role == ChatRole.USER]


def recent_turns(messages: Sequence[ChatMessage]) -> list[str]:
    """The last of the user's turns, as they are searched for."""
    turns = (message for message in reversed(messages) if message.role == ChatRole.USER)
    return [shortened("\n".join(turn.texts)) for turn in islice(turns, RECENT)][::-1]


def _answered_turns(messages: Sequence[ChatMessage]) -> list[tuple[str, bool]]:
    """The last of the user's turns, as they are searched for, each with whether its answer was a refusal."""
    turns: list[tuple[str, bool]] = []
    reply = ""
    for message in reversed(messages):
        if message.role == ChatRole.ASSISTANT:
            reply = "\n".join(message.texts)
        elif message.role == ChatRole.USER:
            turns.append((shortened("\n".join(message.texts)), is_refusal(reply)))
            reply = ""
            if len(turns) == RECENT:
                break
    return turns[::-1]


def _stands_alone(turn: str) -> bool:
    """Whether a turn is a question of its own. After one that found no answer, its words would only be in the way;
    "And in Paris?" needs them."""
    language = language_of_turn(turn, "")
    return (
        bool(terms(turn, language))
        and not _refers(turn)
        and not re.match(_GOING_ON.get(language.name, NEVER), turn.lower())
    )


_GOING_ON = {
    each.name: rf"\W*(?:{each.going_on.split('|')[0]})" + r"(?!\w)" * BY_NAME[each.name].blanks for each in LANGUAGES
}
"""The word for "and", by language."""


def _refers(turn: str) -> bool:
    return not REFERRING.isdisjoint(word.strip(".,;:!?'\"()") for word in turn.lower().split())


def _faded(query: str, earlier: list[str]) -> Iterator[tuple[str, float]]:
    weight = 1.0 if _leans_on_what_was_said(query, earlier) else FADING
    for turn in earlier[:REMEMBERED]:
        weight *= FADING
        yield turn, weight


def leant_on(turns: list[str]) -> Iterator[str]:
    """The last turn, and those it cannot be understood without, the latest first."""
    *earlier, last = turns
    while earlier and _leans_on_what_was_said(last, earlier):
        yield last
        last = earlier.pop()
    yield last


def _leans_on_what_was_said(query: str, earlier: list[str]) -> bool:
    language = language_of_turn(query, "\n".join(earlier))
    return len(terms(query, language)) < 3 or _refers(query)
