"""Lookup: the rows of figures that a question names, directly or by a term of accounting, for the periods it asks for.

A report has a figure in a row such as "Purchases of property and equipment 1,577 1,373", far from any sentence with the
words of the question, so how well these agree says little. The whole label has to agree instead.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from ingest.search.accounting import STATEMENTS, named
from rag_api.answer.extractive.asked import Asked
from rag_api.answer.extractive.candidates import Candidate
from rag_api.answer.language.languages import AnswerLanguage
from rag_api.answer.language.table_words import asks_for_extreme
from rag_api.answer.language.terms import terms

MOST = 4  # rows
_PARTS = 2  # of a ratio, without which the others say nothing
_AGREE = 0.75  # of a label and what is looked for, by Dice
_COVERED = 0.4  # of the question
_SEGMENT = "segment"  # the figures of a part of the company come after those of the whole
_TOTAL = frozenset(("total",))  # of a line that is asked for without
_KINDS = (None, "what", "count", "price")
_CAUSE = re.compile(
    r"\bwhat (?:drove|caused|led|explains?|is behind)\b|\bwhy (?:did|do|does|is|are|was|were|has|have)\b"
)
_SPAN = re.compile(
    r"\b(three|six|nine|twelve) months?(?: (?:period )?end(?:ed|ing))?|\b(?:quarter|year)s? end(?:ed|ing)\b"
)
_DAY = re.compile(r"\b[a-z]{3,9}\.? \d{1,2}(?=,? (?:19|20)\d\d)|\b\d{1,2}\.? [a-z]{3,9}(?=,? (?:19|20)\d\d)")
_ALSO = {"revenue": "net sales", "revenues": "net sales", "net income": "net earnings"}
"""What a line may be called instead."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_QUARTER = re.compile(r"\bq[1-4]\b|\bquarter")
_NOTE = re.compile(r"\([^()]*\)")
_CHANGE = re.compile(
    r"\b(?:year[- ]over[- ]year|(?:growth|change) rate|chang|gr[eo]w|rose|ris[ei]|improv|declin|increas|decreas|drop"
    r"|fall|fell|compar|develop|consisten|trend|profil)\w*"
)


def looked_up(
    question: str, asked: Asked, sentences: Sequence[Candidate], files: Sequence[Set[str]], language: AnswerLanguage
) -> list[Candidate]:
    """The rows of one passage, each with the cells of those periods; `files` are the terms of the passages' names."""
    if asked.kind not in _KINDS or asks_for_extreme(question, language) or _CAUSE.search(asked.text):
        return []
    years, changes = frozenset(_YEAR.findall(asked.text)), _CHANGE.findall(asked.text)
    rows = defaultdict[int, list[Candidate]](list)
    for one in sentences:
        if one.cells and (row := _of_periods(one, years, asked, several=bool(changes))):
            rows[one.passage].append(row)
    found: list[list[Candidate]] = [[]]
    single: list[Candidate] = []
    targets = list(_accounting(question, language))
    dates = [span[0] for pattern in (_SPAN, _DAY) for span in pattern.finditer(asked.text)]
    aside = years.union(terms(" ".join([*changes, *dates, *_NOTE.findall(asked.text)]), language))
    also = [(set(terms(said, language)), set(terms(other, language))) for said, other in _ALSO.items()]
    for passage, its in rows.items():
        order = [word for word in asked.order if word not in aside and not _is_of_file(word, files[passage], asked)]
        in_text = [row for row in its if not row.text.startswith("|")]
        for term, lines, statement in targets:
            # The lines of a part of the company, or of a quarter, give another ratio.
            of_statement = [row for row in its if statement <= row.about | row.titles] if len(lines) > 1 else its
            chosen = [row for line in lines if (row := _best(line, of_statement, term, order, language))]
            found.append(chosen if len(chosen) >= min(len(lines), _PARTS) else [])
        named_so = set(order)
        others = [(named_so - said | other, said) for said, other in also if said <= named_so]
        for line, stands_for in [(named_so, named_so), *others, *((term, term) for term, *_ in targets)]:
            if row := _best(line, in_text, stands_for, order, language):
                single.append(row)
                break
    if single:
        asked_part = _SEGMENT in asked.order
        return [min(single, key=lambda row: _SEGMENT in row.about | row.titles and not asked_part)]
    return list({row.text: row for row in max(found, key=len)}.values())[:MOST]


def _is_of_file(word: str, file: Set[str], asked: Asked) -> bool:
    """Whether a word of a question is in the name of a file: Best and Buy are in "BESTBUY"."""
    return word in file or (word in asked.names and any(word in name for name in file))


def _accounting(question: str, language: AnswerLanguage) -> Iterator[tuple[Set[str], list[Set[str]], Set[str]]]:
    """The words of each term in a question, those of each of its lines, and of the statement that has them."""
    for term, said in named(question):
        lines = said.split("; ")
        statement = lines.pop() if lines[-1].endswith(STATEMENTS) else ""
        if lines:
            words = set(terms(statement.split(" of ")[0], language))
            yield set(terms(term, language)), [set(terms(line, language)) for line in lines], words


def _best(
    line: Set[str], rows: Sequence[Candidate], stands_for: Set[str], order: Sequence[str], language: AnswerLanguage
) -> Candidate | None:
    """The row whose label is this line, if with what it stands for and what is above it, it has enough of what is
    asked."""
    best, most = None, _AGREE
    for row in rows:
        label = set(terms(_NOTE.sub("", row.cells[0]), language))
        wanted = line - (row.about - label)
        label -= _TOTAL - wanted
        agreement = 2 * len(label & wanted) / (len(label) + len(wanted) or 1)
        if agreement >= most and (best is None or agreement > most):
            has = label | row.about | stands_for
            if sum(word in has for word in order) >= _COVERED * len(order):
                best, most = row, agreement
    return best


def _of_periods(row: Candidate, years: Set[str], asked: Asked, *, several: bool) -> Candidate | None:
    """A row with the cells of the asked years, or with all of them if a change is asked for; None if it has none."""
    columns = list(zip(row.columns[1:], row.cells[1:], strict=False))
    if any("months" in column for column, _ in columns):
        named = next((span[1] for span in _SPAN.finditer(asked.text) if span[1]), None)
        span = named.capitalize() if named else "Three" if _QUARTER.search(asked.text) else "Twelve"
        columns = [each for each in columns if each[0].startswith(span)] or columns
    of_years = [each for each in columns if not years.isdisjoint(_YEAR.findall(each[0]))]
    if years and not of_years:
        return None
    if not several and of_years:
        columns = of_years
    return replace(
        row,
        columns=[row.columns[0], *(column for column, _ in columns)],
        cells=[row.cells[0], *(cell for _, cell in columns)],
        whole=True,
    )
