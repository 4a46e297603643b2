"""Bytes -> Haystack Documents with page numbers: `CONVERTERS` says what is read, `FileConverter` reads it.

Read in this order: this table, `file_converter.py` (what a pipeline calls), `sandbox/` and `sandbox_process.py` (the
processes that parse), `converted.py` (what is taken of their answers), `read.py` (what they run), `extract.py` (chooses
the converter and judges its text), then one module per format in `formats/`; `parts/` has what several of them need,
`ocr/` recognises the text on scans and pictures. `page_view.py` shows pages to who reads a citation. `unsupported.py`
says what to do with the rest.
"""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal, NamedTuple

from ingest.convert import ocr

Markup = Literal["markdown", "text", "code"]


class Format(NamedTuple):
    """How a kind of file is read. Functions are `module:name`; they run in the sandbox and raise `ConversionFailed`."""

    convert: str
    converter: str  # as its module names it, without libraries; known here so that asking for it imports none of them
    media_type: str
    markup: Markup
    fallback: str | None = None  # tried once if `convert` crashes its process
    # For each of `Extracted.pictures`: a function of the file, its name, the number and languages that returns what is
    # `Recognised` there. Then `convert` is called again with these by number, as its third argument.
    recognise: str | None = None
    # For formats whose pages can be shown, see `page_view.py`: a page as a picture, and where on pages a quote stands.
    draw: str | None = None
    mark: str | None = None


class Extracted(NamedTuple):
    """What a converter returns; a form feed separates pages."""

    text: str
    converter: str
    title: str | None = None
    paged: bool = False
    note: str | None = None  # one or two sentences for whoever put the file in: what was not read, and the way out
    markup: Markup | None = None  # if it is not that of the format
    hidden: int = 0  # characters that were left out since nobody sees them, though the file has them among its text
    pictures: Sequence[int] = ()  # numbers of the pages and pictures whose text has to be recognised (`ocr/`)


class Recognised(NamedTuple):
    """The text on the picture of a page; or why there is none, as in "2 of 5 pages have ..."."""

    text: str
    reason: str | None = None


# Of a document in a zip file, with its pictures as parts.
PART = "ingest.convert.formats.picture:recognise_part"

PDF = Format(
    "ingest.convert.formats.pdf:convert",
    "pdf 16",
    "application/pdf",
    "text",
    fallback="ingest.convert.formats.pdf:convert_with_pypdf",
    recognise="ingest.convert.formats.pdf.scans:recognise",
    draw="ingest.convert.formats.pdf.drawing:draw",
    mark="ingest.convert.formats.pdf.marks:marks",
)
DOCX = Format(
    "ingest.convert.formats.docx:convert",
    "docx 9",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "markdown",
    fallback="ingest.convert.formats.docx:convert_without_embedded",
    recognise=PART,
)
PPTX = Format(
    "ingest.convert.formats.pptx:convert",
    "pptx 8",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "markdown",
    fallback="ingest.convert.formats.pptx:convert_without_embedded",
    recognise=PART,
)
DOC = Format("ingest.convert.formats.doc:convert", "doc 5", "application/msword", "markdown")
PPT = Format("ingest.convert.formats.ppt:convert", "ppt 2", "application/vnd.ms-powerpoint", "markdown")
RTF = Format("ingest.convert.formats.rtf:convert", "rtf 9", "application/rtf", "markdown")
EPUB = Format("ingest.convert.formats.epub:convert", "epub 6", "application/epub+zip", "markdown", recognise=PART)
EML = Format(
    "ingest.convert.formats.eml:convert",
    "eml 6",
    "message/rfc822",
    "markdown",
    fallback="ingest.convert.formats.eml:convert_without_attachments",
)
MSG = Format(
    "ingest.convert.formats.outlook:convert",
    "msg 5",
    "application/vnd.ms-outlook",
    "markdown",
    fallback="ingest.convert.formats.outlook:convert_without_attachments",
)
MHTML = Format("ingest.convert.formats.eml:convert_page", "eml 6", "multipart/related", "markdown")
MBOX = Format(
    "ingest.convert.formats.mbox:convert",
    "mbox 4",
    "application/mbox",
    "markdown",
    fallback="ingest.convert.formats.mbox:convert_without_attachments",
)
NOTEBOOK = Format("ingest.convert.formats.notebook:convert", "notebook 1", "application/x-ipynb+json", "markdown")
HTML = Format(
    "ingest.convert.formats.html:convert",
    "html 10",
    "text/html",
    "markdown",
    recognise="ingest.convert.formats.picture:recognise_data",
)
LATEX = Format("ingest.convert.formats.latex:convert", "latex 4", "text/x-tex", "markdown")
MARKDOWN = Format("ingest.convert.formats.markdown:convert", "markdown 1", "text/markdown", "markdown")


def _spreadsheet(media_type: str) -> Format:
    return Format("ingest.convert.formats.spreadsheet:convert", "spreadsheet 10", media_type, "markdown")


