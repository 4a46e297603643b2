"""Settings of ingestion, from the environment and `.env`, checked before anything starts."""

import logging
import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ingest import projects, rerank
from ingest.blobs import check_url
from ingest.chunk.meta import MAX_CHUNK_TOKENS, MIN_CHUNK_TOKENS
from ingest.convert import confinement, ocr
from ingest.convert.ocr import languages
from ingest.embed import BUILT_IN, EXTRA, missing_packages
from ingest.errors import Invalid
from ingest.index import BACKENDS

NO_OPTIONS: Mapping[str, str] = {}

OF_ANSWERING = frozenset(
    """
    API_HOST API_PORT OPENAI_API_KEY OPENAI_BASE_URL RAG_ALLOWED_HOSTS RAG_ANSWERS_DAYS RAG_API_KEYS
    RAG_CITATION_OVERLAP RAG_CONTEXT_TOKENS RAG_CORS_ORIGINS RAG_GROUNDING RAG_HISTORY_TOKENS RAG_LOG_FORMAT
    RAG_LOG_LEVEL RAG_MIN_CONFIDENCE RAG_MODEL RAG_MODEL_FALLBACK RAG_MODEL_TIMEOUT_S RAG_PASSAGES RAG_PUBLIC_URL
    RAG_QUERY_PIPELINE RAG_QUERY_PIPELINES RAG_REWRITE_QUERY RAG_TRUSTED_PROXIES
    """.split()
)
"""What only `rag_api.settings` has: one `.env` serves all programs, so each knows the names of all."""

_OURS = "RAG_"
_OF_THE_TESTS = "RAG_TEST"
_OF_KUBERNETES = re.compile(r"\w+_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_\w+)?)")
"""What a pod gets for each service near it, such as one that is called `rag-api`."""

_POSTGRESQL = "postgresql", "postgresql+psycopg", "postgres"

logger = logging.getLogger(__name__)


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


def _known_backend(value: str) -> str:
    if value not in BACKENDS:
        raise ValueError(f"must be {' or '.join(map(repr, BACKENDS))}")
    return value


def _possible_database(value: SecretStr | None) -> SecretStr | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value.get_secret_value())
        right = parts.scheme in _POSTGRESQL and bool(parts.path.strip("/")) and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise ValueError(
            "must be an address such as postgresql://user:password@host:5432/database; characters of a password other "
            "than letters and digits are written as in %2F"
        )
    if find_spec("psycopg") is None:
        raise ValueError(
            "needs a package that is not installed (psycopg). Type 'make .venv/ready-postgres', or install rag-api "
            "with its extra 'postgres'"
        )
    return value


def _known_languages(value: str) -> str:
    """`deu+eng`, also with commas or spaces."""
    chosen = re.findall(r"[^\s,+]+", value)
    if not chosen:
        return ""
    if not ocr.is_installed():
        raise ValueError(f"text recognition is not installed: type 'make .venv/ready-ocr', or install {ocr.EXTRA}")
    if missing := languages.missing(chosen):
        raise ValueError(
            f"there is no data in Tesseract for {' and '.join(missing)}; it has {', '.join(languages.names())}. "
            "On Debian and Ubuntu, more come with packages such as tesseract-ocr-fra"
        )
    return "+".join(chosen)


def _possible_sandbox(value: confinement.Mode) -> confinement.Mode:
    if value == "require" and (lacking := confinement.missing()):
        raise ValueError(
            f"the kernel lacks {' and '.join(lacking)}; with 'auto', files are read all the same, less confined"
        )
    return value


CommaSeparated = NoDecode  # the variable holds `a,b`, not a JSON list
WebAddress = Annotated[str, AfterValidator(_web_address)]


