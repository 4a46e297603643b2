import hashlib
import random
from itertools import pairwise

import bpe_openai
import pytest
from haystack import Document

from ingest.chunk.split import TokenSplitter
from ingest.search.adjacent import merge_adjacent

META = {
    "store_id": "vs_1",
    "file_id": "file-1",
    "store_file_id": "vsf_1",
    "filename": "notes.txt",
    "attributes": {"year": 2020},
}
CONVERSION = {"markup": "text", "paged": False, "converter": "text", "read_as": ".txt"}


ENCODING = bpe_openai.get_encoding("o200k_base")


def tokens(text: str) -> int:
    return len(ENCODING.encode_ordinary(text))


def split(text: str, max_tokens: int = 100, overlap_tokens: int = 0, **meta: object) -> list[Document]:
    document = Document(content=text, meta=META | CONVERSION | meta)
    return TokenSplitter(max_tokens, overlap_tokens).run([document])["documents"]


def texts(chunks: list[Document]) -> list[str]:
    return [chunk.content or "" for chunk in chunks]


def check(text: str, chunks: list[Document], max_tokens: int, overlap_tokens: int) -> None:
    """What holds for every text."""
    covered = 0
    for position, chunk in enumerate(chunks):
        start, end = chunk.meta["start"], chunk.meta["end"]
        assert chunk.content == text[start:end] == text[start:end].strip() != ""
        assert chunk.meta["tokens"] == tokens(chunk.content) <= max_tokens
        assert chunk.meta["position"] == position
        assert end > covered, "each chunk brings something new"
        assert not text[covered:start].strip(), "only white space is left out"
        if start < covered:
            assert tokens(text[start:covered]) <= overlap_tokens
        covered = end
    assert not text[covered:].strip()


SENTENCE = "The quick brown fox jumps over the lazy dog, and nobody minds. "
PROSE = (SENTENCE * 7 + "\n\n") * 12

