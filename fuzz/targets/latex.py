"""LaTeX, with and without a preamble."""

from fuzz.documents import read
from fuzz.target import Target, literals
from ingest.convert.formats.latex import commands

TARGET = Target(
    # A shorthand of 200 characters takes two to use, and `\newtheorem` as much.
    lambda data: read(data, ".tex", times=120),
    literals("tests/ingest/convert/formats/test_latex.py"),
    tokens=[
        *(f"\\{word}" for words in (commands.HEADINGS, commands.NOTES, commands.UNSEEN) for word in words),
        *(f"\\begin{{{word}}}" for words in (commands.TABLES, commands.LISTS, commands.VERBATIM) for word in words),
        *(
            "\\begin{document}",
            "\\newtheorem{",
            "\\newcommand{\\",
            "\\def\\",
            "\\item[",
            "\\verb|",
            "\\\\",
            "$$",
            "\n\n",
        ),
    ],
    grows=True,
)
