"""The dashboard for Grafana: each of its queries is of metrics and labels that the server has."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.official_client import MakeClient, http_of, put

ROOT = Path(__file__).parents[1]
OPERATIONS_MD = ROOT / "docs" / "operations.md"
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "rag-api.json").read_text())

BY_PROMETHEUS = {"instance", "job"}
WORDS = {"by", "without", "and", "or", "unless", "on", "ignoring", "bool"}

METRIC = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)\s*(?:\{(?P<matchers>[^}]*)\})?(?P<call>\s*\()?")
MATCHER = re.compile(r'\s*(?P<label>\w+)\s*(?P<how>=~|!~|!=|=)\s*"(?P<value>[^"]*)"\s*(?:,|$)')
GROUPING = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")


TARGETS: list[dict[str, str]] = [target for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]


def selectors(query: str) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """The metrics in a query, each with its matchers of labels."""
    for found in METRIC.finditer(re.sub(r"\[[^\]]*\]", "", GROUPING.sub("", query))):
        if (found["call"] and found["matchers"] is None) or found["name"] in WORDS:
            continue
        matchers = found["matchers"] or ""
        parsed = list(MATCHER.finditer(matchers))
        assert sum(len(each[0]) for each in parsed) == len(matchers), matchers
        yield found["name"], [(each["label"], each["how"], each["value"]) for each in parsed]


def faults(target: dict[str, str], series: dict[str, list[dict[str, str]]]) -> Iterator[str]:
    """What a query asks for that no series has."""
    query = target["expr"]
    found = list(selectors(query))
    for name, matchers in found:
        if name not in series:
            yield f"there is no metric {name}"
        for label, how, value in matchers:
            values = {labels.get(label, "") for labels in series.get(name, ())}
            pattern = value if how.endswith("~") else re.escape(value)
            if label not in BY_PROMETHEUS and not any(re.fullmatch(pattern, each) for each in values):
                yield f"{name}: no {label} is {value}"
    labels = {label for name, _ in found for each in series.get(name, ()) for label in each} | BY_PROMETHEUS
    grouped = {label.strip() for group in GROUPING.findall(query) for label in group.split(",")}
    shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
    yield from (f"{query}: there is no label {label}" for label in grouped - labels)
    yield from (f"{query}: no label {label} is left" for label in shown - (grouped or labels))


def test_each_query_is_of_what_the_server_tells(new_client: MakeClient) -> None:
    client = new_client(openai_base_url="http://127.0.0.1:9/v1")  # where nothing listens
    put(client, "herons.txt", "Herons eat frogs and fish.")
    question: Any = [{"role": "user", "content": "What do herons eat?"}]
    client.chat.completions.create(model="extractive", messages=question)
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(model="some-model", messages=question)
    series: dict[str, list[dict[str, str]]] = defaultdict(list)
    for family in text_string_to_metric_families(http_of(client).get("/metrics").text):
        for sample in family.samples:
            series[sample.name].append(sample.labels)

    assert len(TARGETS) > 15
    assert [fault for target in TARGETS for fault in faults(target, series)] == []
    wrong = {"expr": 'sum by (state) (rate(rag_chunks{route="x"}[5m])) + rag_nothing', "legendFormat": "{{route}}"}
    assert len(list(faults(wrong, series))) == 4


def test_each_metric_that_the_documents_list_is_shown() -> None:
    listed = set(re.findall(r"\| `(rag_\w+)(?:\{[\w,]+\})?` \|", OPERATIONS_MD.read_text()))
    shown = {name for target in TARGETS for name, _ in selectors(target["expr"])}
    assert listed == {re.sub(r"_bucket$", "", name) for name in shown if name.startswith("rag_")}


def test_what_is_no_metric_is_seen() -> None:
    query = 'sum by (le, route) (rate(rag_a_bucket{x="1", y=~"2.."}[5m])) / (sum(rag_b) or vector(0)) * 60'
    assert list(selectors(query)) == [("rag_a_bucket", [("x", "=", "1"), ("y", "=~", "2..")]), ("rag_b", [])]


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
