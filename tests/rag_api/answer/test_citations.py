import random

import pytest
from haystack import Document

from rag_api.answer.citations import QUOTE, Citation, CitationReader
from rag_api.settings import Settings

RETURNS = Document(
    content="Returns are free.\nThe refund is paid\nwithin 14 days.\fShipping costs 5 euros. Opening hours vary.",
    meta={"page_start": 3, "page_end": 4},
)
WEATHER = Document(content="# Paris\n\nIt rains a lot in Paris. In London it is foggy.")
PASSAGES = [RETURNS, WEATHER]


def read(answer: str, passages: list[Document] = PASSAGES, overlap: float = 0.0) -> list[Citation]:
    reader = CitationReader(passages, overlap)
    reader.feed(answer)
    citations = reader.finish()
    assert overlap or not reader.unsupported
    return citations


def test_a_marker_is_cited_with_the_words_that_support_it() -> None:
    answer = "You get the refund within two weeks (14 days) [1]."
    assert read(answer) == [
        Citation(
            passage=0,
            start=answer.index("["),
            end=answer.index("]") + 1,
            quote="The refund is paid\nwithin 14 days.",
            quote_start=18,
            page_start=3,
            page_end=3,
        )
    ]


def test_the_page_is_that_of_the_quote() -> None:
    (citation,) = read("Shipping is 5 euros.[1]")
    assert (citation.quote, citation.page_start, citation.page_end) == ("Shipping costs 5 euros.", 4, 4)


@pytest.mark.parametrize("invented", ["[7]", "[3, 9]", "【7†source】", "[Source 8]", "(Source 12)", '<source id="9">'])
def test_a_marker_that_names_no_passage_takes_no_support_from_its_neighbour(invented: str) -> None:
    answer = f"The refund is paid within 14 days {invented} [1]."
    assert [one.passage for one in read(answer, overlap=0.6)] == [0]
    assert read(answer)[0].quote == "The refund is paid\nwithin 14 days."
    assert [one.passage for one in read(answer.replace("14", "1,400"), overlap=0.6)] == []


def test_a_quote_over_a_page_break_has_both_pages() -> None:
    (citation,) = read("The refund is paid within 14 days and shipping costs 5 euros [1].")
    assert citation.quote == "The refund is paid\nwithin 14 days.\fShipping costs 5 euros."
    assert (citation.page_start, citation.page_end) == (3, 4)


def test_without_pages_there_are_none() -> None:
    (citation,) = read("It is foggy in London [2].")
    assert (citation.quote, citation.page_start, citation.page_end) == ("In London it is foggy.", None, None)


def test_nothing_is_quoted_where_no_word_agrees() -> None:
    (citation,) = read("Bananas are yellow [1].")
    assert (citation.quote, citation.quote_start) == ("", 0)
    assert (citation.page_start, citation.page_end) == (3, 4)


def test_it_does_not_matter_how_the_stream_is_cut() -> None:
    answer = (
        "Refund: 14 days [1][2].\nShipping: `x[1]` 5 euros [2, 1].\n```\n[1]\n```\n[1](https://example.org)"
        " 🐦【1†source】 (Source 2) [Sources 1 and 2] \ue200filecite\ue202turn0file1\ue201"
    )
    whole = read(answer)
    assert len(whole) == 9
    for seed in range(20):
        cut = random.Random(seed)
        reader, at = CitationReader(PASSAGES), 0
        while at < len(answer):
            step = cut.randint(1, 4)
            reader.feed(answer[at : at + step])
            at += step
        assert reader.finish() == whole


