"""The model `static`: the mean of the vectors of a text's words, whatever their context; very fast, English.

The package `wordllama` (MIT) has 32,000 vectors, which its authors trained from the token embeddings of Llama 2 and
other models. They are read directly, since the package's own loader looks for a newer file on the network.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from ingest.embed import Embeddings
from ingest.embed.local import LocalDocumentEmbedder, LocalTextEmbedder, Vectors, unit

_WEIGHT = 0.35


def load() -> Embeddings:
    model = _Static()
    return Embeddings(
        "wordllama-l2-256",
        LocalDocumentEmbedder(model.encode),
        LocalTextEmbedder(model.encode),
        _WEIGHT,
        frozenset(["en"]),
    )


class _Static:
    def __init__(self) -> None:
        spec = find_spec("wordllama")
        folder = Path(cast(str, spec and spec.origin)).parent
        [self._words] = load_file(folder / "weights" / "l2_supercat_256.safetensors").values()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        # It has no vectors for words in capitals, only for pieces of them.
        plain = [text.lower() if text.isupper() else text for text in texts]
        encoded = self._tokenizer.encode_batch_fast(plain, add_special_tokens=False)
        means = np.zeros((len(texts), self._words.shape[1]), np.float32)
        for mean, tokens in zip(means, encoded, strict=True):
            if tokens.ids:
                self._words[tokens.ids].mean(axis=0, dtype=np.float32, out=mean)
        return unit(means)
