import pytest
from haystack import Document

from rag_api.answer.citations import CitationReader
from rag_api.answer.extractive.generator import answer
from rag_api.answer.language.languages import ENGLISH
from rag_api.settings import Settings

BAR = Settings.model_fields["min_confidence"].default


def report(company: str, purchases: str, sales: str) -> Document:
    return Document(
        content=f"""## Consolidated Statements

Years ended December 31
(Millions) 2018 2017
Net sales {sales} 30,109
Cost of sales, without those of discontinued lines 15,040 14,055
Gross profit 16,725 16,054
Depreciation and amortization 1,488 1,544
Net cash provided by operating activities 6,439 6,240
Purchases of property, plant and equipment (PP&E) {purchases} (1,373)
Proceeds from sale of PP&E and other assets 262 49
Property, plant and equipment — net 8,738 8,866
""",
        score=0.3,
        meta={"filename": f"{company}_2018_10K.pdf", "title": "Annual report"},
    )


PASSAGES = [report("Bolt", "(2,222)", "9,999"), report("Acme", "(1,577)", "31,765")]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What is the FY2018 capital expenditure amount (in USD millions) for Acme? Rely on the details shown in "
            "the cash flow statement.",
            "Purchases of property, plant and equipment (PP&E) (millions), 2018: (1,577) [2]",
        ),
        ("What was the net PPNE of Acme in 2017?", "Property, plant and equipment - net (millions), 2017: 8,866 [2]"),
        (
            "How much operating cash flow did Acme have in FY2018?",
            "Net cash provided by operating activities (millions), 2018: 6,439 [2]",
        ),
        ("What were the net sales of Bolt in 2018?", "Net sales (millions), 2018: 9,999 [1]"),
        ("Did the gross profit of Acme grow in 2018?", "Gross profit (millions), 2018: 16,725; 2017: 16,054 [2]"),
    ],
)
def test_a_figure_is_found_by_its_line_its_period_and_its_company(question: str, expected: str) -> None:
    assert answer(question, PASSAGES, question, BAR).replace("—", "-") == expected


def test_of_a_ratio_the_lines_are_said_that_it_is_computed_from() -> None:
    question = "Does Acme have an improving gross margin profile as of FY2018?"
    assert answer(question, PASSAGES, question, BAR) == (
        "Gross profit (millions), 2018: 16,725; 2017: 16,054 [2] Net sales (millions), 2018: 31,765; 2017: 30,109 [2]"
    )


@pytest.mark.parametrize(
    "question",
    [
        "What was the capital expenditure of Acme in 2014?",  # no such column
        "What was the current ratio of Acme in 2018?",  # none of its lines
        "What are the purchases of furniture and vehicles of Acme in 2018?",  # a label that only begins so
    ],
)
def test_no_other_figure_stands_for_the_one_that_is_asked_for(question: str) -> None:
    assert answer(question, PASSAGES, question, BAR) == ENGLISH.replies.unanswered


def test_the_lines_of_a_part_of_the_company_are_no_ratio_of_it() -> None:
    part = PASSAGES[1]
    part = Document(
        content=(part.content or "").replace("Consolidated Statements", "Tools Segment"),
        meta=part.meta,
        score=part.score,
    )
    question = "Does Acme have an improving gross margin profile as of FY2018?"
    assert answer(question, [PASSAGES[0], part], question, BAR) == ENGLISH.replies.unanswered


def test_a_growth_is_said_by_the_figures_of_both_years() -> None:
    question = (
        "What is the FY2017 - FY2018 net sales growth rate for Acme (formerly known as Apex)? Answer in percents."
    )
    assert answer(question, PASSAGES, question, BAR) == "Net sales (millions), 2018: 31,765; 2017: 30,109 [2]"


def test_a_figure_is_cited_at_its_line() -> None:
    content = """As of
December 31, 2022 December 31, 2021 December 31, 2020
Operating income 6,098 5,802 4,237
Total revenue 17,606 15,785 12,868
Net income 4,756 4,822 5,260
"""
    passage = Document(content=content, score=0.3, meta={"filename": "Acme.pdf"})
    reader = CitationReader([passage], overlap=0.3)
    reader.feed(answer("Did the operating income of Acme grow in 2022?", [passage]))
    [citation] = reader.finish()
    assert citation.quote.endswith("2020\nOperating income 6,098 5,802 4,237")  # below its periods


def test_the_names_of_columns_are_no_answer() -> None:
    rows = "Basic pay 151 12.40 1,880.71\nOvertime 8 15.50 124.00\nBonus 1 50.00 50.00"
    content = f"Payslip\n\nEmployee Base Rate Amount\n{rows}\n"
    slip = Document(content=content, score=0.3, meta={"filename": "slip.pdf"})
    assert "Base Rate" not in answer("Who is the employee?", [slip], "Who is the employee?", BAR)


QUARTER = """### {}

$ in millions
Three Months Ended Six Months Ended
July 29, 2023 July 30, 2022 July 29, 2023 July 30, 2022
Net sales $ 9,583 $ 10,329 $ 19,050 $ 20,976
Cost of sales 7,363 8,042 14,680 16,336
Gross profit {} 2,287 4,370 4,640
SG&A expenses as a percentage of sales 19.6% 18.2% 19.6% 18.0%
"""
SEGMENTS = [
    Document(content=QUARTER.format(heading, profit), score=0.5, meta={"filename": "BESTBUY_2024Q2_10Q.pdf"})
    for heading, profit in (("International Segment", "168"), ("Consolidated Statements", "2,220"))
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What was Best Buy's gross profit for the three months ended July 29, 2023?",
            "Three months, July 29, 2023: 2,220",
        ),
        (
            "What was Best Buy's gross profit for the six months ended July 29, 2023?",
            "Six months, July 29, 2023: 4,370",
        ),
        (
            "What was the gross profit of Best Buy's international segment in the three months ended July 29, 2023?",
            "Three months, July 29, 2023: 168",
        ),
        (
            "What was the revenue of Best Buy for the six months ended July 29, 2023?",
            "Six months, July 29, 2023: $19,050",
        ),
    ],
)
def test_a_figure_is_of_the_months_that_are_asked_for_and_of_the_whole_company(question: str, expected: str) -> None:
    assert expected in answer(question, SEGMENTS, question, BAR)


def test_who_asks_for_a_cause_is_not_told_the_figure() -> None:
    cause = "SG&A expenses as a percentage of sales rose, driven by higher wages."
    passage = Document(content=f"{SEGMENTS[1].content}\n{cause}", score=0.5, meta=SEGMENTS[1].meta)
    question = "What drove the rise in SG&A expenses as a percentage of sales in 2023?"
    assert answer(question, [passage], question, BAR).startswith(cause)