def split(value: object) -> object:
    """The parts of a value that holds several, separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env",
        env_prefix="RAG_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    data_dir: Path = Path("data/store")
    """The folder that holds everything that was uploaded, and the index."""

    database_url: Annotated[SecretStr | None, AfterValidator(_possible_database)] = None
    """Where PostgreSQL keeps what is on record, for several servers: postgresql://user:password@host/database."""

    blob_url: str = ""
    """Where the bytes of files are, if not in RAG_DATA_DIR: `s3://bucket/prefix`, `gs://...`, `az://...`, `file:///...`."""

    index_backend: Annotated[str, AfterValidator(_known_backend)] = "embedded"
    """`embedded` is kept on disk, `opensearch` elsewhere; `memory` is for tryouts, and filled anew at each start."""

    opensearch_url: SecretStr | None = None
    """Where OpenSearch is: the addresses of one cluster, separated by commas, as in https://user:password@host:9200."""

    opensearch_ca: Path | None = None
    """A file with the certificate that signed those of OpenSearch, if no known authority did."""

    opensearch_index: str = "rag"
    """How the names of the indices in OpenSearch begin; each project has an index of its own."""

    opensearch_shards: int = Field(1, ge=1, le=1024)
    """Into how many parts a new index in OpenSearch is divided: one for each ten million chunks."""

    opensearch_replicas: int = Field(1, ge=0, le=20)
    """How many more copies of a new index there are, so that it survives the death of a node."""

    worker: Literal["on", "off"] = "on"
    """Whether the server also ingests; `off` where `rag-ingest worker` does, and the server only answers."""

    servers: int = Field(1, ge=1, le=64)
    """How many processes of this machine answer; with several, one more keeps RAG_DATA_DIR and ingests."""

    lease_s: int = Field(30, ge=2, le=3600)
    """How long nothing is heard of a process that shares RAG_DATABASE_URL until others take up what it does."""

    chunk_tokens: int = Field(512, ge=MIN_CHUNK_TOKENS, le=MAX_CHUNK_TOKENS)
    """The most tokens a chunk holds, unless the request that attaches a file says otherwise."""

    chunk_overlap_tokens: int = Field(0, ge=0, le=2048)
    """How many tokens two adjacent chunks share; at most half of RAG_CHUNK_TOKENS."""

    language: Literal["en", "de", "fr", "es", "it", "pt", "nl", "ru", "ar", "hi", "zh", "ja", "ko", "th"] | None = None
    """The language of documents that are ingested from now on (en, de, fr, ...); without it, it is found for each."""

    embeddings: str = ""
    """A model that finds what is said in other words, too: `static`, `minilm`, or any at RAG_EMBEDDINGS_BASE_URL."""

    embeddings_base_url: WebAddress | None = None
    """Where the embedding model is served, by anything that speaks OpenAI's protocol: OpenAI, Ollama, vLLM, TEI."""

    embeddings_api_key: SecretStr | None = None
    """The key for the embedding model, if it needs one."""

    rerank_model: str = ""
    """A model that orders passages: a folder with model.onnx and tokenizer.json, or one at RAG_RERANK_BASE_URL."""

    rerank_base_url: WebAddress | None = None
    """Where `/rerank` is served, as Cohere, Jina, vLLM, llama.cpp and TEI speak it: http://127.0.0.1:8080/v1."""

    rerank_api_key: SecretStr | None = None
    """The key for the model that orders passages, if it needs one."""

    rerank: int = Field(0, ge=0, le=50)
    """How many passages RAG_RERANK_MODEL orders, 0 for 20; without it the language model, in a call, and 0 for none."""

    query_expansion: bool = Field(False, validation_alias=AliasChoices("RAG_QUERY_EXPANSION", "RAG_FEEDBACK"))
    """Whether each search is made again with words of its first passages: some collections gain, others lose by it."""

    ingest_steps: Path | None = None
    """A file in YAML with steps of your own for each text, before it is cut into chunks and after."""

    pipeline_modules: Annotated[tuple[str, ...], CommaSeparated] = ()
    """Modules of your own whose Haystack components pipelines and steps may name, separated by commas."""

    ocr_languages: Annotated[str, AfterValidator(_known_languages)] = ""
    """The languages of scans and pictures, in Tesseract's codes (`eng+deu`); without it, those of a page's script."""

    max_file_mb: int = Field(512, ge=1, le=8192)
    """The largest file that is accepted, in megabytes (1,048,576 bytes)."""

    conversion_processes: int = Field(default_factory=lambda: min(8, os.cpu_count() or 1), ge=1, le=64)
    """How many sandboxed processes read files at once (one a core, at most 8), beside two for small files and pages."""

    conversion_memory_mb: int = Field(1024, ge=256, le=65536)
    """How much memory one of these processes may take before its file is given up."""

    conversion_timeout_s: int = Field(300, ge=10, le=7200)
    """The longest a single large file may take to read, in seconds of the processor; small ones get less."""

    sandbox: Annotated[confinement.Mode, AfterValidator(_possible_sandbox)] = "auto"
    """Whether Landlock and seccomp confine what reads files: `auto` where the kernel has them, `require`, or `off`."""

    @field_validator("pipeline_modules", mode="before")
    @classmethod
    def _split_modules(cls, value: object) -> object:
        return split(value)

    @model_validator(mode="after")
    def _bytes_can_be_kept(self) -> Self:
        if self.blob_url:
            try:
                check_url(self.blob_url)
            except Invalid as error:  # of all settings, so that its value is not repeated: it may hold a password
                raise ValueError(f"RAG_BLOB_URL {error.message}.") from None
        return self

    @model_validator(mode="after")
    def _overlap_is_at_most_half(self) -> Self:
        if self.chunk_overlap_tokens > self.chunk_tokens // 2:
            raise ValueError(
                f"RAG_CHUNK_OVERLAP_TOKENS is {self.chunk_overlap_tokens}, and may be at most half of "
                f"RAG_CHUNK_TOKENS ({self.chunk_tokens}): {self.chunk_tokens // 2} or less."
            )
        return self

    @model_validator(mode="after")
    def _embeddings_can_be_had(self) -> Self:
        if self.embeddings and self.embeddings not in BUILT_IN and not self.embeddings_base_url:
            raise ValueError(
                f"RAG_EMBEDDINGS is {self.embeddings!r}, and may be {' or '.join(map(repr, BUILT_IN))}; for any other "
                "model, set RAG_EMBEDDINGS_BASE_URL to where it is served, as in http://127.0.0.1:11434/v1"
            )
        if self.embeddings and (missing := missing_packages(self.embeddings)):
            raise ValueError(
                f"RAG_EMBEDDINGS is {self.embeddings!r}, which needs packages that are not installed "
                f"({', '.join(missing)}). Type 'make .venv/ready-{EXTRA}', or install rag-api with its extra '{EXTRA}'"
            )
        return self

    @model_validator(mode="after")
    def _opensearch_can_be_had(self) -> Self:
        if self.index_backend != "opensearch":
            return self
        addresses = self.opensearch_url.get_secret_value().split(",") if self.opensearch_url else []
        if not addresses or not all(
            urlsplit(each).scheme in ("http", "https") and urlsplit(each).hostname for each in addresses
        ):
            raise ValueError(
                "RAG_INDEX_BACKEND is 'opensearch', and RAG_OPENSEARCH_URL has to say where it is, as in "
                "https://user:password@search.example:9200"
            )
        if self.embeddings:
            raise ValueError(
                "RAG_EMBEDDINGS is set, and there are no vectors in OpenSearch yet: unset it, or set RAG_INDEX_BACKEND "
                "to 'embedded'"
            )
        if not find_spec("opensearchpy"):
            raise ValueError(
                "RAG_INDEX_BACKEND is 'opensearch', which needs a package that is not installed (opensearch-py). Type "
                "'make .venv/ready-opensearch', or install rag-api with its extra 'opensearch'"
            )
        return self

    @model_validator(mode="after")
    def _reranker_can_be_had(self) -> Self:
        if not self.rerank_model or self.rerank_base_url:
            return self
        if lacking := rerank.missing_file(Path(self.rerank_model)):
            raise ValueError(
                f"RAG_RERANK_MODEL is {self.rerank_model!r}, which is no folder with {lacking} in it; for a model that "
                "is served elsewhere, set RAG_RERANK_BASE_URL as well, as in http://127.0.0.1:8080"
            )
        if missing := rerank.missing_packages():
            raise ValueError(
                f"RAG_RERANK_MODEL is {self.rerank_model!r}, which needs packages that are not installed "
                f"({', '.join(missing)}). Type 'make .venv/ready-{EXTRA}', or install rag-api with its extra '{EXTRA}'"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """A field with a variable of another name is not read from RAG_FIELD as well: RAG_API_PORT is Kubernetes'."""
        ours = {name.lower() for field in cls.model_fields for name in _variables(cls, field)}
        for source in (env_settings, dotenv_settings):
            assert isinstance(source, EnvSettingsSource)
            source.env_vars = {name: value for name, value in source.env_vars.items() if name.lower() in ours}
        return init_settings, env_settings, dotenv_settings

    _project: str = PrivateAttr(projects.DEFAULT)

    @property
    def project(self) -> str:
        """The id of the project that these settings open."""
        return self._project

    def of_project(self, project: str) -> Self:
        """The settings that open the project with this id instead. Raises `NotFound` for what cannot be an
        id."""
        folder = projects.folder_of(self.data_dir, project)
        settings = self.model_copy(update={"data_dir": folder})
        settings._project = project
        return settings

    @property
    def ocr_language_list(self) -> list[str]:
        return self.ocr_languages.split("+") if self.ocr_languages else []

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_mb * 1024 * 1024


AnySettings = TypeVar("AnySettings", bound=Settings)


def load(kind: type[AnySettings], options: Mapping[str, str] = NO_OPTIONS, **values: Any) -> AnySettings:
    """Read the settings, or raise `Invalid` with one line for each wrong variable: name, value, what is allowed; or
    which name was meant. What was given as one of the `options`, by field or variable, is named as that."""
    if unknown := list(_unknown(kind)):
        raise Invalid("\n".join(unknown))
    for old, new in _renamed_in_use(kind):
        logger.warning("The setting %s is called %s now: rename it, while the old name still works.", old, new)
    try:
        settings = kind(**values)
    except ValidationError as error:
        used = {name: option for name, option in options.items() if name in values}
        raise Invalid("\n".join(_sentence(kind, fault, used) for fault in error.errors())) from None
    _check_shared(settings)
    return settings


def of_file(path: Path) -> Settings:
    """The settings that a file has, whatever the environment says. Raises what `load` does."""

    class OfFile(Settings):
        model_config = SettingsConfigDict(env_file=str(path))

        @classmethod
        def settings_customise_sources(cls, *sources: Any, **named: Any) -> tuple[PydanticBaseSettingsSource, ...]:
            given, _environment, file = super().settings_customise_sources(*sources, **named)
            return given, file

    return load(OfFile)


def _check_shared(settings: Settings) -> None:
    """Raise `Invalid` if only a part is where other machines can have it: they would not find what the rest holds."""
    elsewhere = {
        "RAG_DATABASE_URL": settings.database_url is not None,
        "RAG_INDEX_BACKEND=opensearch": settings.index_backend == "opensearch",
        "RAG_BLOB_URL": bool(settings.blob_url) and not settings.blob_url.startswith("file:"),
    }
    if 0 < sum(elsewhere.values()) < len(elsewhere):
        there, lacking = ([name for name, is_set in elsewhere.items() if is_set is which] for which in (True, False))
        are, are_not = ("is" if len(names) == 1 else "are" for names in (there, lacking))
        raise Invalid(
            f"{' and '.join(there)} {are} set, and {' and '.join(lacking)} {are_not} not, or to no place that many "
            "share. Servers share all three, or one server has all in RAG_DATA_DIR: set what is lacking, or none of "
            "them."
        )


def variable(kind: type[Settings], field: str) -> str:
    """The environment variable that sets a field."""
    return _variables(kind, field)[0]


def _variables(kind: type[Settings], field: str) -> list[str]:
    """The variable that sets a field, and its old names, which still work."""
    match kind.model_fields[field].validation_alias:
        case str(name):
            return [name]
        case AliasChoices(choices=names):
            return [str(name) for name in names]
    return [f"RAG_{field}".upper()]


def _set_here(kind: type[Settings]) -> dict[str, str | None]:
    """All variables of the environment and `.env`, in capitals, as the case of one does not matter."""
    file = kind.model_config.get("env_file")
    values = {**(dotenv_values(file) if isinstance(file, str) else {}), **os.environ}
    return {name.upper(): value for name, value in values.items()}


def _renamed_in_use(kind: type[Settings]) -> list[tuple[str, str]]:
    """The old names that are set, each with the new one."""
    set_here = _set_here(kind)
    names = [_variables(kind, field) for field in kind.model_fields]
    return [(old, new) for new, *before in names for old in before if old in set_here]


def _unknown(kind: type[Settings]) -> Iterator[str]:
    """A sentence for each variable that looks like a setting and is none: a server whose RAG_API_KEYS is misspelt would
    start without keys."""
    known = OF_ANSWERING.union(*(_variables(kind, field) for field in kind.model_fields))
    for name, value in _set_here(kind).items():
        if not name.startswith(_OURS) or name in known or name.startswith(_OF_THE_TESTS):
            continue
        if _OF_KUBERNETES.fullmatch(name) and (not name.endswith("_PORT") or "://" in (value or "")):
            continue
        meant = name.removeprefix(_OURS)
        near = [meant] if meant in known else get_close_matches(name, sorted(known), 1)
        advice = f"did you mean {near[0]}?" if near else "unset it, or see .env.example, which has all of them."
        yield f"{name} is not a setting: {advice}"


def _sentence(kind: type[Settings], fault: Any, options: Mapping[str, str]) -> str:
    message = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return str(message)
    loc = str(fault["loc"][0])
    names = {variable(kind, field): field for field in kind.model_fields}
    name = options.get(loc) or (loc if loc in names else variable(kind, loc))
    field = kind.model_fields[names.get(loc, loc)]
    is_secret = SecretStr in (field.annotation, *get_args(field.annotation))
    told = name if is_secret else f"{name} is {fault['input']!r}"
    return f"{told}: {message[0].lower()}{message[1:]}."
