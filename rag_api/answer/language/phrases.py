"""What people say that is no question to documents, in the languages of the built-in model: greetings, and requests to
rework the conversation."""

from dataclasses import dataclass

from rag_api.answer.language.words import either, tables


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
    said: str
    """What was said in this conversation, and nothing else: "your last answer"."""
    rework: str
    """What one does to an answer: "translate"."""
    digest: str
    """The same, if it is as often done to a document: "summarize"."""
    do: str
    """Verbs that say little: "make"."""
    that: str
    """What may be the answer before: "it"."""
    manner: str
    """How it is to be: "in French", "as a table", "shorter"."""
    form: str
    """What it is to become: "a table"."""
    filler: str


PHRASES = tuple(Phrases(name, **either(words)) for name, words in tables("talk").items())
