"""Bytes -> Haystack Documents with page numbers: `CONVERTERS` says what is read, `component.FileConverter` reads it.

Read in this order: this table, `component.py` (what a pipeline calls), `sandbox.py` and `worker.py` (the
processes that parse), `extract.py` (which converter, and is its text any good), then one module a format.
"""

from typing import Literal, NamedTuple

Markup = Literal["markdown", "text", "code"]


class Format(NamedTuple):
    """How one kind of file is read; functions are `module:name`, called in the sandbox."""

    convert: str
    media_type: str
    markup: Markup
    fallback: str | None = None  # tried once when `convert` takes its process down


class Extracted(NamedTuple):
    """What a converter returns; pages are separated by a form feed."""

    text: str
    converter: str
    title: str | None = None
    paged: bool = False


PDF = Format("ingest.convert.pdf:convert", "application/pdf", "text", fallback="ingest.convert.pdf:convert_with_pypdf")
DOCX = Format(
    "ingest.convert.docx:convert",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "markdown",
)
HTML = Format("ingest.convert.html:convert", "text/html", "markdown")
MARKDOWN = Format("ingest.convert.markdown:convert", "text/markdown", "markdown")


def _plain(media_type: str, markup: Markup = "code") -> Format:
    return Format("ingest.convert.text:convert", media_type, markup)


CONVERTERS: dict[str, Format] = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    # plain text; a file without an ending is a README or LICENSE more often than not
    "": _plain("text/plain", "text"),
    ".txt": _plain("text/plain", "text"),
    ".text": _plain("text/plain", "text"),
    ".log": _plain("text/plain", "text"),
    ".rst": _plain("text/x-rst", "text"),
    ".adoc": _plain("text/asciidoc", "text"),
    ".org": _plain("text/org", "text"),
    ".csv": _plain("text/csv", "text"),
    ".tsv": _plain("text/tab-separated-values", "text"),
    # data and settings
    ".json": _plain("application/json"),
    ".jsonl": _plain("application/jsonl"),
    ".xml": _plain("application/xml"),
    ".yaml": _plain("application/yaml"),
    ".yml": _plain("application/yaml"),
    ".toml": _plain("application/toml"),
    ".ini": _plain("text/plain"),
    ".cfg": _plain("text/plain"),
    ".conf": _plain("text/plain"),
    # source code
    ".bat": _plain("text/plain"),
    ".c": _plain("text/x-c"),
    ".cc": _plain("text/x-c++"),
    ".cpp": _plain("text/x-c++"),
    ".cs": _plain("text/x-csharp"),
    ".css": _plain("text/css"),
    ".dart": _plain("text/x-dart"),
    ".ex": _plain("text/x-elixir"),
    ".go": _plain("text/x-golang"),
    ".h": _plain("text/x-c"),
    ".hpp": _plain("text/x-c++"),
    ".hs": _plain("text/x-haskell"),
    ".java": _plain("text/x-java"),
    ".jl": _plain("text/x-julia"),
    ".js": _plain("text/javascript"),
    ".jsx": _plain("text/javascript"),
    ".kt": _plain("text/x-kotlin"),
    ".lua": _plain("text/x-lua"),
    ".mjs": _plain("text/javascript"),
    ".php": _plain("text/x-php"),
    ".pl": _plain("text/x-perl"),
    ".ps1": _plain("text/plain"),
    ".py": _plain("text/x-python"),
    ".r": _plain("text/x-r"),
    ".rb": _plain("text/x-ruby"),
    ".rs": _plain("text/x-rust"),
    ".scala": _plain("text/x-scala"),
    ".scss": _plain("text/x-scss"),
    ".sh": _plain("application/x-sh"),
    ".sql": _plain("application/sql"),
    ".swift": _plain("text/x-swift"),
    ".tex": _plain("text/x-tex"),
    ".ts": _plain("application/typescript"),
    ".tsx": _plain("application/typescript"),
    ".vue": _plain("text/plain"),
}


def supported() -> str:
    """The endings that are read, as a list for a sentence."""
    return ", ".join(sorted(filter(None, CONVERTERS)))
