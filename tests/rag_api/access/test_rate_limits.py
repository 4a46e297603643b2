"""The buckets of keys, on a clock of the test's own."""

import pytest

from ingest.data_folder import ACCESS
from ingest.records.database import open_database
from ingest.settings import Settings
from rag_api.access.keys import Key
from rag_api.access.rate_limits import RateLimits
from rag_api.access.scopes import Scope
from rag_api.http.refused import Refused


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def limits(clock: list[float]) -> RateLimits:
    return RateLimits(lambda: clock[0])


def key(name: str = "a", requests: int | None = None, tokens: int | None = None) -> Key:
    return Key(name, "rag-", "default", Scope.READ, "", 0, None, None, requests, tokens)


def test_a_bucket_fills_up_within_a_minute_and_not_beyond(limits: RateLimits, clock: list[float]) -> None:
    for _ in range(60):
        limits.take(key(requests=60))
    with pytest.raises(Refused, match=r"try again in 1 second\."):
        limits.take(key(requests=60))
    clock[0] = 10
    assert limits.take(key(requests=60))["x-ratelimit-remaining-requests"] == "9"
    clock[0] = 10_000
    assert limits.take(key(requests=60))["x-ratelimit-remaining-requests"] == "59"


def test_tokens_that_an_answer_took_are_waited_for(limits: RateLimits, clock: list[float]) -> None:
    one = key(tokens=600)
    assert limits.take(one)["x-ratelimit-remaining-tokens"] == "600"
    limits.spend(one, 900)
    limits.give_back(one)
    with pytest.raises(Refused) as refused:
        limits.take(one)
    headers = refused.value.headers or {}
    assert (headers["retry-after"], headers["x-ratelimit-remaining-tokens"]) == ("31", "0")
    clock[0] = 31
    assert limits.take(one)["x-ratelimit-remaining-tokens"] == "10"


def test_each_key_has_its_own_and_one_without_limits_none(limits: RateLimits) -> None:
    limits.take(key("a", requests=1))
    limits.take(key("b", requests=1))
    assert [limits.take(key("c")) for _ in range(100)] == [{}] * 100


def test_requests_that_are_at_work_together_do_not_all_begin_with_the_last_token(limits: RateLimits) -> None:
    one = key(tokens=600)
    limits.take(one)
    with pytest.raises(Refused, match="600 tokens a minute"):
        limits.take(one)
    limits.give_back(one)
    limits.take(one)


def test_what_other_servers_took_is_taken_here(settings: Settings) -> None:
    settings.data_dir.mkdir()
    database = open_database(settings, ACCESS)
    here, there = RateLimits(), RateLimits()
    one = key(requests=600, tokens=60_000)
    for _ in range(400):
        here.take(one)
        here.give_back(one)
    for _ in range(150):
        there.take(one)
        there.give_back(one)
    here.spend(one, 50_000)
    for limits in (here, there, here):
        limits.share(database)
    for limits in (here, there):
        headers = limits.take(one)
        assert 45 <= int(headers["x-ratelimit-remaining-requests"]) < 400  # some come back as time passes
        assert 10_000 <= int(headers["x-ratelimit-remaining-tokens"]) < 50_000
        limits.give_back(one)
    before = int(here.take(one)["x-ratelimit-remaining-requests"])
    here.share(database)
    here.share(database)  # nothing is told twice
    assert int(here.take(one)["x-ratelimit-remaining-requests"]) >= before - 2
    database.close()
