"""Files of each format in which one structure is repeated as often as is asked for."""

from tests.ingest.convert.growing.form import Build
from tests.ingest.convert.growing.mail import MAIL_STRUCTURES, MBOX_STRUCTURES, MHT_STRUCTURES
from tests.ingest.convert.growing.markup import LATEX_STRUCTURES, RTF_STRUCTURES
from tests.ingest.convert.growing.office import DOCX_STRUCTURES, PPTX_STRUCTURES
from tests.ingest.convert.growing.old import DOC_STRUCTURES, MSG_STRUCTURES, PPT_STRUCTURES
from tests.ingest.convert.growing.opendocuments import ODP_STRUCTURES, ODS_STRUCTURES, ODT_STRUCTURES
from tests.ingest.convert.growing.pages import EPUB_STRUCTURES, HTML_STRUCTURES, XML_STRUCTURES
from tests.ingest.convert.growing.pdfs import PDF_STRUCTURES
from tests.ingest.convert.growing.texts import (
    DELIMITED_STRUCTURES,
    JSON_STRUCTURES,
    MARKDOWN_STRUCTURES,
    NOTEBOOK_STRUCTURES,
    SUBTITLE_STRUCTURES,
    TEXT_STRUCTURES,
)
from tests.ingest.convert.growing.workbooks import XLS_STRUCTURES, XLSX_STRUCTURES, XML_2003_STRUCTURES

STRUCTURES: dict[str, dict[str, Build]] = {
    ".eml": MAIL_STRUCTURES,
    ".mbox": MBOX_STRUCTURES,
    ".mht": MHT_STRUCTURES,
    ".msg": MSG_STRUCTURES,
    ".html": HTML_STRUCTURES,
    ".xml": XML_STRUCTURES,
    ".txt": TEXT_STRUCTURES,
    ".md": MARKDOWN_STRUCTURES,
    ".csv": DELIMITED_STRUCTURES,
    ".json": JSON_STRUCTURES,
    ".ipynb": NOTEBOOK_STRUCTURES,
    ".srt": SUBTITLE_STRUCTURES,
    ".tex": LATEX_STRUCTURES,
    ".rtf": RTF_STRUCTURES,
    ".epub": EPUB_STRUCTURES,
    ".odt": ODT_STRUCTURES,
    ".odp": ODP_STRUCTURES,
    ".ods": ODS_STRUCTURES,
    ".xlsx": XLSX_STRUCTURES,
    ".xls": XLS_STRUCTURES | XML_2003_STRUCTURES,
    ".docx": DOCX_STRUCTURES,
    ".pptx": PPTX_STRUCTURES,
    ".doc": DOC_STRUCTURES,
    ".ppt": PPT_STRUCTURES,
    ".pdf": PDF_STRUCTURES,
}
