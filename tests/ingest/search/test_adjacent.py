import pytest
from haystack import Document

from ingest.chunk.split import TokenSplitter
from ingest.search.adjacent import continuation, merge_adjacent

SENTENCES = [f"Sentence {number} is about herons and what they do all day." for number in range(60)]
TEXTS = {
    "paragraphs": "\n\n".join(" ".join(SENTENCES[n : n + 4]) for n in range(0, 60, 4)),
    "lines": "\n".join(SENTENCES),
    "pages": "\f".join(" ".join(SENTENCES[n : n + 7]) for n in range(0, 60, 7)),
    "far apart": "\n \n\n\t".join(SENTENCES),
}


def chunks(text: str, overlap: int = 0, store_file_id: str = "vsf_1") -> list[Document]:
    meta = {"store_id": "vs_1", "file_id": "file-1", "store_file_id": store_file_id, "paged": "\f" in text}
    return TokenSplitter(100, overlap).run([Document(content=text, meta=meta)])["documents"]


def scored(chunk: Document, score: float) -> Document:
    return Document(chunk.id, chunk.content, meta=chunk.meta, score=score)


@pytest.mark.parametrize("overlap", [0, 50])
@pytest.mark.parametrize("name", TEXTS)
def test_all_of_a_text_is_put_together_as_it_was(name: str, overlap: int) -> None:
    [whole] = merge_adjacent(reversed(chunks(TEXTS[name], overlap)))
    assert whole.content == TEXTS[name].strip()
    assert (whole.meta["start"], whole.meta["end"]) == (0, len(TEXTS[name]))
    if name == "pages":
        assert (whole.meta["page_start"], whole.meta["page_end"]) == (1, 9)


def test_only_neighbours_are_merged_in_the_place_of_the_best() -> None:
    a, b, c, d, *_ = chunks(TEXTS["lines"])
    other = chunks(TEXTS["lines"], store_file_id="vsf_2")[1]
    found = [scored(d, 0.9), scored(b, 0.8), scored(other, 0.7), scored(a, 0.6)]
    first, second, third = merge_adjacent(found)
    assert [first.content, third.content] == [d.content, other.content]
    assert second.content == f"{a.content}\n{b.content}"
    assert (second.id, second.score, second.meta["tokens"]) == (a.id, 0.8, a.meta["tokens"] + b.meta["tokens"])
    assert c.content and c.content not in (second.content or "")


def test_chunks_that_do_not_know_the_space_before_them_are_set_apart() -> None:
    before, after = chunks(TEXTS["lines"])[:2]
    del after.meta["space_before"]
    assert continuation(before, after) == f"\n{after.content}"
