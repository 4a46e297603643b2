"""How-to: whether what was found tells how the asked thing is done, by the heading above it or in its own words."""

import re
from collections.abc import Set

from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.steps import TASK, unnumbered
from rag_api.answer.language.languages import ENGLISH
from rag_api.answer.language.terms import terms

_HOW = re.compile(r"\bhow (?:to|(?:do|can|could|should|must|would) (?:i|you|we|one))\b")
_TASK = re.compile(r"(?:how to|how (?:do|can) (?:i|you|we)|\w+ing)\b", re.IGNORECASE)  # "Orphaning a package"
_SAID = 3  # words of a cell that says what to do: "Empty the tank"
_BEGINNING = 4  # letters: booting is bootable
_INSTRUCTS = re.compile(
    r"\b(?:you|your|we|must|should|us(?:e|ing)|type|run(?:ning)?|by \w+ing|in order to|try|need(?:s|ed)? to)\b|^to \w+",
    re.IGNORECASE,
)


def task_named(heading: str, asked: Asked) -> float:
    """How much a heading and a question for a how-to say the same, from TASK to 1; 0 if the heading names no task or
    another one: "Removing a user from a group" is not how one is added."""
    if not asked.remedy:
        return 0.0
    title, wanted = unnumbered(heading), set(asked.order)
    if asked.language is ENGLISH:
        task, verb = _TASK.match(title), _HOW.search(asked.text)
        done = verb and terms(asked.text[verb.end() :].lstrip().split(" ", 1)[0], ENGLISH)
        if not task or (done and not all(_has(wanted, word) for word in terms(title, ENGLISH)[:1])):
            return 0.0
    named = set(terms(title, asked.language))
    alike = 2 * sum(_has(wanted, word) for word in named) / (len(named) + len(wanted) or 1)
    return alike if alike >= TASK else 0.0


def _has(words: Set[str], word: str) -> bool:
    return word in words or any(_begins(its, word) or _begins(word, its) for its in words)


def _begins(word: str, longer: str) -> bool:
    return len(word) >= _BEGINNING and longer.startswith(word)


def is_no_way(one: Candidate, asked: Asked) -> bool:
    """Whether a how-to is asked for, and a row of a table names only things in its cells."""
    return (
        bool(one.columns)
        and _HOW.search(asked.text) is not None
        and all(len(cell.split()) < _SAID for cell in one.cells[1:])
    )


def tells_how(one: Candidate, asked: Asked) -> bool:
    """Whether a sentence addresses somebody, or stands below a heading that names the task; true of all, where no
    how-to is asked for in English."""
    if asked.language is not ENGLISH or not _HOW.search(asked.text):
        return True
    return _INSTRUCTS.search(one.text) is not None or "task" in one.features


def may_tell_how(one: Candidate, asked: Asked) -> bool:
    """Whether it does so, or begins with a word that can be a command: "Press", and not "The", "As" or "If"."""
    first = one.text.lstrip("(*“\"'0123456789.) ").split(" ", 1)[0]
    return tells_how(one, asked) or (not one.columns and len(terms(first, asked.language)) > 0)