@pytest.mark.parametrize(
    ("answer", "cited"),
    [
        ("One [1], two [2].", [0, 1]),
        ("Both [1, 2].", [0, 1]),
        ("Both [1][2].", [0, 1]),
        ("Twice [1,1].", [0]),
        ("word[1].", [0]),
        ("[1] says so.", [0]),
        ("No such source [3], [0], [12].", []),
        ("One of them [2, 9].", [1]),
        ("A link [1](https://example.org).", []),
        ("Words [one], [1a], [a1], [p. 1], [fig. 1], [1.2], [x, 1], [1 or so].", []),
        ("In `a[1]` and ``b`[1]`` not, but here [2].", [1]),
        ("A tick ` alone hides nothing [1].", [0]),
        ("```python\na[1] = 2\n```\nAfter it [1].", [0]),
        ("~~~\na[1]\n~~~\n[2]", [1]),
        ("```\nnever closed [1]", []),
        ("```a[1]``` in a line [2]", [1]),
        ("cut off [1", []),
        ("", []),
        # by models that were trained to another form
        ("gpt-oss 【1】, 【2†L12-L20】, 【1†source】.", [0, 1, 0]),
        ("An assistant's 【4:1†source】 counts from 0.", [1]),
        ("In full width ［1］, and in both 【1].", [0, 0]),
        ("ChatGPT's \ue200filecite\ue202turn0file1\ue202L1-L3\ue201.", [1]),
        ("ChatGPT's \ue200cite\ue202turn0search0\ue202turn0search1\ue201.", [0, 1]),
        ("DeepSeek's [citation:1][citation:2], [[citation:1]].", [0, 1, 0]),
        ("Gemini's [cite: 1, 2].", [0, 1]),
        ("A wiki's [[1]], a footnote's [^2].", [0, 1]),
        ("Azure's [doc1], [ref_2], [Doc. 1], [id: 2].", [0, 1, 0, 1]),
        (
            'Our own <source id="1">, <source id="2" file="a.txt"/>, <source>1</source>, <cite>1, 2</cite>.',
            [0, 1, 0, 0, 1],
        ),
        # several
        ("Ranges [1-2], [1–2], [1—2], [1 - 2], 【1～2】.", [0, 1] * 5),
        ("Lists [1; 2], [1 and 2], [1 & 2], [1、2], [١، ٢], [1, and 2].", [0, 1] * 6),
        ("[Source 1], [source: 2], [Sources 1 and 2], [Source 1, Source 2].", [0, 1, 0, 1, 0, 1]),
        ("(Source 1), (see Source 2), （来源1）, (sources 1-2).", [0, 1, 0, 0, 1]),
        ("[1, p. 3], [2, page 4], [Source 1: returns.txt, p. 3], [Source 2, page 1].", [0, 1, 0, 1]),
        # in other languages
        ("[Quelle 1], [Quellen 1 und 2], [Dokument 2], [2, S. 4]", [0, 0, 1, 1, 1]),
        ("[référence 1], [sources 1 et 2]", [0, 0, 1]),
        ("[fuente 1], [fuentes 1 y 2], [documento 2]", [0, 0, 1, 1]),
        ("[fonte 1], [fonti 1 e 2], [fontes 1 e 2]", [0, 0, 1, 0, 1]),
        ("[bron 1], [bronnen 1 en 2]", [0, 0, 1]),
        ("[источник 1], [Источники 1 и 2]", [0, 0, 1]),
        ("[المصدر ١], [المصادر 1 و 2]", [0, 0, 1]),
        ("[स्रोत १], [स्रोत 1 और 2]", [0, 0, 1]),
        ("【来源1】[來源 2]［文献1和2］", [0, 1, 0, 1]),
        ("[出典1]【資料2】", [0, 1]),
        ("[출처 1], [출처 1 및 2]", [0, 0, 1]),
        ("[แหล่งที่มา 1] [เอกสาร 1 และ 2]", [0, 0, 1]),
        # none
        ("Links [Source 1](there), [[1]](there), [1][2](there).", [0]),
        ("Footnotes.\n\n[^1]: Returns, page 3\n[^2]: Weather", []),
        ("Years [2019], [1-1-2019], pages [10-12], all [1-9], [2-1], [1-3].", []),
        ("Intervals x ∈ [1, 2], [0, 1], y = [1, 2], $a \\in [1, 2]$, [1, 2), ]1, 2[.", []),
        ('In `x【1】`, `[1-2]` and\n```\n[Source 1] 【1†source】 <source id="1">\n```\nno more.', []),
        ("Squares: 10 m², x¹, 1), (1), (1, 2), (resource 1), 【3】, 【732177670821917†L1】, <sup>1</sup>.", []),
        ("A heading 【重要】, a count [Sources 1 and 2 disagree], (Source 1 says so).", []),
    ],
)
def test_what_is_a_marker(answer: str, cited: list[int]) -> None:
    assert [citation.passage for citation in read(answer)] == cited


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    (citation,) = read("It rains in Paris. [2] London, though, has fog.")
    assert citation.quote == "It rains a lot in Paris."


