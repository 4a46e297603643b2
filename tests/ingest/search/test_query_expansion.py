from pathlib import Path

import pytest
from haystack import Document

from ingest.index.backend import open_index
from ingest.query import Query
from ingest.search.query_expansion import ExpandingSearcher, words_in_common
from ingest.settings import Settings

TEXTS = [
    "The heron is a wading bird and eats fish.",
    "The heron wades where fish swim, and a wading bird is patient.",
    "Wading birds and fish share the shallow river.",
    "The parliament debated the budget until the morning.",
]


@pytest.mark.parametrize("backend", ["embedded", "memory"])
def test_what_the_best_have_in_common_finds_what_has_no_word_of_the_question(tmp_path: Path, backend: str) -> None:
    index = open_index(Settings(_env_file=None, data_dir=tmp_path, index_backend=backend))
    index.store.write_documents([Document(id=str(n), content=text) for n, text in enumerate(TEXTS)])
    plain = [document.id for document in index.searcher.search(Query("heron", top_k=2))]
    found = ExpandingSearcher(index.searcher).search(Query("heron", top_k=3))
    index.close()
    assert sorted(plain) == ["0", "1"]
    assert sorted(document.id for document in found[:2]) == ["0", "1"] and found[2].id == "2"


def test_words_count_by_their_share_and_together_a_part_of_the_question() -> None:
    best = [Document(content="fish fish river", score=0.8), Document(content="river", score=0.4)]
    words = words_in_common("What does the heron eat?", best)
    assert [word for word, _ in words] == ["river", "fish"]
    assert [weight for _, weight in words] == pytest.approx([0.1961, 0.1569], abs=1e-3)
    assert sum(weight for _, weight in words) == pytest.approx(2 * 0.15 / 0.85)


def test_nothing_is_added_in_scripts_without_blanks() -> None:
    assert words_in_common("เมืองหลวง", [Document(content="กรุงเทพเป็นเมืองหลวง", score=1.0)]) == []
