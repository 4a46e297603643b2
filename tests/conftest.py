"""What all tests have."""

import pytest

# Each after those that it imports.
pytest_plugins = [
    f"tests.{name}"
    for name in (
        "browser",
        "databases",
        "corpora",
        "command",
        "language_model",
        "no_skip",
        "engines.s3",
        "engines.opened",
        "engines.own",
        "several",
        "official_client",
        "scripted_upstream",
        "hostile_server",
    )
]

# What starts a program, a command, the API or a language model is slow, and so is all else in a module that does.
SLOW_FIXTURES = {"language_model", "new_client", "serve"}
SLOW_IMPORTS = {"Command", "Installation", "Server", "client_scripts", "rag_ingest", "subprocess"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-fast` leaves out, so that who writes a test need not think of it."""
    for item in items:
        assert isinstance(item, pytest.Function)
        if SLOW_FIXTURES.intersection(item.fixturenames) or SLOW_IMPORTS & vars(item.module).keys():
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the keys and settings of whoever runs it."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "RAG_API_KEYS", "API_HOST", "API_PORT"):
        monkeypatch.delenv(name, raising=False)
