"""Documents and filters of chance, to compare what a store makes of them with what Haystack means by them."""

import random
from typing import Any

from haystack import Document


def some_document(some: random.Random, n: int) -> Document:
    attributes: dict[str, Any] = {}
    if some.random() < 0.8:
        attributes["year"] = some.choice([1999, 2000, 2000.0, 2000.5, -3, 0, -0.0, 1, True, False, 2**60, 1e300])
    if some.random() < 0.8:
        attributes["kind"] = some.choice(["letter", "memo", "", "é x", "2024-01-01", "2024-01-01T00:00:00"])
    if some.random() < 0.8:
        attributes["size"] = some.choice([1e300, float(2**60), 2.0**60 + 2**10, -1e300, 2**53, 5])
    if some.random() < 0.3:
        attributes["tags"] = some.choice([["a", "b"], {"a": 1}, None, "a"])
    meta: dict[str, Any] = {"position": n % 9, "attributes": attributes}
    for key in ("store_id", "file_id", "store_file_id"):
        if some.random() < 0.9:
            meta[key] = some.choice(["a", "b", "c", "2024-01-01", 5, None])
    return Document(id=str(n), content="common text", meta=meta)


def some_filter(some: random.Random, depth: int = 0) -> dict[str, Any]:
    if depth < 3 and some.random() < 0.5:
        conditions = [some_filter(some, depth + 1) for _ in range(some.randint(0, 3))]
        return {"operator": some.choice(["AND", "OR", "NOT"]), "conditions": conditions}
    values: dict[str, list[Any]] = {
        "meta.attributes.year": [1999, 2000, 2000.5, 0, 1, True, -3, 2**60, 1e300, None],
        "meta.attributes.size": [1e300, float(2**60), 2**60, 2.0**60 + 2**9, 2.0**70, -1e300, 2**53, 5.0, None],
        "meta.attributes.kind": ["letter", "memo", "", "é x", "2024-01-01", "none", 1, None],
        "meta.attributes.tags": [["a", "b"], "a", None],
        "meta.attributes.tags.a": [1, None],
        "meta.store_id": ["a", "b", "2024-01-01", 5, None],
        "file_id": ["a", "b", "c", None],
        "meta.store_file_id": ["a", "c", "none"],
        "meta.position": [0, 3, 8],
        "attributes.year": [2000, None],  # leads nowhere in Haystack
        "meta": [{}],
    }
    field = some.choice(list(values))
    operators = ["==", "!=", "in", "not in"]
    if field in ("meta.attributes.year", "meta.attributes.size", "meta.position"):
        operators += ["<", "<=", ">", ">="]
    operator = some.choice(operators)
    value = some.choices(values[field], k=some.randint(0, 3)) if "in" in operator else some.choice(values[field])
    return {"field": field, "operator": operator, "value": value}
