"""A cross-encoder in a folder, in ONNX's format, as exported by Hugging Face's Optimum."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from ingest.errors import RerankingFailed

_LONGEST = 512  # word pieces of the question and the passage together, as these models were trained


class LocalCrossEncoder:
    def __init__(self, tokenizer: Path, weights: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # passages are read in parallel instead
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST, strategy="longest_first")
        self._readers = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="rerank")

    def close(self) -> None:
        self._readers.shutdown(cancel_futures=True)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        try:
            pairs = self._tokenizer.encode_batch([(question, text) for text in texts])
            return list(self._readers.map(self._score, pairs))
        except Exception as error:  # of the runtime, whose errors are of many kinds
            raise RerankingFailed(f"The model that puts passages in order failed ({error}).") from error

    def _score(self, pair: Encoding) -> float:
        inputs = {"input_ids": pair.ids, "attention_mask": pair.attention_mask, "token_type_ids": pair.type_ids}
        arrays = {name: np.array([ids], np.int64) for name, ids in inputs.items() if name in self._inputs}
        [logits, *_] = self._session.run(None, arrays)
        values = logits.ravel()
        return float(values[-1] - (values[0] if len(values) > 1 else 0))  # of two classes, the second is yes
