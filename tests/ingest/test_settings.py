"""Settings are read from the environment, and a wrong one is refused in words."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import ingest.settings
from ingest.convert import confinement, ocr
from ingest.embed import BUILT_IN, SEARCH
from ingest.errors import Invalid
from ingest.settings import OF_ANSWERING, load, variable
from rag_api.settings import Settings


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # away from any `.env`


def test_the_defaults_are_those_of_one_machine() -> None:
    settings = load(Settings)
    assert (settings.api_host, settings.api_port, settings.upstream) == ("127.0.0.1", 8001, False)
    assert settings.data_dir == Path("data/store")


def test_the_environment_and_the_env_file_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://localhost:11434/v1/\nRAG_MODEL=llama\nAPI_PORT=9000\n")
    monkeypatch.setenv("API_PORT", "9001")
    monkeypatch.setenv("RAG_API_KEYS", " one, two ,")
    settings = load(Settings)
    assert (settings.openai_base_url, settings.model, settings.api_port) == ("http://localhost:11434/v1", "llama", 9001)
    assert [key.get_secret_value() for key in settings.api_keys] == ["one", "two"]
    assert settings.upstream


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("API_PORT", "eighty", "valid integer"),
        ("API_PORT", "70000", "65535"),
        ("RAG_INDEX_BACKEND", "redis", "'embedded' or 'memory'"),
        ("RAG_CHUNK_TOKENS", "50", "100"),
        ("RAG_MAX_FILE_MB", "0", "1"),
        ("RAG_PASSAGES", "51", "50"),
        ("OPENAI_BASE_URL", "localhost:11434", "http://"),
        ("RAG_LOG_LEVEL", "loud", "debug"),
        ("RAG_SANDBOX", "maybe", "'auto', 'require' or 'off'"),
        (
            "RAG_EMBEDDINGS",
            "text-embedding-3-small",
            "'static' or 'minilm'; for any other model, set RAG_EMBEDDINGS_BASE_URL",
        ),
        (
            "RAG_OCR_LANGUAGES",
            "eng+tlh",
            "no data in Tesseract for tlh; it has " if ocr.is_installed() else "ocr",
        ),
        ("RAG_EMBEDDINGS_BASE_URL", "localhost:11434", "http://"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_is_allowed(
    name: str, value: str, allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Invalid) as refused:
        load(Settings)
    for part in (name, repr(value), allowed):
        assert part in refused.value.message


@pytest.mark.parametrize("value", ["mysql://u:hunter2@host/db", "postgresql://u:hunter2@host", "postgresql://u:h#@x/y"])
def test_an_address_with_a_password_is_refused_without_showing_it(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_DATABASE_URL", value)
    with pytest.raises(Invalid, match="RAG_DATABASE_URL: must be an address such as postgresql://user") as refused:
        load(Settings)
    assert value not in refused.value.message and "hunter2" not in refused.value.message


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "eighty")
    monkeypatch.setenv("RAG_PASSAGES", "many")
    with pytest.raises(Invalid, match=r"API_PORT.*\n.*RAG_PASSAGES"):
        load(Settings)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://documents", "RAG_BLOB_URL has to begin with one of s3://"),
        ("s3://AKIA123:hidden@documents", "RAG_BLOB_URL holds a name or password"),
    ],
)
def test_a_place_for_bytes_that_cannot_be_is_refused_without_its_password(
    url: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_BLOB_URL", url)
    with pytest.raises(Invalid) as refused:
        load(Settings)
    assert said in refused.value.message and "hidden" not in refused.value.message


def test_a_bucket_needs_what_speaks_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.blobs.find_spec", lambda _: None)
    assert load(Settings, blob_url="file:///srv/files").blob_url == "file:///srv/files"
    with pytest.raises(Invalid, match=r"RAG_BLOB_URL needs a package that is not installed \(obstore\): type 'make"):
        load(Settings, blob_url="s3://documents")


def test_one_of_the_places_that_servers_share_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("ingest.settings", "ingest.blobs"):  # as if what speaks to them were installed
        monkeypatch.setattr(f"{module}.find_spec", lambda name: name)
    database, index = SecretStr("postgresql://rag@127.0.0.1/rag"), SecretStr("http://127.0.0.1:9200")
    with pytest.raises(Invalid, match="RAG_DATABASE_URL is set, and RAG_INDEX_BACKEND=opensearch and RAG_BLOB_URL are"):
        load(Settings, database_url=database)
    searched: dict[str, Any] = {"index_backend": "opensearch", "opensearch_url": index}
    with pytest.raises(Invalid, match="RAG_DATABASE_URL and RAG_INDEX_BACKEND=opensearch are set, and RAG_BLOB_URL is"):
        load(Settings, database_url=database, **searched)
    with pytest.raises(Invalid, match="and RAG_BLOB_URL is not, or to no place that many share"):
        load(Settings, database_url=database, blob_url="file:///srv/files", **searched)
    assert load(Settings, database_url=database, blob_url="s3://documents", **searched).database_url == database


def test_an_overlap_over_half_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_CHUNK_TOKENS", "300")
    monkeypatch.setenv("RAG_CHUNK_OVERLAP_TOKENS", "400")
    with pytest.raises(Invalid, match=r"RAG_CHUNK_OVERLAP_TOKENS is 400.*150 or less"):
        load(Settings)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])
def test_an_address_that_others_reach_needs_long_keys(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_HOST", host)
    monkeypatch.setenv("RAG_API_KEYS", "a-key-that-is-long-enough, a-short-one")
    with pytest.raises(Invalid, match="a key of 11 characters, and API_HOST is") as refused:
        load(Settings)
    assert "short-one" not in refused.value.message
    monkeypatch.setenv("RAG_API_KEYS", "a-key-that-is-long-enough")
    assert load(Settings).api_host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_a_loopback_address_needs_none(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_HOST", host)
    assert load(Settings).api_host == host
    monkeypatch.setenv("RAG_API_KEYS", "short")
    assert load(Settings).api_host == host


def test_a_sandbox_that_is_required_and_cannot_be_had_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_SANDBOX", "require")
    monkeypatch.setattr(confinement, "missing", lambda: ["Landlock (Operation not supported)"])
    with pytest.raises(
        Invalid, match=r"RAG_SANDBOX is 'require': the kernel lacks Landlock \(Operation not supported\)"
    ):
        load(Settings)
    monkeypatch.setattr(confinement, "missing", list)
    assert load(Settings).sandbox == "require"


def test_keys_are_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_API_KEYS", "secret-one")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-two")
    assert "secret-" not in repr(load(Settings))


@pytest.mark.parametrize("model", ["static", "minilm", "any-model"])
def test_a_model_whose_packages_are_missing_says_what_to_install(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in (*SEARCH, *(package for model in BUILT_IN.values() for package in model.packages)):
        monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    monkeypatch.setenv("RAG_EMBEDDINGS", model)
    monkeypatch.setenv("RAG_EMBEDDINGS_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(
        Invalid, match=r"simsimd.*'make \.venv/ready-embeddings', or install rag-api with its extra 'embeddings'"
    ):
        load(Settings)


@pytest.mark.parametrize("place", ["environment", "in small letters", "file"])
def test_a_setting_is_understood_under_its_old_name(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if place == "environment":
        monkeypatch.setenv("RAG_FEEDBACK", "true")
    elif place == "in small letters":
        monkeypatch.setenv("rag_feedback", "true")
    else:
        (tmp_path / ".env").write_text("RAG_FEEDBACK=true\n")

    assert load(Settings).query_expansion
    assert "RAG_FEEDBACK is called RAG_QUERY_EXPANSION now" in caplog.text


def test_of_an_old_name_and_a_new_one_the_new_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_FEEDBACK", "true")
    monkeypatch.setenv("RAG_QUERY_EXPANSION", "false")

    assert not load(Settings).query_expansion


def test_a_wrong_value_under_an_old_name_is_told_with_both_names(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("RAG_FEEDBACK", "banana")
    with pytest.raises(Invalid, match="RAG_QUERY_EXPANSION is 'banana'"):
        load(Settings)
    assert "RAG_FEEDBACK is called RAG_QUERY_EXPANSION now" in caplog.text


@pytest.mark.parametrize("kind", [Settings, ingest.settings.Settings])
@pytest.mark.parametrize("place", ["environment", "in small letters", "file"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("RAG_API_KEY", "did you mean RAG_API_KEYS?"),
        ("RAG_MODLE", "did you mean RAG_MODEL?"),
        ("RAG_CHUNK_TOKEN", "did you mean RAG_CHUNK_TOKENS?"),
        ("RAG_PORT", "did you mean API_PORT?"),
        ("RAG_OPENAI_API_KEY", "did you mean OPENAI_API_KEY?"),
        ("RAG_API_PORT", "did you mean API_PORT?"),
        ("RAG_ZZZ_XYXY", "unset it"),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_nearest_name(
    name: str, told: str, place: str, kind: type[Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == "file":
        (tmp_path / ".env").write_text(f"{name}=9000\n")
    else:
        monkeypatch.setenv(name.lower() if place == "in small letters" else name, "9000")
    with pytest.raises(Invalid, match=re.escape(f"{name} is not a setting: {told}")):
        load(kind)


@pytest.mark.parametrize("kind", [Settings, ingest.settings.Settings])
def test_the_names_of_all_programs_of_the_tests_and_of_kubernetes_are_no_misspellings(
    kind: type[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RAG_LOG_LEVEL", "RAG_GROUNDING", "RAG_FEEDBACK", "RAG_TESTS_NO_SKIP", "PATH_RAG_X"):
        monkeypatch.setenv(name, {"RAG_LOG_LEVEL": "error", "RAG_GROUNDING": "open"}.get(name, "1"))
    for name in ("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT_8001_TCP_ADDR", "PORT"):
        monkeypatch.setenv(f"RAG_API_{name}", "tcp://10.0.0.1:8001")
    settings = load(kind)
    assert not isinstance(settings, Settings) or settings.api_port == 8001


def test_ingestion_knows_the_names_of_all_settings() -> None:
    answering = Settings.model_fields.keys() - ingest.settings.Settings.model_fields.keys()
    assert {variable(Settings, field) for field in answering} == OF_ANSWERING


OPENSEARCH = {"RAG_INDEX_BACKEND": "opensearch", "RAG_OPENSEARCH_URL": "https://admin:secret-word@search.example"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"RAG_OPENSEARCH_URL": ""}, "RAG_OPENSEARCH_URL has to say where it is"),
        ({"RAG_OPENSEARCH_URL": "search.example:9200"}, "RAG_OPENSEARCH_URL has to say where it is"),
        ({"RAG_OPENSEARCH_URL": "https://admin:secret-word@one,two"}, "RAG_OPENSEARCH_URL has to say where it is"),
        ({"RAG_EMBEDDINGS": "m", "RAG_EMBEDDINGS_BASE_URL": "http://127.0.0.1:9/v1"}, "no vectors in OpenSearch yet"),
        ({}, "install rag-api with its extra 'opensearch'"),
    ],
)
def test_opensearch_is_refused_without_what_it_needs(
    changed: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (OPENSEARCH | changed).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("ingest.embed.missing_packages", lambda _: [])
    monkeypatch.setattr("ingest.settings.missing_packages", lambda _: [])
    monkeypatch.setattr("ingest.settings.find_spec", lambda _: None)
    with pytest.raises(Invalid) as refused:
        load(Settings)
    assert words in refused.value.message
    assert "secret-word" not in refused.value.message
