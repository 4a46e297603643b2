"""Settings of answering, on top of those of ingestion."""

import ipaddress
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

import ingest.settings
from ingest.counted import counted
from ingest.settings import CommaSeparated, WebAddress, split
from rag_api.loopback import is_loopback

MIN_KEY_CHARACTERS = 16  # where others can reach the server, and try keys


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise ValueError(f"{value!r} is no address such as 127.0.0.1, nor a network such as 10.0.0.0/8") from None


Network = Annotated[str, AfterValidator(_network)]


class Settings(ingest.settings.Settings):
    api_host: str = Field("127.0.0.1", validation_alias="API_HOST")
    """The address to listen on. Any but a loopback address needs keys."""

    api_port: int = Field(8001, ge=0, le=65535, validation_alias="API_PORT")
    """The port to listen on."""

    api_keys: Annotated[tuple[SecretStr, ...], CommaSeparated] = ()
    """Keys for everything in the project `default`, separated by commas (16 characters or more)."""

    allowed_hosts: Annotated[tuple[str, ...], CommaSeparated] = ()
    """The names by which the server may be called, beside this machine's own, separated by commas; `*` for any."""

    cors_origins: Annotated[tuple[str, ...], CommaSeparated] = ()
    """The web origins whose pages may call this server from a browser, separated by commas; `*` for all."""

    trusted_proxies: Annotated[tuple[Network, ...], CommaSeparated] = ()
    """The addresses of proxies (10.0.0.1, 10.0.0.0/8) whose X-Forwarded-For and X-Forwarded-Proto are believed."""

    public_url: WebAddress | None = None
    """Where clients reach this server, when it is behind a proxy: the links in citations start with it."""

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    """The key for the language model. With neither this nor OPENAI_BASE_URL set, the built-in model answers."""

    openai_base_url: WebAddress | None = Field(None, validation_alias="OPENAI_BASE_URL")
    """Where the language model is served: OpenAI, Ollama, vLLM, llama.cpp, anything that speaks its protocol."""

    model: str = "gpt-5-mini"
    """The language model that answers a request which names none."""

    model_fallback: bool = False
    """Whether RAG_MODEL also answers a request for a model that its server does not have."""

    model_timeout_s: float = Field(120, gt=0, le=3600)
    """How long to wait for the language model to say something, in seconds; signs of life alone do not count."""

    passages: int = Field(8, ge=1, le=50)
    """How many passages a question brings to the language model, at most."""

    context_tokens: int = Field(8000, ge=200, le=1_000_000)
    """How many tokens these passages may take together; lower it for a model with a small window."""

    rewrite_query: bool = False
    """Whether the language model writes out a follow-up question before it is searched for, at the cost of a call."""

    grounding: Literal["strict", "open"] = "strict"
    """`strict`: only the documents answer; `open`: the language model may add what it knows, and says so."""

    query_pipeline: Path | None = None
    """A file in Haystack's YAML with the pipeline that answers, in place of the built-in one."""

    query_pipelines: Path | None = None
    """A folder of such files, each of which is a model: `a.yml` answers requests for `pipeline:a`."""

    min_confidence: float = Field(0.3, ge=0, le=1)
    """How sure the built-in model must be that it found an answer, from 0 to 1, not to say that there is none."""

    citation_overlap: float = Field(0.3, ge=0, le=1)
    """The share of a statement's words that a passage must hold to be cited for it, from 0 (unchecked) to 1."""

    history_tokens: int = Field(8000, ge=100, le=1_000_000)
    """How many tokens of a conversation a response tells the language model; what is older is left out."""

    answers_days: int = Field(30, ge=0, le=36_500)
    """How many days stored responses and chat completions are kept, 0 for ever; conversations stay until deleted."""

    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")
    """How much is logged to standard error: debug, info, warning or error."""

    log_format: Literal["text", "json"] = "text"
    """`text`, or `json`: one object a line, and a line for each request."""

    @field_validator("api_keys", "allowed_hosts", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split(value)

    @model_validator(mode="after")
    def _keys_that_others_can_try_are_long(self) -> Self:
        shortest = min((len(key.get_secret_value()) for key in self.api_keys), default=MIN_KEY_CHARACTERS)
        if shortest < MIN_KEY_CHARACTERS and not is_loopback(self.api_host):
            raise ValueError(
                f"RAG_API_KEYS has a key of {counted(shortest, 'character')}, and API_HOST is {self.api_host!r}, where "
                f"others can try keys: make it {MIN_KEY_CHARACTERS} or more, such as those "
                "that `openssl rand -hex 16` prints"
            )
        return self

    def host_names(self, need_keys: bool) -> list[str]:
        """The names by which the server may be called: any, where keys keep others out and none are named."""
        if need_keys and not self.allowed_hosts:
            return ["*"]
        public = urlsplit(self.public_url or "").hostname
        return [*self.allowed_hosts, self.api_host, *([public] if public else [])]

    @property
    def upstream(self) -> bool:
        """Whether a language model answers, rather than the built-in one."""
        return self.openai_api_key is not None or self.openai_base_url is not None
