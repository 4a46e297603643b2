"""Pipelines in files, for tests of them."""

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples" / "pipelines"


def haystacks_own(folder: Path, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline whose generator is Haystack's own."""
    monkeypatch.setenv("THEIR_KEY", "sk-theirs")
    text = (EXAMPLES / "ollama.yml").read_text().replace("http://127.0.0.1:11434/v1", base_url)
    theirs = "haystack.components.generators.chat.openai.OpenAIChatGenerator"
    text = text.replace("rag_api.answer.model.generator.UpstreamChatGenerator", theirs)
    key = "api_key: {type: env_var, env_vars: [THEIR_KEY], strict: true}"
    text = text.replace("model: llama3.2\n", f"model: llama3.2\n      max_retries: 0\n      {key}\n")
    (folder / "haystack.yml").write_text(text)
