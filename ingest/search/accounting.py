"""Terms of accounting, and the lines of a report that they stand for or are computed from.

A report does not name a ratio: the gross margin is found in the statement of income, between net sales and cost of
sales. So a question for it is searched for with the words of those lines as well.
"""

import re
from dataclasses import replace

from haystack import Document

from ingest.languages import ENGLISH, language_of
from ingest.query import Query, Searcher

WEIGHT = 0.85  # of an added word, by measurement: docs/quality.md

_PROPERTY = "property plant equipment"
_INCOME = "statements of income"
_BALANCE = "balance sheets"
_CASH_FLOWS = "statements of cash flows"
STATEMENTS = (_INCOME, f"{_INCOME} operations", _BALANCE, _CASH_FLOWS)

_PHRASES = {
    "capital expenditures?": f"purchases of {_PROPERTY}; {_CASH_FLOWS}",
    "capex": f"purchases of {_PROPERTY}; {_CASH_FLOWS}",
    "free cash ?flows?": f"net cash provided by operating activities; purchases of {_PROPERTY}; {_CASH_FLOWS}",
    "operating cash ?flows?|cash ?flows? from operat(ions|ing activities)": (
        f"net cash provided by operating activities; {_CASH_FLOWS}"
    ),
    "cash ?flow statements?": _CASH_FLOWS,
    "fixed assets?": f"{_PROPERTY} net; {_BALANCE}",
    "gross (profit )?margins?": f"gross profit; cost of sales; revenue; net sales; {_INCOME}",
    "operating (profit )?margins?": f"operating income; revenue; net sales; {_INCOME}",
    "(net )?profit margins?": f"net income; revenue; net sales; {_INCOME}",
    "income statements?": f"{_INCOME} operations",
    "profit and loss statements?": f"{_INCOME} operations",
    "working capital": f"total current assets; total current liabilities; {_BALANCE}",
    "current ratio": f"total current assets; total current liabilities; {_BALANCE}",
    "quick ratio": f"cash equivalents; receivables; inventories; total current assets; liabilities; {_BALANCE}",
    "days payables? outstanding": f"accounts payable; cost of sales; {_BALANCE}",
    "days sales outstanding": f"accounts receivable; revenue; {_BALANCE}",
    "days (of )?inventory outstanding": f"inventories; cost of sales; {_BALANCE}",
    "inventory turnover": f"inventories; cost of sales; {_BALANCE}",
    "asset turnover": f"total assets; revenue; {_BALANCE}",
    "return on assets": f"net income; total assets; {_BALANCE}",
    "return on equity": f"net income; total shareholders equity; {_BALANCE}",
    "debt[- ]to[- ]equity": f"total debt; shareholders equity; {_BALANCE}",
    "interest coverage": f"interest expense; operating income; {_INCOME}",
    "effective tax rate": f"provision for income taxes; income before income taxes; {_INCOME}",
    "payout ratio": f"dividends paid; net income; {_CASH_FLOWS}",
    "top[- ]?line": "revenue; net sales",
    "bottom[- ]?line": "net income",
}
_ABBREVIATIONS = {
    "FCF": _PHRASES["free cash ?flows?"],
    "PP&?N?E": _PHRASES["fixed assets?"],
    "P&L": _PHRASES["income statements?"],
    "DPO": _PHRASES["days payables? outstanding"],
    "DSO": _PHRASES["days sales outstanding"],
    "DIO": _PHRASES["inventory turnover"],
    "ROA": _PHRASES["return on assets"],
    "ROE": _PHRASES["return on equity"],
    "COGS": "cost of goods sold; cost of sales",
    "EBITDAR?": "operating income; depreciation amortization",
    "EBIT": "operating income interest taxes",
    "EPS": "earnings per share",
    "SG&A": "selling general administrative expenses",
    "R&D": "research development",
}
_ANY = [re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b", re.IGNORECASE), re.compile(rf"\b(?:{'|'.join(_ABBREVIATIONS)})\b")]
_LINES = [(re.compile(rf"\b(?:{term})\b", re.IGNORECASE), lines) for term, lines in _PHRASES.items()]
_LINES += [(re.compile(rf"\b(?:{term})\b"), lines) for term, lines in _ABBREVIATIONS.items()]


class AccountingSearcher:
    """Searches with another searcher, with those lines as context."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher

    def search(self, query: Query) -> list[Document]:
        added = lines_of(query.text)
        return self.searcher.search(replace(query, context=[*query.context, (added, WEIGHT)]) if added else query)


def lines_of(question: str) -> str:
    """The words of the lines that the terms in a question stand for; none if it is not in English."""
    return " ".join(lines.replace(";", "") for _, lines in named(question))


def named(question: str) -> list[tuple[str, str]]:
    """The terms in a question, each with its lines, parted by semicolons."""
    if not any(terms.search(question) for terms in _ANY):
        return []
    found = [(match[0], lines) for term, lines in _LINES if (match := term.search(question))]
    return found if found and language_of(question) is ENGLISH else []