@pytest.mark.parametrize("marker", ["[2]", "【2†source】", "[Source 2]", "[^2]", "(Source 2)"])
def test_whatever_its_form_it_belongs_to_the_sentence_before(marker: str) -> None:
    for answer in (f"It rains in Paris. {marker} London has fog.", f"It rains in Paris.{marker}\n\nLondon has fog."):
        (citation,) = read(answer)
        assert answer[citation.start : citation.end] == marker
        assert citation.quote == "It rains a lot in Paris."


def test_sources_that_are_listed_after_an_answer_stand_for_what_it_said_last() -> None:
    answer = "It rains a lot in Paris.\n\n**Sources:** [1], [2]"
    (citation,) = read(answer, overlap=0.3)
    assert (answer[citation.start : citation.end], citation.quote) == ("[2]", "It rains a lot in Paris.")
    assert not read("It rains a lot in Paris.\n\nSources:\n[1] returns.pdf, p. 3\n[2] weather.md", overlap=0.3)


def test_a_form_that_counts_in_its_own_way_cites_the_file_that_it_names() -> None:
    named = [Document(content=one.content, meta={"filename": f"{i}.txt"}) for i, one in enumerate(PASSAGES)]
    assert [citation.passage for citation in read("So 【4:0†1.txt】, 【4:1†1.txt】, 【4:0†2.txt】.", named)] == [
        1,
        1,
        0,
    ]


def test_a_model_that_repeats_itself_is_not_read_for_ever() -> None:
    assert len(read("[1] " * 50_000)) == 1000


def test_a_marker_that_leads_stands_for_the_sentence_after_it() -> None:
    (citation,) = read("According to [2], London is foggy.")
    assert citation.quote == "In London it is foggy."


def test_each_clause_has_its_own_quote() -> None:
    citations = read("It rains in Paris [2], and London is foggy [2].")
    assert [citation.quote for citation in citations] == ["It rains a lot in Paris.", "In London it is foggy."]


def test_markers_side_by_side_stand_for_the_same_words() -> None:
    passages = [Document(content="Cats sleep. Dogs bark."), Document(content="All cats sleep. All dogs bark.")]
    citations = read("Cats sleep [1], dogs bark [1][2].", passages)
    assert [citation.quote for citation in citations] == ["Cats sleep.", "Dogs bark.", "All dogs bark."]


def test_a_quote_is_short_and_whole_words_of_the_passage() -> None:
    content = "lead " * 300 + "the treaty of Utrecht was signed by envoys " + "tail " * 300
    (citation,) = read("Envoys signed the treaty of Utrecht [1].", [Document(content=content)])
    assert content[citation.quote_start :].startswith(citation.quote)
    assert "treaty of Utrecht was signed by envoys" in citation.quote
    assert len(citation.quote) <= QUOTE
    assert set(citation.quote.split()) <= set(content.split())


