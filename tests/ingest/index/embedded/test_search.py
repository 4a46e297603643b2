"""What the embedded index finds, how it scores, and which filters it obeys."""

import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from haystack import Document, Pipeline
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.errors import FilterError
from haystack.utils.filters import document_matches_filter

from ingest.index.analysis import chunk_terms, question_terms
from ingest.index.copies import told_apart
from ingest.index.embedded import EmbeddedBM25Retriever, EmbeddedDocumentStore
from ingest.languages import ENGLISH
from ingest.query import Query
from tests.ingest.index.chance import some_document, some_filter


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(str(tmp_path / "index"))
    yield store
    store.close()


def keep(store: EmbeddedDocumentStore, *contents: str) -> None:
    store.write_documents([Document(id=content, content=content) for content in contents])


def found(store: EmbeddedDocumentStore, question: str, **options: Any) -> list[str]:
    return [document.id for document in store.search(Query(question, **options))]


@pytest.mark.parametrize(
    ("text", "question", "other"),
    [
        ("हिन्दी की किताबें", "किताबें", "कताब"),  # vowel signs belong to their letters
        ("हिन्दी की किताबों में", "किताब", "कताब"),
        ("北京是中国的首都", "首都", "東"),
        ("データベースを検索する", "検索", "値"),
        ("서울은 한국의 수도", "한국", "중"),
        ("Die Größe der Straße", "grosse strasse", "grob"),
        ("call snake_case here", "snake_case", "sneak"),
        ("call snake_case here", "snake", "sneak"),
        ("call getUserName here", "get_user_name", "put"),
        ("the report of FY2018", "2018", "2019"),
        ("ทีมรับของแพนเธอร์สถอดใจ", "แพนเธอร์", "ฮ"),
        ("the runners were running", "run", "rust"),
        ("e\u0301tude", "étude", "etu"),  # accents composed or not
        ("e\ufb03cient", "efficient", "cient"),  # a ligature, as in many PDF files
        ("ﾃﾞｰﾀ", "データ", "値"),  # narrow and wide letters
        ("Donau\u00addampf\u00adschiff", "Donaudampfschiff", "dampf"),  # soft hyphens
        ("İstanbul İhalesi", "istanbul", "ankara"),
        ("ISPARTA GÖLÜ", "ısparta", "kara"),
        ("Η Εθνική Βιβλιοθήκη", "ΒΙΒΛΙΟΘΗΚΗΣ", "βιβλος"),
        ("ΤΡΌΠΟΣ ΠΛΗΡΩΜΉΣ", "τροπος", "τοπος"),
        ("ᾠδὴ εἰς τὸν ἥλιον", "ωδη", "οδος"),
        ("הַסִּפְרִיָּה הלאומית", "הספריה", "ספר"),
        ("בית־הספר", "הספר", "ספרים"),
        ("شرکت ملی نفت", "شركت ملي", "شر"),
        ("كتاب عن الأحجار", "کتاب", "كتف"),
        ("إدارة الأعمال", "ادارة", "دار"),
        ("المدرسه الكبيره", "المدرسة", "الدرس"),
        ("مُحَمَّـــدٌ كاتب", "محمد", "حمد"),
        ("کتاب‌های تازه", "کتاب", "کتب"),
        ("ہندوستان کی تاریخ", "هندوستان", "ہند"),
        ("تلفن ۸۸۶۴۴۰۸۰", "88644080", "8864"),
        ("عام ١٩٧٣", "1973", "1974"),
        ("सन् १९४७", "1947", "1948"),
        ("ปี ๒๕๖๗", "2567", "2568"),
        ("電話８８６４", "8864", "886"),
        ("हिन्दी भाषा", "हिंदी", "हिरन"),
        ("ज़मीन का दाम", "जमीन", "जन"),
        ("Điện Biên Phủ", "dien bien phu", "dat"),
        ("Uniwersytet Łódzki", "lodzki", "ladny"),
        ("Ærø færge", "aero", "aar"),
        ("Smørrebrød", "smorrebrod", "smart"),
        ("Ещё ёлки", "елки", "белки"),
        ("Старинный за\u0301мок", "замок", "мок"),
        ("їжак", "їжак", "іжак"),  # another letter, not an accent
        ("ガ", "ガ", "カ"),
    ],
)
def test_it_finds_words_of_many_languages(store: EmbeddedDocumentStore, text: str, question: str, other: str) -> None:
    keep(store, text)
    assert found(store, question) == [text]
    assert found(store, other) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("e-mail", "email"),
        ("E-Mail", "Emails"),
        ("Wi-Fi", "wifi"),
        ("co-operation", "cooperation"),
        ("on-line", "online"),
        ("wi\u2011fi", "wifi"),  # a hyphen that does not break
        ("COVID-19", "covid19"),
        ("UTF-8", "utf8"),
        ("E-Mail-Adresse", "Email"),
        ("E-Mail-Adresse", "Emailadresse"),
        ("node.js", "nodejs"),
    ],
)
@pytest.mark.parametrize("script", ["", " 汉"])
def test_what_has_a_hyphen_is_found_without_and_the_other_way_round(
    store: EmbeddedDocumentStore, one: str, other: str, script: str
) -> None:
    for spelling, asked in ((one, other), (other, one)):
        text = f"Our {spelling} policy{script}"
        keep(store, text)
        assert found(store, asked) == [text]
        store.delete_all_documents()