def _opendocument(kind: str) -> Format:
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    convert = "ingest.convert.formats.opendocument:convert"
    return Format(convert, "opendocument 14", media_type, "markdown", recognise=PART)


def _flat(document: Format) -> Format:
    """The same in one XML file that is not zipped."""
    return document._replace(convert=f"{document.convert}_flat", media_type=f"{document.media_type}-flat-xml")


def _json(media_type: str) -> Format:
    return Format("ingest.convert.formats.json:convert", "json 1", media_type, "text")


def _subtitles(media_type: str) -> Format:
    return Format("ingest.convert.formats.subtitles:convert", "subtitles 1", media_type, "text")


def _picture(media_type: str) -> Format:
    return Format(
        "ingest.convert.formats.picture:convert",
        "picture 9",
        media_type,
        "text",
        recognise="ingest.convert.formats.picture:recognise",
        draw="ingest.convert.formats.picture:draw",
        mark="ingest.convert.formats.picture:mark",
    )


def _plain(media_type: str, markup: Markup = "code") -> Format:
    return Format("ingest.convert.formats.text:convert", "text 3", media_type, markup)


CONVERTERS: dict[str, Format] = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".docm": DOCX._replace(media_type="application/vnd.ms-word.document.macroenabled.12"),
    ".dotx": DOCX._replace(media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.template"),
    ".dotm": DOCX._replace(media_type="application/vnd.ms-word.template.macroenabled.12"),
    ".pptx": PPTX,
    ".pptm": PPTX._replace(media_type="application/vnd.ms-powerpoint.presentation.macroenabled.12"),
    ".ppsx": PPTX._replace(media_type="application/vnd.openxmlformats-officedocument.presentationml.slideshow"),
    ".ppsm": PPTX._replace(media_type="application/vnd.ms-powerpoint.slideshow.macroenabled.12"),
    ".potx": PPTX._replace(media_type="application/vnd.openxmlformats-officedocument.presentationml.template"),
    ".potm": PPTX._replace(media_type="application/vnd.ms-powerpoint.template.macroenabled.12"),
    ".xlsx": _spreadsheet("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".xlsm": _spreadsheet("application/vnd.ms-excel.sheet.macroenabled.12"),
    ".xlsb": _spreadsheet("application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    ".xltx": _spreadsheet("application/vnd.openxmlformats-officedocument.spreadsheetml.template"),
    ".xltm": _spreadsheet("application/vnd.ms-excel.template.macroenabled.12"),
    ".xls": _spreadsheet("application/vnd.ms-excel"),
    ".xlt": _spreadsheet("application/vnd.ms-excel"),
    ".ods": _spreadsheet("application/vnd.oasis.opendocument.spreadsheet"),
    ".ots": _spreadsheet("application/vnd.oasis.opendocument.spreadsheet-template"),
    ".odt": _opendocument("text"),
    ".odp": _opendocument("presentation"),
    ".ott": _opendocument("text-template"),
    ".otp": _opendocument("presentation-template"),
    ".fodt": _flat(_opendocument("text")),
    ".fodp": _flat(_opendocument("presentation")),
    ".fods": _flat(_spreadsheet("application/vnd.oasis.opendocument.spreadsheet")),
    ".doc": DOC,
    ".dot": DOC,
    ".ppt": PPT,
    ".pps": PPT,
    ".pot": PPT,
    ".rtf": RTF,
    ".epub": EPUB,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdown": MARKDOWN,
    ".mkd": MARKDOWN,
    ".mdx": MARKDOWN,
    ".qmd": MARKDOWN,
    ".rmd": MARKDOWN,
    ".ipynb": NOTEBOOK,
    ".tex": LATEX,
    ".latex": LATEX,
    ".ltx": LATEX,
    ".eml": EML,
    ".msg": MSG,
    ".oft": MSG,
    ".mbox": MBOX,
    ".mht": MHTML,
    ".mhtml": MHTML,
    # tables; each row is a line, and cut between lines only
    ".csv": Format("ingest.convert.formats.delimited:convert", "csv 4", "text/csv", "code"),
    ".tsv": Format("ingest.convert.formats.delimited:convert", "csv 4", "text/tab-separated-values", "code"),
    ".tab": Format("ingest.convert.formats.delimited:convert", "csv 4", "text/tab-separated-values", "code"),
    # plain text; a file without an ending is a README or LICENSE more often than not
    "": _plain("text/plain", "text"),
    ".txt": _plain("text/plain", "text"),
    ".text": _plain("text/plain", "text"),
    ".log": _plain("text/plain", "text"),
    ".rst": _plain("text/x-rst", "text"),
    ".adoc": _plain("text/asciidoc", "text"),
    ".org": _plain("text/org", "text"),
    # data and settings
    ".json": _json("application/json"),
    ".jsonc": _json("application/json"),
    ".json5": _json("application/json5"),
    ".jsonl": _json("application/jsonl"),
    ".ndjson": _json("application/x-ndjson"),
    ".geojson": _json("application/geo+json"),
    ".xml": Format("ingest.convert.formats.xml:convert", "xml 1", "application/xml", "text"),
    ".yaml": _plain("application/yaml"),
    ".yml": _plain("application/yaml"),
    ".toml": _plain("application/toml"),
    ".ini": _plain("text/plain"),
    ".cfg": _plain("text/plain"),
    ".conf": _plain("text/plain"),
    ".properties": _plain("text/plain"),
    ".bib": _plain("text/x-bibtex"),
    ".ics": Format("ingest.convert.formats.icalendar:convert", "icalendar 2", "text/calendar", "markdown"),
    ".ical": Format("ingest.convert.formats.icalendar:convert", "icalendar 2", "text/calendar", "markdown"),
    ".vcf": Format("ingest.convert.formats.vcard:convert", "vcard 2", "text/vcard", "markdown"),
    ".vcard": Format("ingest.convert.formats.vcard:convert", "vcard 2", "text/vcard", "markdown"),
    ".srt": _subtitles("application/x-subrip"),
    ".vtt": _subtitles("text/vtt"),
    # source code
    ".asm": _plain("text/plain"),
    ".bash": _plain("application/x-sh"),
    ".bat": _plain("text/plain"),
    ".c": _plain("text/x-c"),
    ".cc": _plain("text/x-c++"),
    ".cjs": _plain("text/javascript"),
    ".clj": _plain("text/x-clojure"),
    ".cmake": _plain("text/plain"),
    ".cpp": _plain("text/x-c++"),
    ".cs": _plain("text/x-csharp"),
    ".css": _plain("text/css"),
    ".cxx": _plain("text/x-c++"),
    ".dart": _plain("text/x-dart"),
    ".diff": _plain("text/x-diff"),
    ".elm": _plain("text/plain"),
    ".erl": _plain("text/x-erlang"),
    ".ex": _plain("text/x-elixir"),
    ".f90": _plain("text/x-fortran"),
    ".fs": _plain("text/plain"),
    ".go": _plain("text/x-golang"),
    ".gradle": _plain("text/plain"),
    ".graphql": _plain("text/plain"),
    ".groovy": _plain("text/plain"),
    ".h": _plain("text/x-c"),
    ".hh": _plain("text/x-c++"),
    ".hpp": _plain("text/x-c++"),
    ".hs": _plain("text/x-haskell"),
    ".java": _plain("text/x-java"),
    ".jl": _plain("text/x-julia"),
    ".js": _plain("text/javascript"),
    ".jsx": _plain("text/javascript"),
    ".kt": _plain("text/x-kotlin"),
    ".less": _plain("text/plain"),
    ".lua": _plain("text/x-lua"),
    ".m": _plain("text/plain"),
    ".mjs": _plain("text/javascript"),
    ".ml": _plain("text/x-ocaml"),
    ".nim": _plain("text/plain"),
    ".pas": _plain("text/x-pascal"),
    ".patch": _plain("text/x-diff"),
    ".php": _plain("text/x-php"),
    ".pl": _plain("text/x-perl"),
    ".proto": _plain("text/plain"),
    ".ps1": _plain("text/plain"),
    ".py": _plain("text/x-python"),
    ".pyi": _plain("text/x-python"),
    ".r": _plain("text/x-r"),
    ".rb": _plain("text/x-ruby"),
    ".rs": _plain("text/x-rust"),
    ".sass": _plain("text/plain"),
    ".scala": _plain("text/x-scala"),
    ".scss": _plain("text/x-scss"),
    ".sh": _plain("application/x-sh"),
    ".sql": _plain("application/sql"),
    ".svelte": _plain("text/plain"),
    ".swift": _plain("text/x-swift"),
    ".tf": _plain("text/plain"),
    ".ts": _plain("application/typescript"),
    ".tsx": _plain("application/typescript"),
    ".vb": _plain("text/plain"),
    ".vue": _plain("text/plain"),
    ".zig": _plain("text/plain"),
    ".zsh": _plain("application/x-sh"),
}

PICTURES: dict[str, Format] = {
    ".png": _picture("image/png"),
    ".jpg": _picture("image/jpeg"),
    ".jpeg": _picture("image/jpeg"),
    ".jfif": _picture("image/jpeg"),
    ".tif": _picture("image/tiff"),
    ".tiff": _picture("image/tiff"),
    ".webp": _picture("image/webp"),
    ".gif": _picture("image/gif"),
    ".bmp": _picture("image/bmp"),
}
if ocr.is_installed():
    CONVERTERS |= PICTURES


def markup_by_name(filename: str) -> Markup | None:
    """Of the text of a file so named, if it is read: what a chunk no longer says."""
    format = CONVERTERS.get(PurePath(filename).suffix.lower())
    return format.markup if format else None