@pytest.mark.parametrize(
    ("answer", "content", "quote"),
    [
        ("东京人口很多 [1]。", "大阪在西边。东京的人口很多。", "东京的人口很多。"),
        (
            "Die Rückgabe ist kostenlos [1].",
            "Der Versand kostet. Rückgaben sind kostenlos.",
            "Rückgaben sind kostenlos.",
        ),
        ("Das ist katalogisiert [1].", "Alles wächst. Der Katalog ist groß.", "Der Katalog ist groß."),
        ("Плата возвращается [1].", "Доставка платная. Плату возвращают всем.", "Плату возвращают всем."),
        ("यह पेरिस में होता है [1]।", "लंदन बड़ा है। पेरिस सुंदर है।", "पेरिस सुंदर है।"),
    ],
)
def test_quotes_are_found_in_other_languages(answer: str, content: str, quote: str) -> None:
    (citation,) = read(answer, [Document(content=content)])
    assert citation.quote == quote


@pytest.mark.parametrize(
    ("answer", "supported"),
    [
        ("The refund is paid within 14 days [1].", [0]),
        ("You can send things back for free [1], and get your refund in two weeks, or 14 days [1].", [0, 0]),
        ("Bananas are yellow [1].", []),
        ("The refund is paid within 14 days [2], and bananas are yellow.", []),
        ("The refund is paid in days [1], and it rains a lot in Paris [2].", [0, 1]),
        ("The refund is paid in days [2]. It rains a lot in Paris [1].", []),
        ("It rains in Paris [1, 2].", [1]),
        ("The refund comes in 14 days. [1] The shop sells bananas. [1]", [0]),
        ("Yes [1].", [0]),
        ("[1]", [0]),
        ("Es regnet viel und ist auch neblig [2].", [1]),
    ],
)
def test_a_marker_is_a_citation_if_its_passage_has_the_words(answer: str, supported: list[int]) -> None:
    overlap = Settings.model_fields["citation_overlap"].default
    assert [citation.passage for citation in read(answer, overlap=overlap)] == supported


def test_markers_that_are_not_supported_are_counted() -> None:
    reader = CitationReader(PASSAGES, 0.3)
    reader.feed("The refund is paid within 14 days [1]. Bananas are yellow [1, 2], and [3] is no source.")
    assert len(reader.finish()) == 1
    assert reader.unsupported == 2


def test_what_a_passage_is_about_supports_too() -> None:
    watch = Document(content="It kept time well.", meta={"title": "Longitude", "headings": ["Harrison's watch"]})
    assert read("Harrison's watch was good [1].", [watch], 0.6)
    assert not read("Harrison's watch was good [1].", [Document(content="It kept time well.")], 0.3)


@pytest.mark.parametrize(
    ("answer", "cited"),
    [
        ("The allowance is 28 euros a day [1].", [0]),
        ("The allowance is 82 euros a day [1].", []),
        ("The lease ends on 30 June 2027 [1], not on 30 June 2029 [1].", [0]),
        ("The roof cost 88.000 dollars [1].", [0]),
        ("The roof cost 88,500 dollars [1].", []),
        ("The roof cost ٨٨,٠٠٠ dollars [1].", [0]),
        ("The lease ends on 30.06.2027 [1].", [0]),
        ("The lease ends on 30.06.2029 [1].", []),
        ("2. The allowance is paid by the 15th of a month in the roof lease [1].", [0]),
    ],
)
def test_a_passage_without_a_number_is_no_source_for_it(answer: str, cited: list[int]) -> None:
    text = "The allowance is 28 euros a day. The lease ends on 30 June 2027. The roof cost 88,000 dollars each month."
    passages = [Document(content=text, meta={})]
    assert [citation.passage for citation in read(answer, passages, overlap=0.3)] == cited


def test_the_quote_of_words_that_are_emphasised_in_the_file_has_its_marks() -> None:
    minutes = Document(
        content="**4. Piano.** We *take* Hobday in May.\n\nWe take Keys of Wells: 4 pianos, Hobday none."
    )
    (citation,) = read("4. Piano. We take Hobday in May. [1]", [minutes])
    assert citation.quote == "**4. Piano.** We *take* Hobday in May."