def test_the_parts_of_a_word_with_hyphens_are_found(store: EmbeddedDocumentStore) -> None:
    keep(store, "a state-of-the-art heron", "the state of the art", "T cells", "T-cells")
    assert sorted(found(store, "state-of-the-art")) == ["a state-of-the-art heron", "the state of the art"]
    assert sorted(found(store, "T-cell")) == ["T cells", "T-cells"]


@pytest.mark.parametrize("number", ["2019-05-03", "+49-30-1234567", "ISO-8859-1", "550e8400-e29b-41d4-a716"])
def test_a_date_or_a_number_with_hyphens_is_not_one_word(store: EmbeddedDocumentStore, number: str) -> None:
    keep(store, number)
    assert len(chunk_terms(number, ENGLISH)[0]) == len(chunk_terms(number.replace("-", " "), ENGLISH)[0])
    assert found(store, number.split("-")[1]) == [number]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("C++", "C"),
        ("c#", "C"),
        ("F#", "F"),
        (".NET", "net"),
        ("R&D", "R D"),
        ("R & D", "R D"),
        ("AT&T", "T"),
        ("node.js", "node"),
    ],
)
def test_a_name_with_a_sign_comes_before_its_letters(store: EmbeddedDocumentStore, name: str, letters: str) -> None:
    with_sign = f"All of it was once written with the help of {name}, as they say."
    keep(store, f"{letters} {letters} {letters}", with_sign)
    assert found(store, f"What is {name}?") == [with_sign, f"{letters} {letters} {letters}"]
    store.delete_all_documents()
    keep(store, f"{letters} {letters} {letters}")
    assert found(store, f"What is {name}?") == [f"{letters} {letters} {letters}"]


def test_a_name_with_a_sign_that_no_chunk_has_weighs_nothing(store: EmbeddedDocumentStore) -> None:
    keep(store, "C is a language", "herons")
    [asked], [letters] = (store.search(Query(question)) for question in ("language C++", "language C"))
    assert asked.score == pytest.approx(letters.score)


@pytest.mark.parametrize("question", ["who is it", "What's this?", "how do I", "", " \n", "…!?", "\ud800"])
def test_a_question_without_words_finds_nothing(store: EmbeddedDocumentStore, question: str) -> None:
    keep(store, "who is it", "what is this and how do I do it")
    assert found(store, question) == []


@pytest.mark.parametrize(
    "question",
    [
        'heron AND "lake" OR (',
        "heron:* ~2 ^5 [a TO z] {",
        "-heron +lake NOT",
        "🦩 heron 🦩",
        "heron\x00lake",
        "heron " * 20_000,
        "heron " + " ".join(f"word{n}" for n in range(20_000)),
        "x" * 100_000 + " heron",
        "heron \udcff",
    ],
    ids=range(9),
)
def test_a_question_is_only_ever_words(store: EmbeddedDocumentStore, question: str) -> None:
    keep(store, "a heron", "an otter")
    assert found(store, question) == ["a heron"]


