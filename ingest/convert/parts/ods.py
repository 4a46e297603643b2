"""How far a sheet of OpenDocument reaches: rows and cells may stand for thousands that say the same."""

import re

from ingest.convert.parts.archive import Archive
from ingest.convert.parts.tables import check_size
from ingest.convert.parts.xlsx import chunks

ROWS = re.compile(r"""number-rows-repeated=["'](\d+)""")
CELLS = re.compile(r"""<table:table-cell\b(?=[^>]*value-type)[^>]*number-columns-repeated=["'](\d+)""")


def check_sizes(archive: Archive) -> None:
    """Refuse, before it is laid out, a sheet that would take all memory. Raises `ConversionFailed`."""
    height = width = 0
    for chunk in chunks(archive, "content.xml", "table:table-row"):
        for row in chunk.split("<table:table-row")[1:]:
            head, _, cells = row.partition(">")
            repeated = ROWS.search(head)
            width = max(width, sum(map(int, CELLS.findall(cells))))
            if repeated and "value-type" in cells:
                height += int(repeated[1])
        check_size(archive.filename, height, width)
