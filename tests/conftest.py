"""What all tests have."""

import pytest

pytest_plugins = [
    f"tests.{name}" for name in ("command", "language_model", "no_skip", "official_client", "scripted_upstream")
]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the keys and settings of whoever runs it."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "RAG_API_KEYS", "API_HOST", "API_PORT"):
        monkeypatch.delenv(name, raising=False)
