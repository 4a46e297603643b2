"""What the built-in model says where nothing was searched: what it does, or as much of a client's task as it can."""

import json
import re
from collections.abc import Sequence
from itertools import accumulate

from haystack.dataclasses import ChatMessage

from rag_api.answer.client_tasks import Task, asks_for_json, task_of
from rag_api.answer.intent import Intent, told_apart
from rag_api.answer.language.languages import language_of
from rag_api.answer.language.replies import REPLIES
from rag_api.answer.language.sentences import sentences
from rag_api.answer.query import user_turns
from rag_api.answer.question import Unsearched

_ENOUGH = 300  # characters that tell the language


def without_documents(reason: Unsearched, messages: Sequence[ChatMessage]) -> str:
    """The reply, in the language of the last turn."""
    if reason is Unsearched.CLIENT_TASK and (task := task_of(messages)):
        return _task_done(task, messages)
    turns = [turn[:_ENOUGH] for turn in reversed(user_turns(messages))]
    asked = next((turn for turn in turns if any(map(str.isalpha, turn))), "")  # an emoji is in no language
    name = told_apart(asked, answered=True)[1] or language_of(asked).name
    match reason:
        case Unsearched.EMPTY:
            return REPLIES[name].empty
        case Unsearched.UNREAD:
            return REPLIES[name].unread
        case Unsearched.UNREADABLE:
            return REPLIES[name].unreadable
        case Unsearched.CONVERSATION:
            return REPLIES[name].no_rework
    return REPLIES[name].about


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
    return language_of(" ".join(asked)[:_ENOUGH]).replies.no_rework


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
