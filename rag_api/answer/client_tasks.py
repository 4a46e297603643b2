"""Client tasks: what chat clients ask a model for behind a person's back, as a title for the conversation.

Each is known by how its instructions begin, in the last user turn or in a system message.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from haystack.dataclasses import ChatMessage, ChatRole


class Task(StrEnum):
    TITLE = "title"
    TAGS = "tags"
    FOLLOW_UPS = "follow_ups"
    """Questions that a person might ask next."""
    QUERIES = "queries"
    """Queries for a search of the client's own."""
    COMPLETION = "text"
    """The rest of what a person is typing."""
    IMAGE = "prompt"
    """The prompt for an image."""
    STANDALONE = "standalone"
    """The last question, in words that can be understood alone."""
    SUMMARY = "summary"
    """What a client will send in place of a conversation that has become long."""
    TOOLS = "tool_calls"
    """Which of the client's tools to call."""
    OTHER = "other"


_CHAT = r"(?:(?:the|this|our|a)(?: \w+)? (?:conversation|chat|discussion)|the chat history)"
_ABOUT_IT = (
    rf"{_CHAT}"
    r"(?=\s*(?:[.,:;\n]|$|in the |in \w+ with|in \d|using|based on|without|that starts))"
)
_WRITE = r"(?:please )?(?:generate|create|write|provide|give|suggest|return)(?: me)? an?\b[^.\n]{0,60}?"

# How instructions begin. Open WebUI's are in `_OPEN_WEBUI`.
BEGINNINGS: tuple[tuple[Task, str], ...] = (
    # LibreChat, NextChat, Open WebUI before 0.5, and many others
    (Task.TITLE, rf"{_WRITE}\b(?:title|name|phrase)\b[^.\n]{{0,60}}?\b(?:for|of|to|summari[sz]ing) {_ABOUT_IT}"),
    (Task.TITLE, r"create a concise, 3-5 word (?:title|phrase)"),
    (Task.TITLE, rf"(?:please )?(?:give {_CHAT} an? (?:\w+ )?(?:title|name)|(?:name|title) {_ABOUT_IT})"),
    (Task.TITLE, rf"(?:please )?(?:use the same language as the user to )?summari[sz]e {_CHAT}[^.\n]{{0,60}}\btitle\b"),
    (
        Task.TITLE,
        r"(?:please )?(?:generate|create|write) a (?:\w+ )?title for the following (?:message|question|prompt)\b",
    ),
    (
        Task.TITLE,
        r"(?:bitte )?(?:erstelle|generiere|schreibe|gib)\b[^.\n]{0,60}\btitel für (?:dieses|diese|das|die) "
        r"(?:gespräch|unterhaltung|chat|konversation)\b",
    ),
    (
        Task.TITLE,
        r"(?:génère|générez|crée|créez|donne|propose)[^.\n]{0,40}\btitre\b[^.\n]{0,30} "
        r"(?:cette conversation|ce chat)\b",
    ),
    (
        Task.TITLE,
        r"(?:genera|crea|escribe|gera|gere|crie|escreve)[^.\n]{0,40}\bt[ií]tulo\b[^.\n]{0,30} (?:esta|essa) convers\w+",
    ),
    (Task.FOLLOW_UPS, r"(?:please )?(?:suggest|generate|propose|write) (?:\d+|\w+) follow[- ]?up questions\b"),
    (Task.TITLE, r"analyze this conversation and provide:\s+1\. the detected language"),  # LibreChat
    (Task.TITLE, r"you are a professional conversation summarizer\. generate a concise title"),  # LobeChat
    (Task.TITLE, r"based on the chat history, give this conversation a (?:name|title)"),  # Chatbox
    (Task.TITLE, r"summarize in an? (?:\d+|\w+)-word title"),  # Jan
    (Task.TITLE, r"you are an ai conversation titles assistant"),  # big-AGI
    (Task.TITLE, r"analyze the given short conversation .{0,80}chat title"),
    (Task.TITLE, r"summarize the conversation into a title"),  # Cherry Studio
    (Task.TITLE, r"you are an assistant skilled in conversation\. you need to summarize .{0,40}into a title"),
    (Task.TITLE, r"(?:你需要)?总结给出的会话，将其总结为.{0,30}标题|使用四到五个字直接返回这句话的简要主题"),
    # LangChain, LlamaIndex, LobeChat, Perplexica, Cherry Studio
    (
        Task.STANDALONE,
        r"given (?:a|the)\b[^\n]{0,30}(?:conversation|chat history)[^.]{0,200}"
        r"\b(?:rephrase|rewrite|reformulate|formulate|create|condense)\b[^.]{0,100}\bstandalone\b",
    ),
    (Task.STANDALONE, r"you are an ai question rephraser"),
    (Task.STANDALONE, r"given the above (?:conversation|chat history), generate a search query"),
    (Task.SUMMARY, r"progressively summarize the lines of conversation"),
    (Task.SUMMARY, r"you're an assistant who's good at extracting key takeaways from conversations"),
    (Task.SUMMARY, r"summarize the discussion briefly in \d+ words or less to use as a prompt"),
    # Open WebUI, without a heading
    (Task.OTHER, r"your task is to reflect the speaker's likely facial expression through a fitting emoji"),
    (Task.OTHER, r"you have been provided with a set of responses from various models to the latest user query"),
    (Task.TOOLS, r"available tools: .{0,20000}\byour task is to choose and return the correct tool"),
)
_BEGINNINGS = tuple(
    (task, re.compile(rf"\s*+{beginning}", re.IGNORECASE | re.DOTALL)) for task, beginning in BEGINNINGS
)

# An administrator may have put them into other words, but clients of Open WebUI read the answer as JSON with this key.
# It has the same heading over questions to documents of its own: they have no history in them, and ask for no JSON.
_OPEN_WEBUI = re.compile(r"\s*### Task:\s")
_JSON_KEY = re.compile(r"\{\s*\"(title|tags|follow_ups|queries|text|prompt)\"\s*:")
_HISTORY = "<chat_history>"
_INSTRUCTING = 8  # messages before the first turn
_HEAD = 20_000  # characters of instructions to look at
_PLACE_OF_JSON = 6_000


def task_of(messages: Sequence[ChatMessage]) -> Task | None:
    """The task that these messages are, if a client sent them by itself."""
    return next((task for text in _instructions(messages) if (task := _task(text))), None)


def _instructions(messages: Sequence[ChatMessage]) -> Iterator[str]:
    """The texts that instructions may be in: the last user turn, and the messages before the first."""
    turn = next((message for message in reversed(messages) if message.role == ChatRole.USER), None)
    if turn and turn.texts:
        yield turn.texts[0][:_HEAD]
    for message in messages[:_INSTRUCTING]:
        if message.role != ChatRole.SYSTEM:
            break
        yield from (text[:_HEAD] for text in message.texts[:1])


def _task(text: str) -> Task | None:
    if _OPEN_WEBUI.match(text):
        head, history, _ = text.partition(_HISTORY)
        key = _JSON_KEY.search(head, 0, _PLACE_OF_JSON)
        return Task(key[1]) if history and key else None
    return next((task for task, beginning in _BEGINNINGS if beginning.match(text)), None)


def asks_for_json(messages: Sequence[ChatMessage]) -> bool:
    return any(_JSON_KEY.search(text, 0, _PLACE_OF_JSON) for text in _instructions(messages))