def test_a_john_doe_is_found_though_does_is_no_word(store: EmbeddedDocumentStore) -> None:
    keep(store, "John Doe", "does he")
    assert found(store, "Doe") == ["John Doe", "does he"]
    assert found(store, "does") == []


def test_it_finds_by_file_name_title_and_headings(store: EmbeddedDocumentStore) -> None:
    meta = {"filename": "annual_report.pdf", "title": "Herons", "headings": ["Feeding", "At night"]}
    store.write_documents([Document(id="1", content="They eat fish.", meta=meta), Document(id="2", content="fish")])
    for question in ("annual", "report", "herons", "feeding", "night"):
        assert found(store, question) == ["1"]
    assert found(store, "report fish") == ["1", "2"]
    assert found(store, "pdf") == []


def test_a_document_without_text_is_kept_and_not_found(store: EmbeddedDocumentStore) -> None:
    store.write_documents([Document(id="1", meta={"title": "heron"})])
    assert store.count_documents() == 1
    assert found(store, "heron") == []


def test_embeddings_are_kept_and_not_retrieved(store: EmbeddedDocumentStore) -> None:
    document = Document(content="heron", embedding=[0.1, 0.2])
    store.write_documents([document])
    assert store.filter_documents() == [document]
    [passage] = store.search(Query("heron"))
    assert passage.embedding is None


def test_more_may_be_asked_for_than_there_is(store: EmbeddedDocumentStore) -> None:
    keep(store, "heron")
    assert found(store, "heron", top_k=10**12) == ["heron"]
    assert found(store, "heron", top_k=0) == []


def test_a_document_that_cannot_be_kept_is_refused_before_anything_is_written(store: EmbeddedDocumentStore) -> None:
    for wrong in ({"when": object()}, {"title": "half a pair \ud800"}):
        with pytest.raises((TypeError, ValueError)):
            store.write_documents([Document(id="1", content="heron"), Document(id="2", content="x", meta=wrong)])
    assert store.count_documents() == 0
    keep(store, "otter")
    assert found(store, "otter") == ["otter"]


def test_what_a_writer_wrote_before_its_error_is_undone(store: EmbeddedDocumentStore) -> None:
    keep(store, "heron")
    with pytest.raises(DuplicateDocumentError):
        keep(store, "otter", "heron")
    assert found(store, "otter heron") == ["heron"]
    assert store.count_documents() == 1


NUMBERS = ["7", "12", "2018", "2019"]
WORDS = [first + second for first in "bdfgklmprt" for second in ("ab", "ek", "im", "op", "uz", "yg")]


def bm25(documents: list[Document], question: str) -> dict[str, float]:
    """The documented formula, over all documents, slowly."""
    titles = [d.meta.get("title", "") for d in documents]
    texts = [chunk_terms(f"{title}\n{title}\n{d.content}", ENGLISH) for title, d in zip(titles, documents, strict=True)]
    first_of = {d.content: n for n, d in reversed(list(enumerate(documents)))}
    words, pairs, _, _, turned, _ = question_terms(question, [ENGLISH])
    scores = dict.fromkeys((d.id for d in documents), 0.0)
    total, reach = len(first_of) + 20, 0.0
    asked = [(term, "word", 1 + math.log(times)) for (term,), times in words.items()]
    asked += [(term, "pair", 0.4 * min(1, 8 / len(pairs))) for (term,) in pairs]
    asked += [(term, "pair", 0.4 * 0.3 * min(1, 8 / len(pairs))) for (term,) in turned]
    tokens_by_kind = {
        "word": [[word for word in words if not word.isdecimal()] for words, _ in texts],
        "number": [[word for word in words if word.isdecimal()] for words, _ in texts],
        "pair": [pairs for _, pairs in texts],
    }
    usual = {"word": 150, "number": 0, "pair": 100}
    for term, of_kind, weight in asked:
        kind = "number" if term.isdecimal() else of_kind
        tokens_of = tokens_by_kind[kind]
        with_term = sum(term in tokens_of[n] for n in first_of.values())
        with_term = max(with_term, any(term in tokens for tokens in tokens_of))
        idf = math.log(1 + (total - with_term + 0.5) / (with_term + 0.5))
        average = (sum(len(tokens_of[n]) for n in first_of.values()) + 20 * usual[kind]) / total
        for document, tokens in zip(documents, tokens_of, strict=True):
            count = tokens.count(term)
            saturated = 2.2 * count / (count + 1.2 * (0.25 + 0.75 * len(tokens) / average))
            scores[document.id] += weight * idf * (1.6 * (count > 0) if kind == "number" else saturated)
        reach += weight * idf * 2.2 if of_kind == "word" else 0.0
    return {id: min(score / reach, 1.0) for id, score in scores.items() if score > 0}


