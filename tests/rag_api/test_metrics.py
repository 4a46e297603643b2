"""What Prometheus is told: the names and labels that docs/operations.md lists, and no more series than there are
routes."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from prometheus_client.parser import text_string_to_metric_families

from ingest import projects
from rag_api import health, metrics
from rag_api.access.database import Access
from rag_api.access.scopes import Scope
from rag_api.workspaces import Workspaces
from tests.official_client import MakeClient, corpus_of, http_of, put

OPERATIONS_MD = Path(__file__).parents[2] / "docs" / "operations.md"
QUESTION = "What do herons eat?"

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(client: OpenAI, key: str = "any") -> Series:
    answer = http_of(client).get("/metrics", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(series: Series, name: str, **labels: str) -> float:
    return series.get((name, frozenset(labels.items())), 0)


def ask(client: OpenAI, model: str = "extractive") -> None:
    client.chat.completions.create(model=model, messages=[{"role": "user", "content": QUESTION}])


def test_what_happens_is_counted(client: OpenAI) -> None:
    before = scrape(client)
    put(client, "herons.txt", "Herons eat frogs and fish.")
    assert put(client, "broken.pdf", "%PDF-1.4 nothing").status == "failed"
    ask(client)
    after = scrape(client)

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("rag_requests_total", method="POST", route="/v1/files", status="200") == 2
    assert more("rag_requests_total", method="POST", route="/v1/chat/completions", status="200") == 1
    assert more("rag_request_seconds_count", route="/v1/chat/completions") == 1
    for name in ("rag_time_to_first_token_seconds", "rag_retrieval_seconds", "rag_generation_seconds"):
        assert more(f"{name}_count") == 1
        assert more(f"{name}_sum") > 0
    assert more("rag_citations_total", supported="yes") == 1
    assert value(after, "rag_files", status="done") == 1
    assert value(after, "rag_files", status="failed") == 1
    assert value(after, "rag_jobs", state="pending") == value(after, "rag_jobs", state="running") == 0
    assert value(after, "rag_chunks") == 1
    assert value(after, "rag_index_bytes") > 10_000
    assert value(after, "process_cpu_seconds_total") > 0


def test_a_job_that_waits_is_counted_with_its_age(client: OpenAI) -> None:
    corpus = corpus_of(client)
    corpus.worker.stop()
    client.files.create(file=("herons.txt", b"Herons."), purpose="assistants")
    with corpus.database.write() as connection:
        connection.exec_driver_sql("UPDATE store_files SET created_at = created_at - 100")
    told = scrape(client)
    assert value(told, "rag_jobs", state="pending") == 1
    assert 100 <= value(told, "rag_oldest_job_seconds") < 200


def test_a_failure_of_the_language_model_is_counted(new_client: MakeClient) -> None:
    client = new_client(openai_base_url="http://127.0.0.1:9/v1")  # where nothing listens
    put(client, "herons.txt", "Herons eat frogs and fish.")
    before = scrape(client)
    with pytest.raises(Exception, match="cannot be reached"):
        ask(client, "some-model")
    kind = {"kind": "unreachable"}
    assert value(scrape(client), "rag_upstream_errors_total", **kind) == 1 + value(
        before, "rag_upstream_errors_total", **kind
    )


def test_clients_make_no_series(client: OpenAI) -> None:
    http = http_of(client)

    def wander(number: int) -> None:
        for path in (f"/{number}", f"/v1/files/file-{number}", f"/v1/models/m{number}", f"/v1/{number}?q={number}"):
            http.get(path)
        http.request(f"METHOD{number}", "/v1/files")

    wander(0)
    before = scrape(client).keys()
    for number in range(1, 5):
        wander(number)
    assert scrape(client).keys() == before


@pytest.mark.parametrize(("scope", "status"), [(Scope.READ, 403), (Scope.WRITE, 403), (Scope.ADMIN, 200)])
def test_where_keys_are_set_an_administrators_is_needed(new_client: MakeClient, scope: Scope, status: int) -> None:
    client = new_client()
    access: Access = http_of(client).app_state["access"]
    secret = access.keys.create(projects.DEFAULT, scope)[1]
    http = http_of(client)
    assert http.get("/metrics").status_code == 401
    assert http.get("/metrics", headers={"authorization": f"Bearer {secret}"}).status_code == status


def test_files_of_all_projects_count_of_closed_ones_too(
    new_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_api.workspaces.MOST_IDLE", 0)
    client = new_client(api_key="the-administrator", api_keys="the-administrator")
    state = http_of(client).app_state
    project = state["access"].projects.make("herons")
    theirs = client.with_options(api_key=state["access"].keys.create(project, Scope.WRITE)[1])
    put(client, "a.txt", "Herons.")
    put(theirs, "b.txt", "Herons.")
    assert value(scrape(client, client.api_key), "rag_files", status="done") == 2
    workspaces: Workspaces = state["workspaces"]

    async def close() -> bool:
        await workspaces._close_surplus()
        return workspaces._places[project].workspace is None

    assert http_of(client).portal.call(close)  # type: ignore[union-attr]
    assert value(scrape(client, client.api_key), "rag_files", status="done") == 2
    assert value(scrape(client, client.api_key), "rag_chunks") == 2


def test_the_documents_list_each_metric_with_its_labels(client: OpenAI) -> None:
    listed = dict(re.findall(r"\| `(rag_\w+)(?:\{([\w,]+)\})?`", OPERATIONS_MD.read_text()))
    put(client, "herons.txt", "Herons eat frogs and fish.")
    ask(client)
    told = http_of(client).get("/metrics").text
    found = {
        re.sub(r"_(bucket|sum|count)$", "", sample.name): ",".join(sorted(set(sample.labels) - {"le"}))
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name.startswith("rag_")
    }
    listed = {name: ",".join(sorted(labels.split(","))) for name, labels in listed.items()}
    assert {**found, "rag_upstream_errors_total": "kind"} == listed


@pytest.mark.asyncio
async def test_those_who_ask_at_once_are_told_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    free = asyncio.Event()

    class Places:
        async def figures(self) -> None:
            asked.append(1)
            await free.wait()

    monkeypatch.setattr(metrics, "exposition", lambda _figures: b"some")
    places: Any = Places()
    asking = [asyncio.create_task(health.prometheus(places)) for _ in range(50)]
    await asyncio.sleep(0)
    asking[0].cancel()  # whoever leaves takes nothing from the others
    await asyncio.sleep(0)
    free.set()
    answers = await asyncio.gather(*asking[1:])
    assert ({bytes(each.body) for each in answers}, len(asked)) == ({b"some"}, 1)
    await health.prometheus(places)
    assert len(asked) == 2
