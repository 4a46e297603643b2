"""A cross-encoder small enough to write by hand: as many points as the passage shares word pieces with the question.

It is a real model in ONNX's format (onnx.proto, IR version 8, operators of version 13), run by the real runtime.
"""

from collections.abc import Sequence
from pathlib import Path

INT64, FLOAT = 7, 1


def write_cross_encoder(folder: Path, words: Sequence[str]) -> None:
    """`model.onnx` and `tokenizer.json`, for texts of these words."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing

    vocabulary = {word: number for number, word in enumerate(["[CLS]", "[SEP]", "[UNK]", *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "model.onnx").write_bytes(_model())


def _model() -> bytes:
    nodes = [
        _node("Unsqueeze", ["input_ids", "two"], "rows"),
        _node("Unsqueeze", ["input_ids", "one"], "columns"),
        _node("Equal", ["rows", "columns"], "equal"),
        _node("Cast", ["equal"], "matches", to=INT64),
        _node("Unsqueeze", ["token_type_ids", "two"], "of passage"),
        _node("Sub", ["one", "token_type_ids"], "not of passage"),
        _node("Unsqueeze", ["not of passage", "one"], "of question"),
        _node("Mul", ["matches", "of passage"], "in passage"),
        _node("Mul", ["in passage", "of question"], "in both"),
        _node("Cast", ["in both"], "points", to=FLOAT),
        _node("ReduceSum", ["points", "last two"], "sum"),
    ]
    constants = {"one": [1], "two": [2], "last two": [1, 2]}
    graph = b"".join(
        [
            *(_field(1, node) for node in nodes),
            _field(2, b"cross-encoder"),
            *(_field(5, _constant(name, values)) for name, values in constants.items()),
            *(_field(11, _tensor(name, INT64, [1, "n"])) for name in ("input_ids", "token_type_ids")),
            _field(12, _tensor("sum", FLOAT, [1, 1, 1])),
        ]
    )
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def _node(operator: str, inputs: Sequence[str], output: str, to: int | None = None) -> bytes:
    attribute = b"" if to is None else _field(5, _field(1, b"to") + _number(3, to) + _number(20, 2))
    named = b"".join(_field(1, name.encode()) for name in inputs)
    return named + _field(2, output.encode()) + _field(4, operator.encode()) + attribute


def _constant(name: str, values: Sequence[int]) -> bytes:
    data = b"".join(value.to_bytes(8, "little") for value in values)
    return _number(1, len(values)) + _number(2, INT64) + _field(8, name.encode()) + _field(9, data)


def _tensor(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    sizes = (_field(2, size.encode()) if isinstance(size, str) else _number(1, size) for size in shape)
    described = _number(1, kind) + _field(2, b"".join(_field(1, size) for size in sizes))
    return _field(1, name.encode()) + _field(2, _field(1, described))


def _number(field: int, value: int) -> bytes:
    return _variable(field << 3) + _variable(value)


def _field(field: int, value: bytes) -> bytes:
    return _variable(field << 3 | 2) + _variable(len(value)) + value


def _variable(value: int) -> bytes:
    """An integer as Protocol Buffers write it."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