def test_scores_are_bm25_over_words_numbers_and_pairs_under_any_filter(store: EmbeddedDocumentStore) -> None:
    some = random.Random(1)
    documents = [
        Document(
            id=str(n),
            content=" ".join(some.choices(WORDS + NUMBERS, k=some.randint(1, 30))),
            meta={"store_id": f"s{n % 7}", "language": "en"}
            | ({"title": " ".join(some.choices(WORDS, k=2))} if n % 3 else {}),
        )
        for n in range(250)
    ]
    copied = some.sample(documents, k=10)
    for n in range(50):
        title = {"title": " ".join(some.choices(WORDS, k=2))} if n % 2 else {}
        meta = {"store_id": f"s{n % 7}", "language": "en"} | title
        documents.append(Document(id=f"copy {n}", content=some.choice(copied).content, meta=meta))
    store.write_documents(documents)
    for _ in range(40):
        words = some.choices(WORDS, k=some.choice([1, 2, 3, 4, 15])) + some.choices(NUMBERS, k=some.randint(0, 1))
        question = " ".join([*words, *some.choices(["unknown", ""], k=1)])
        stores = some.sample([f"s{n}" for n in range(7)], k=some.randint(1, 7))
        filters = {"field": "meta.store_id", "operator": "in", "value": stores}
        stores_of = {d.id: d.meta["store_id"] for d in documents}
        expected = {id: score for id, score in bm25(documents, question).items() if stores_of[id] in stores}
        found = store.search(Query(question, filters, top_k=300))
        scores = {passage.id: passage.score or 0 for passage in found}
        assert scores == pytest.approx(expected, abs=1e-3)  # counterweights are of whole words
        firsts, copies = told_apart(found, lambda passage: passage.content)
        assert found == firsts + copies
        for each in firsts, copies:
            assert each == sorted(each, key=lambda passage: passage.score or 0, reverse=True)


def test_words_that_many_questions_have_count_less(store: EmbeddedDocumentStore) -> None:
    keep(store, "tell it", "herons fly far away", "owls", "otters")
    assert found(store, "tell herons") == ["herons fly far away", "tell it"]


def test_a_word_that_is_asked_twice_counts_more(store: EmbeddedDocumentStore) -> None:
    keep(store, "herons fly", "lakes freeze", "owls")
    assert found(store, "Does the heron, a lake bird, live as herons did?")[0] == "herons fly"
    assert found(store, "Does the heron of the lake live as lakes do?")[0] == "lakes freeze"


def test_two_words_are_a_pair_in_either_order(store: EmbeddedDocumentStore) -> None:
    keep(store, "the rate of a tax", "a rate, and who sets a tax", "the tax, the rate", "owls", "otters")
    assert found(store, "tax rate")[:2] == ["the tax, the rate", "the rate of a tax"]


def test_a_compound_finds_its_own_text_before_those_of_its_parts(store: EmbeddedDocumentStore) -> None:
    keep(store, "failed with ERR_1002", "failed with ERR_1001", "all 1001 nights", "no nights")
    assert found(store, "nights with ERR_1001")[0] == "failed with ERR_1001"
    assert len(found(store, "nights with ERR_1001")) == 4
    assert found(store, "ERR_1001") == ["failed with ERR_1001"]
    assert found(store, "ERR-1001 nights")[0] == "all 1001 nights"


def test_numbers_do_not_make_a_text_longer(store: EmbeddedDocumentStore) -> None:
    table = "net sales " + " ".join(map(str, range(100)))
    keep(store, "net sales", table, "owls " * 100)
    first, second = store.search(Query("sales"))
    assert first.score == pytest.approx(second.score)
    assert found(store, "57") == [table]


