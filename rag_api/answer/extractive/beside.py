"""Beside: the sentences that are told with the best one, or come nearest where none surely answers."""

from collections.abc import Sequence

from rag_api.answer.extractive import features
from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.extractive.features import Found
from rag_api.answer.extractive.tables import is_total

MOST = 3
"""Sentences in an answer."""
_ROWS = 12  # where several of a table are asked for
NEAREST = 3
"""Sentences that are shown where none surely answers."""

# How far the score of another sentence may be below the best one's, in log odds: if it says as much, if it adds.
_ALIKE, _ADDS = 0.4, 2.5
_NEAR = 4  # sentences from the best to one that adds
_LESS = 0.1  # how much less of the question it may say


def told_with(ranked: Sequence[Candidate], found: Found) -> list[Candidate]:
    """The best, those that say as much of the question nearly as well, and from its passage what covers another part of
    the question, in reading order. Where a kind of thing is asked for and the best says one, the others have to, too,
    and the best comes first: a number is the answer, and what stands before it is not."""
    asked = found.asked
    wanted = asked.weights.keys()
    best = _of_this_turn(ranked, asked)
    others = [one for one in ranked if one is not best]
    covered = _covers(best, found) - _LESS
    chosen, said = [best], best.sentence.known
    most = _ROWS if asked.several and best.cells else MOST
    leads = not asked.own.isdisjoint(best.sentence.known | best.about)  # else the turns before are answered again
    for one in others:
        if len(chosen) == most or best.score - one.score > _ADDS:
            break
        if leads and (asked.own.isdisjoint(one.sentence.known | one.about) or _is_earlier_entry(one, best)):
            continue
        if (one.announces and not asked.several) or features.counted_apart(one, asked):
            continue  # what it announces would be missing, or it counts something else
        own = one.sentence.known & wanted
        adds = one.passage == best.passage and not own <= said | best.about | asked.names
        adds = adds and abs(one.place - best.place) <= _NEAR
        says_as_much = bool(own) and best.score - one.score <= _ALIKE and _covers(one, found) >= covered
        if (adds or says_as_much) and not _off(one, best):
            chosen.append(one)
            said |= one.sentence.known
    if asked.several:
        announcing = {(one.passage, one.place) for one in chosen if one.announces}
        chosen += [one for one in others if (one.passage, one.place - 1) in announcing and one not in chosen]
    if asked.kind in features.NUMBERS and not features.says_it(best, asked):
        chosen += [one for one in others if one not in chosen and _follows(one, best) and features.says_it(one, asked)]
    chosen += [one for one in _completing(best, asked, found.sentences) if one not in chosen]
    if asked.kind in features.TIMES:
        chosen += [one.entry for one in chosen if one.entry and one.entry not in chosen]
    headings = dict.fromkeys(heading for one in chosen if (heading := features.dated(one, asked)))
    chosen += headings
    is_alone = best.entry in (None, best) and not headings and features.says_it(best, asked)
    first = best if asked.kind in features.KINDS and is_alone else None
    return sorted(
        chosen, key=lambda one: (one is not first, one.passage != best.passage, one.passage, one.sentence.start)
    )


def _of_this_turn(ranked: Sequence[Candidate], asked: Asked) -> Candidate:
    """The best sentence, but rather one nearly as good that has a word of the follow-up itself than one that answers
    the turn before again."""
    best = ranked[0]
    if not asked.own or not asked.own.isdisjoint(best.sentence.known | best.about):
        return best
    near = (one for one in ranked if best.score - one.score <= _TURN and not asked.own.isdisjoint(one.sentence.known))
    return next(near, best)


_TURN = 5.0  # as much as nothing that answers the turn before is an answer to this one


def _completing(best: Candidate, asked: Asked, sentences: Sequence[Candidate]) -> list[Candidate]:
    """What follows a label, such as "4. Carrot fly.", and the remedy after a short cause, where it is asked what to do:
    the next sentences of the paragraph, at most two, as long as the last one is short. Of a term that is asked for and
    stands alone, the paragraph below explains it."""
    is_term = asked.defines and _words(best) <= _TERM and best.sentence.known == asked.weights.keys()
    short = _CAUSE if asked.remedy else _LABEL
    found: list[Candidate] = []
    last = best
    for one in sentences:
        opens = one.opens and not (is_term and last is best)
        if not _follows(one, last) or opens or len(found) == _COMPLETING or (_words(last) > short and not is_term):
            continue
        found.append(one)
        last = one
    return found if is_term or best.features.keys().isdisjoint(("no full stop", "question")) else []


def _words(one: Candidate) -> int:
    return sum(not term[0].isdigit() for term in one.sentence.terms)


_LABEL, _TERM, _CAUSE = 2, 3, 7  # words
_COMPLETING = 2  # sentences


def _follows(one: Candidate, before: Candidate) -> bool:
    return (one.passage, one.place - 1) == (before.passage, before.place) and not one.columns


def nearest(ranked: Sequence[Candidate], found: Found) -> list[Candidate]:
    """The best sentences with a word of the question, if two are in the passage of the first; or the best of those that
    were compared by their meaning. Not rows, as the figure of another row looks like an answer, nor what is too long to
    be looked through."""
    best, wanted = ranked[0], found.asked.weights.keys()
    here = best.around.union(*(one.sentence.known | one.about for one in ranked if one.passage == best.passage))
    if not found.model and len(wanted & here) < min(_WORDS, len(wanted)):
        return []
    near = [one for one in ranked if best.score - one.score <= _ADDS]
    near = [one for one in near if one.likeness is not None or not wanted.isdisjoint(one.sentence.known)]
    return [one for one in near if not one.columns and one.text[0] != "|" and len(one.text) <= _LONGEST][:NEAREST]


_WORDS = 2
_LONGEST = 300  # characters


def _covers(one: Candidate, found: Found) -> float:
    return found.asked.share(found.asked.weights.keys() & (one.sentence.known | one.about))


def _off(one: Candidate, best: Candidate) -> bool:
    """Whether a sentence lacks what the best has: the kind of thing that is asked for, the entry, the negation, the
    form of a statement."""
    has, lacks = one.features.keys() - best.features.keys(), best.features.keys() - one.features.keys()
    return (
        any(name.endswith(": not said") for name in has)
        or "negated as asked" in lacks
        or ("entry" in lacks and (bool(one.key) or best.features["entry"] > _ENTRY))
        or (bool(one.cells) and is_total(one.cells[0]))
        or ("announces" not in one.features and not _FRAGMENT.isdisjoint(has))
    )


def _is_earlier_entry(one: Candidate, best: Candidate) -> bool:
    """Whether a sentence belongs to an entry that was asked for before that of the best one."""
    return one.features.get("entry", 0.0) < best.features.get("entry", 0.0) and bool(one.key)


_ENTRY = 0.3  # of the question, if an entry is named in it and not by chance
_FRAGMENT = frozenset(("no full stop", "page", "scrap", "question", "who: row"))