ALPHABETS = {
    "words": ["word", " ", "and", ". ", "\n", "A"],
    "white space": [" ", "\n", "\t", "\f", "\n\n\n\n", "x"],
    "one long word": ["x", "yz"],
    "chinese": [*"中文文本测试。！？", "a "],
    "rare characters": [*"𠜎𠜱𝔘", "\u0301", " "],
    "emoji": ["👩\u200d👩\u200d👧", "🏽", "é", " "],
    "markdown": ["# A\n", "## B\n", "```\n", "- item\n", "Text. ", "\n\n", "|"],
    "code": ["def f():\n", "    return 1\n", "\n", "# not a heading\n", "}"],
    "gaps": ["word ", "word ", "word ", "word ", "word ", "word ", " " * 9000, "\n" * 3000],
    "anything": [chr(c) for c in [*range(32, 0x250), *range(0x3040, 0x30FF)]],
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("seed", range(12))
def test_chunks_cover_the_text_within_their_limits(alphabet: str, seed: int) -> None:
    choice = random.Random(seed)
    text = "".join(choice.choices(ALPHABETS[alphabet], k=choice.choice([0, 1, 50, 3000])))
    max_tokens = choice.randint(100, 400)
    overlap_tokens = choice.choice([0, max_tokens // 2, choice.randint(0, max_tokens // 2)])
    for markup in ("text", "markdown", "code"):
        check(text, split(text, max_tokens, overlap_tokens, markup=markup), max_tokens, overlap_tokens)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 2_000_000,
        "\n" * 1_000_000 + "a",
        "a\n" * 200_000,
        "# a\n" * 50_000,
        "a" + " " * 1_000_000 + "b",
        '."' * 200_000,
    ],
    ids=["word", "newlines", "lines", "headings", "spaces", "quotes"],
)
def test_long_monotonous_texts_are_no_worse(text: str) -> None:
    """Anything but linear time would show as minutes."""
    check(text, split(text, 800, 400, markup="markdown"), 800, 400)


def test_a_short_text_is_one_chunk_with_all_of_its_meta() -> None:
    (chunk,) = split(" Short text.\n", title="Notes")
    assert chunk.content == "Short text."
    assert chunk.meta == META | {"title": "Notes", "position": 0, "start": 1, "end": 12, "tokens": 3}
    assert chunk.id == hashlib.sha256(b"vs_1/file-1/vsf_1/0").hexdigest()[:32]


def test_a_text_of_just_the_limit_is_one_chunk() -> None:
    text = " ".join(["word"] * 100)
    assert tokens(text) == 100
    assert texts(split(text)) == [text]
    assert len(split(text + " more")) == 2


def test_neighbours_share_nearly_what_was_asked_for() -> None:
    chunks = split(PROSE, 200, 100)
    for left, right in pairwise(chunks):
        shared = tokens(PROSE[right.meta["start"] : left.meta["end"]])
        assert 75 <= shared <= 100
        assert (right.content or "").startswith("The quick")


def test_without_overlap_nothing_is_said_twice() -> None:
    chunks = split(PROSE, 200, 0)
    assert "".join("".join(texts(chunks)).split()) == "".join(PROSE.split())


def test_cuts_are_made_after_paragraphs_then_sentences_then_lines_then_words() -> None:
    paragraphs = texts(split(PROSE, 150))
    assert {text.count(SENTENCE.strip()) for text in paragraphs} == {7}
    assert all(text.endswith("nobody minds.") for text in texts(split(SENTENCE * 100)))
    assert all(text.endswith("end") for text in texts(split("a line without a stop at its end\n" * 100)))
    assert set(" ".join(texts(split("word " * 1000))).split()) == {"word"}


def test_chinese_and_japanese_sentences_are_kept_whole() -> None:
    assert all(text.endswith("。") for text in texts(split("北京是中华人民共和国的首都，人口众多。" * 60)))
    assert all(text.endswith("」") for text in texts(split("彼は「東京は日本の首都です。」" * 60)))


def test_code_is_cut_between_lines() -> None:
    code = "def f():\n    return 'A sentence. Another one. And one more.'\n" * 100
    assert all(text.endswith("'") or text.endswith(":") for text in texts(split(code, markup="code")))


def test_rows_of_a_table_are_kept_whole() -> None:
    rows = "\n".join(f"| Name: Alice {n} | Comment: It was good. Very good indeed. |" for n in range(40))
    for chunk in split(rows, 200, 100, markup="markdown"):
        assert (chunk.content or "").startswith("| Name: ")
        assert (chunk.content or "").endswith(" |")


def test_a_long_word_is_cut_between_characters() -> None:
    assert "".join(texts(split("𠜎" * 500))) == "𠜎" * 500


def test_a_chunk_within_a_table_knows_its_columns() -> None:
    columns = "| Segment | 2018 | 2019 |"
    table = f"{columns}\n| --- | ---: | ---: |\n" + "".join(f"| Part {i} | {i}18 | {i}19 |\n" for i in range(40))
    below = "| No | table |\n" * 30
    chunks = split(f"{PROSE[:300]}\n\n{table}\n{SENTENCE * 10}\n\n{below}", markup="markdown")
    within = [chunk for chunk in chunks if (chunk.content or "").startswith("| Part")]
    assert len(within) > 3
    assert {chunk.meta.get("columns") for chunk in within} == {columns}
    assert all("columns" not in chunk.meta for chunk in chunks if chunk not in within)
    long = "| " + "wide " * 100 + "|\n|---|\n" + "| row |\n" * 100
    assert {len(chunk.meta.get("columns", "")) for chunk in split(long, 200)[1:]} == {300}


def test_a_chunk_knows_whether_the_table_at_its_end_is_whole() -> None:
    table = "".join(f"| Part {i} | {i}18 | {i}19 |\n" for i in range(40))
    parts = split(table, markup="markdown")
    assert [chunk.meta.get("table_ends", False) for chunk in parts] == [False] * 5 + [True]
    assert all("table_ends" not in chunk.meta for chunk in split(f"{table}\n{SENTENCE}")[-1:])
    assert not merge_adjacent(parts[:2])[0].meta["table_ends"] and merge_adjacent(parts)[0].meta["table_ends"]


def test_a_table_without_a_line_below_its_columns_has_them_too() -> None:
    columns = "| Ship | 2018 | Fee |"
    rows = "\n".join(f"| Ship-{i} | {i}18 | {i}.50 |" for i in range(60))
    assert {chunk.meta.get("columns") for chunk in split(f"{columns}\n{rows}", 200)[1:]} == {columns}


def test_rows_that_name_their_values_or_have_no_names_have_no_columns() -> None:
    named = "| Ship | Fee |\n" + "\n".join(f"| Ship: {i} | Fee: {i}.50 |" for i in range(90))
    nameless = "\n".join(f"| Ship-{i} | {i}.50 |" for i in range(90))
    texts = "\n".join(f"| Ship-{i} | Harbour-{i} |" for i in range(90))
    for text in named, nameless, texts:
        assert {chunk.meta.get("columns") for chunk in split(text, 200)} == {None}


def test_chunks_know_their_headings() -> None:
    body = SENTENCE * 8
    text = (
        f"Before.\n\n{body}\n\n# One\n\n{body}\n\n## Two ##\n\n{body}\n\n"
        f"```\n# comment\n```\n\n{body}\n\n### Learn C#\n\n{body}\n\n# Four\n\n{body}"
    )
    headings = [chunk.meta.get("headings") for chunk in split(text, 160, markup="markdown")]
    assert headings == [
        None,
        ["One"],
        ["One", "Two"],
        ["One", "Two"],
        ["One", "Two", "Learn C#"],
        ["Four"],
    ]


def test_a_hash_in_plain_text_or_code_is_no_heading() -> None:
    for markup in ("text", "code"):
        assert "headings" not in split("# comment\n" + SENTENCE, markup=markup)[0].meta


def test_no_chunk_ends_with_a_heading() -> None:
    text = "".join(f"## Part {i}\n\n{SENTENCE * (i % 5 + 1)}\n\n" for i in range(60))
    for chunk in split(text, 100, 50, markup="markdown"):
        assert not (chunk.content or "").splitlines()[-1].startswith("#")


def test_no_cut_is_made_right_below_a_heading() -> None:
    for words in range(30, 100):
        text = "word " * words + "\n\n## The heading of what follows\n\n" + "word " * 300
        assert not any(text.endswith("follows") for text in texts(split(text, 100, markup="markdown")))


def test_a_heading_near_the_start_does_not_make_a_tiny_chunk() -> None:
    text = f"# One\n\n{SENTENCE}\n\n# Two\n\n{SENTENCE * 30}"
    chunks = split(text, 100, 0, markup="markdown")
    assert min(chunk.meta["tokens"] for chunk in chunks[:-1]) >= 50


def test_a_section_is_a_chunk_by_itself() -> None:
    text = "".join(f"## {name}\n\n{SENTENCE * 5}\n\n" for name in ("One", "Two", "Three"))
    assert [chunk.meta["headings"] for chunk in split(text, 512, markup="markdown")] == [["One"], ["Two"], ["Three"]]


def test_short_sections_share_a_chunk() -> None:
    text = "".join(f"## {name}\n\n{SENTENCE}\n\n" for name in ("One", "Two", "Three", "Four"))
    first, second = split(text, 512, markup="markdown")
    assert (first.content or "").startswith("## One") and (second.content or "").startswith("## Four")


def test_a_heading_with_little_text_goes_with_the_sections_in_it() -> None:
    steps = f"## Method\n\n{SENTENCE * 3}\n\n"
    text = "".join(f"# {name}\n\nFor four.\n\n## Ingredients\n\n{SENTENCE * 4}\n\n{steps}" for name in ("Stew", "Cake"))
    assert [chunk.meta["headings"] for chunk in split(text, 512, markup="markdown")] == [
        ["Stew"],
        ["Stew", "Method"],
        ["Cake"],
        ["Cake", "Method"],
    ]
    beside = text.replace("## Ingredients", "# Ingredients")  # not of its own
    assert ["Cake"] not in [chunk.meta["headings"] for chunk in split(beside, 512, markup="markdown")]


def test_nor_does_that_make_a_tiny_chunk() -> None:
    text = f"# Stew\n\nNone.\n\n# Cake\n\n{SENTENCE}\n\n## Ingredients\n\n{SENTENCE * 20}"
    assert min(chunk.meta["tokens"] for chunk in split(text, 512, markup="markdown")) >= 25


def test_a_chunk_starts_with_its_heading_where_that_leaves_it_full_enough() -> None:
    text = f"{SENTENCE * 6}\n\n# Two\n\n{SENTENCE * 6}"
    _, second = split(text, 130, markup="markdown")
    assert (second.content or "").startswith("# Two")


def test_chunks_know_their_pages() -> None:
    pages = [SENTENCE * 3, "", SENTENCE * 4, SENTENCE * 9]
    text = "\f".join(pages)
    chunks = split(text, 100, 50, paged=True)
    for chunk in chunks:
        start, end = chunk.meta["start"], chunk.meta["end"]
        assert chunk.meta["page_start"] == 1 + text[:start].count("\f")
        assert chunk.meta["page_end"] == 1 + text[:end].count("\f")
    assert chunks[0].meta["page_start"] == 1
    assert chunks[-1].meta["page_end"] == 4


def test_a_text_without_pages_has_no_page_numbers() -> None:
    assert "page_start" not in split("one\ftwo")[0].meta


def test_limits_of_a_document_replace_those_of_the_component() -> None:
    own = Document(content=PROSE, meta=META | CONVERSION | {"chunk_tokens": 100, "overlap_tokens": 0})
    chunks = TokenSplitter().run([own])["documents"]
    assert texts(chunks) == texts(split(PROSE, 100, 0)) != texts(split(PROSE, 800, 400))
    assert "chunk_tokens" not in chunks[0].meta


def test_each_document_starts_anew() -> None:
    documents = [Document(content="one", meta=META), Document(content="two", meta=META | {"file_id": "file-2"})]
    chunks = TokenSplitter().run(documents)["documents"]
    assert [chunk.meta["position"] for chunk in chunks] == [0, 0]
    assert chunks[0].id != chunks[1].id


@pytest.mark.parametrize(("max_tokens", "overlap_tokens"), [(99, 0), (4097, 0), (100, -1), (100, 51)])
def test_limits_that_cannot_be_are_refused(max_tokens: int, overlap_tokens: int) -> None:
    with pytest.raises(ValueError, match="must be from"):
        TokenSplitter(max_tokens, overlap_tokens)
    with pytest.raises(ValueError, match="must be from"):
        TokenSplitter().run([Document(content="", meta={"chunk_tokens": max_tokens, "overlap_tokens": overlap_tokens})])


def test_a_long_heading_is_cut_where_it_stands_with_each_chunk() -> None:
    chunks = split("# " + "heading " * 1000 + "\n\n" + "words of the text. " * 2000, markup="markdown")
    assert len(chunks) > 10
    assert all(sum(map(len, chunk.meta.get("headings", ()))) <= 300 for chunk in chunks)