def test_documents_in_another_script_do_not_blur_how_rare_a_word_is(store: EmbeddedDocumentStore) -> None:
    def contrast() -> float:
        best, second, _ = (passage.score or 0 for passage in store.search(Query("นกกระสากินปลา", top_k=3)))
        return best / second

    keep(store, "นกกระสากินปลาในแม่น้ำ", "นกเค้าแมวกินหนูในป่า", "ปลาว่ายในแม่น้ำ")
    alone = contrast()
    usual = "eats all the small fish in the river " * 16  # as long as the chunks that are assumed in a small store
    keep(store, *(f"heron number {number} {usual}" for number in range(50)))
    assert contrast() == pytest.approx(alone, rel=0.005)


def test_a_score_does_not_change_when_other_chunks_are_deleted_and_a_filter_leaves_nothing_out(
    store: EmbeddedDocumentStore,
) -> None:
    keep(store, "heron lake", *(f"otter {n}" for n in range(50)))
    [before] = store.search(Query("heron lake"))
    store.delete_by_filter({"field": "id", "operator": "!=", "value": "heron lake"})
    [after] = store.search(Query("heron lake"))
    assert after.score == pytest.approx(before.score)


@pytest.mark.slow
def test_any_filter_means_what_haystack_means_by_it(store: EmbeddedDocumentStore) -> None:
    some = random.Random(2)
    documents = [some_document(some, n) for n in range(200)]
    store.write_documents(documents)
    for _ in range(600):
        filters = some_filter(some)
        expected = {d.id for d in documents if document_matches_filter(filters, d)}
        assert {d.id for d in store.search(Query("common", filters, top_k=200))} == expected, filters
        assert {d.id for d in store.filter_documents(filters)} == expected, filters
        assert store.count_documents_by_filter(filters) == len(expected), filters


def test_a_filter_that_must_be_checked_one_by_one_still_fills_the_page(store: EmbeddedDocumentStore) -> None:
    store.write_documents([Document(id=str(n), content="heron", meta={"n": n}) for n in range(500)])
    filters = {"field": "meta.n", "operator": "in", "value": list(range(0, 500, 20))}
    assert len(set(found(store, "heron", filters=filters, top_k=10))) == 10
    assert found(store, "heron", filters=filters, top_k=50) == [str(n) for n in range(0, 500, 20)]


def test_a_range_passes_over_attributes_of_another_type(store: EmbeddedDocumentStore) -> None:
    years = {"1": 2001, "2": "long ago", "3": 1999}
    store.write_documents(
        [Document(id=id, content="heron", meta={"attributes": {"year": year}}) for id, year in years.items()]
    )
    assert found(store, "heron", filters={"field": "meta.attributes.year", "operator": ">", "value": 2000}) == ["1"]


@pytest.mark.parametrize(
    "filters",
    [
        {"field": "meta.store_id", "operator": "~", "value": "a"},
        {"field": "meta.store_id", "operator": "in", "value": "a"},
        {"field": "meta.store_id", "operator": "=="},
        {"operator": "XOR", "conditions": []},
        {"conditions": []},
    ],
)
def test_a_malformed_filter_is_an_error_even_with_nothing_to_filter(
    store: EmbeddedDocumentStore, filters: dict[str, Any]
) -> None:
    with pytest.raises(FilterError):
        store.search(Query("heron", filters))
    with pytest.raises(FilterError):
        store.filter_documents(filters)


def test_a_retriever_read_back_has_its_filters_and_its_store(store: EmbeddedDocumentStore) -> None:
    store.write_documents([Document(id=id, content="heron", meta={"store_id": id}) for id in "ab"])
    pipeline = Pipeline()
    filters = {"field": "meta.store_id", "operator": "==", "value": "b"}
    pipeline.add_component("retriever", EmbeddedBM25Retriever(store, filters, top_k=3))
    again = Pipeline.loads(pipeline.dumps(), allowed_modules=["ingest.*", "haystack.*"])
    found = again.run({"retriever": {"query": "heron"}})["retriever"]["documents"]
    assert [document.id for document in found] == ["b"]
    read: Any = again.get_component("retriever")
    read.document_store.close()
