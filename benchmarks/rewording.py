"""Rewords questions as a person might who has not read the document: some words give way to those nearest in meaning.

What is nearest is told by both built-in models together. Names, numbers and question words stay. Words that neither
has as a whole stay, too.
"""

import gzip
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import numpy as np
from haystack import Document
from numpy.typing import NDArray
from tokenizers import Tokenizer

import ingest.embed
from ingest.embed import BUILT_IN, open_embeddings
from rag_api.answer.language.languages import ENGLISH
from rag_api.evaluation.collection import Collection, JudgedQuestion

REWORDED = ", reworded"
"""What the name of such a collection ends with."""

_NEAREST = 0.5
_WORD = re.compile(r"(?<![\w'])[a-z]{4,}\b")
_BEGINNING = 4  # letters; a word that begins the same has only another ending
_ASKING = frozenset("many much long often tall high season first second third".split())


class Reworded(Collection):
    """A collection with those of its questions that change, in other words."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.name += REWORDED

    def questions(self) -> list[JudgedQuestion]:
        asked = super().questions()
        others = [replace(question, text=reworded(question.text)) for question in asked]
        return [other for question, other in zip(asked, others, strict=True) if other != question]


def reworded(question: str) -> str:
    return _WORD.sub(lambda word: _nearest().get(word[0], word[0]), question)


@cache
def _nearest() -> dict[str, str]:
    """By word, the nearest other one, if it is near."""
    pieces = Path(ingest.embed.__file__).with_name("wordpieces.txt.gz").read_bytes()
    spec = find_spec("wordllama")
    folder = Path(cast(str, spec and spec.origin)).parent / "tokenizers"
    whole = Tokenizer.from_file(str(folder / "l2_supercat_tokenizer_config.json")).get_vocab()
    kept = ENGLISH.stop_words | _ASKING
    known = [word for word in gzip.decompress(pieces).decode().split() if f"▁{word}" in whole and word not in kept]
    words = [word for word in known if _WORD.fullmatch(word)]
    vectors = np.hstack([_read(model, words) for model in BUILT_IN]) / np.sqrt(2)
    found = {}
    for word, likeness in zip(words, vectors @ vectors.T, strict=True):
        for place in np.argsort(-likeness)[:20]:
            if likeness[place] >= _NEAREST and words[place][:_BEGINNING] != word[:_BEGINNING]:
                found[word] = words[place]
                break
    return found


def _read(model: str, words: Sequence[str]) -> NDArray[np.float32]:
    embeddings = open_embeddings(model, None, None)
    assert embeddings
    read = embeddings.documents.run([Document(id=word, content=word) for word in words])["documents"]
    embeddings.close()
    return np.array([document.embedding for document in read], np.float32)
