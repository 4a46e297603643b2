"""What people say that is no question to documents: greetings in all languages, and in some requests to rework the
conversation."""

from dataclasses import dataclass

from rag_api.answer.language.words import either, tables

NEVER = "(?!)"


@dataclass(frozen=True)
class Phrases:
    """The phrases of a language, by its name: each field is a pattern of alternatives, in lower case.

    A request is told apart only if it has nothing but these phrases, so what is missing here is taken for a question.
    Of alternatives that begin alike, the longest comes first.
    """

    name: str
    greeting: str
    chat: str
    """Questions to whoever answers, as "how are you"."""
    alone: str
    """What is small talk if nothing else is said: "yes", "help", "test"."""
    retort: str
    """That the answer was not the one that was wanted: "I meant the other one"."""
    filler: str
    said: str = NEVER
    """What was said in this conversation, and nothing else: "your last answer"."""
    rework: str = NEVER
    """What one does to an answer: "translate"."""
    digest: str = NEVER
    """The same, if it is as often done to a document: "summarize"."""
    do: str = NEVER
    """Verbs that say little: "make"."""
    that: str = NEVER
    """What may be the answer before: "it"."""
    manner: str = NEVER
    """How it is to be: "in French", "as a table", "shorter"."""
    form: str = NEVER
    """What it is to become: "a table"."""


PHRASES = tuple(Phrases(name, **either(words)) for name, words in tables("talk").items())
