"""Plain text, Markdown, tables, data, notebooks and subtitles."""

import json

from tests.ingest.convert.growing.form import Build, each

TEXT_STRUCTURES: dict[str, Build] = {
    "lines": each("words #\n"),
    "one line": each("words"),
    "blanks": lambda n: f"words{' ' * n}words",
    "new lines": lambda n: f"words{chr(10) * n}words",
    "form feeds": lambda n: "words\f" * n,
    "returns": lambda n: "words\r" * n,
    "marks": lambda n: "a" + "\u0301\u0323" * n,
    "letters of Latin-1": lambda n: ("w\xf6rter und w\xe4lder " * n).encode("latin-1"),
    "letters of Shift JIS": lambda n: ("言葉 " * n).encode("shift_jis"),
    "escapes": lambda n: b"words \x1b$B" * n,
    "bytes": lambda n: bytes(range(128, 256)) * n,
}


MARKDOWN_STRUCTURES: dict[str, Build] = {
    **TEXT_STRUCTURES,
    "front matter": lambda n: "---\n" + "a: b\n" * n + "words",
    "begun front matter": lambda n: "---\n" * n + "words",
    "titles": lambda n: "---\n" + "title: \n" * n + "---\nwords",
    "headings": each("# words #\n\nwords\n\n"),
    "deep headings": each("###### words #\n"),
    "headings one in another": lambda n: "".join(f"{'#' * (k % 6 + 1)} words\n\n" for k in range(n)),
    "hashes": lambda n: "# words " + "#" * n + "\n\nwords",
    "hashes apart": lambda n: "# words " + "# " * n + "\n\nwords",
    "underlines": each("words\n===\n"),
    "long underline": lambda n: "words\n" + "=" * n + "x\nwords",
    "fences": each("```\nwords\n```\n"),
    "begun fences": each("```\nwords\n~~~\n"),
    "rows": lambda n: "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * n,
    "tables": each("| a | b |\n|---|---|\n| 1 | 2 |\n\n"),
    "cells": lambda n: "| a " * n + "|\n" + "|---" * n + "|\n" + "| 1 " * n + "|\n",
    "row without end": lambda n: "|" + "a " * n,
    "begun rows": lambda n: "|\n" * n,
    "quotes": lambda n: ">" * n + " words",
    "sentences": lambda n: "Words. " * n,
    "ends of sentences": lambda n: "." * n + "words",
    "quotes behind ends": lambda n: "words." + '"' * n + "words",
    "Han": lambda n: "言葉。" * n,
    "blank lines with blanks": lambda n: "words\n" + "   \n" * n + "words",
    "blanks of a blank line": lambda n: "words\n" + " " * n + "words",
}


DELIMITED_STRUCTURES: dict[str, Build] = {
    "rows": lambda n: "name,value\n" + each("a#,#\n")(n),
    "columns": lambda n: (
        ",".join(f"c{k}" for k in range(n))
        + "\n"
        + ",".join(map(str, range(n)))
        + "\n"
        + ",".join(map(str, range(n)))
        + "\n"
    ),
    "columns, a cell in each row": lambda n: "\n".join(
        [",".join(f"c{k}" for k in range(n))] + [f"1{',' * (n - 1)}"] * 30
    ),
    "long names": lambda n: f"{'a' * n},{'b' * n}\n" + "1,2\n" * 1000,
    "quoted lines": lambda n: "a,b\n" + '"a\nb",1\n' * n,
    "open quotes": lambda n: "a,b\n" + 'a "b,"1\n' * n,
    "quotes": lambda n: "a,b\n" + '"' * n + ",1\n",
    "delimiters": lambda n: "a,b\n" + "," * n + "\n",
    "ragged rows": lambda n: "a,b\n" + "".join("," * (k % 7) + "a\n" for k in range(n)),
    "a long cell": lambda n: "a,b\n" + "1" * n + ",2\n1,2\n",
    "digits and signs": lambda n: "a,b\n" + "1 " * n + "x,2\n1,2\n",
    "signs": lambda n: "a,b\n" + "$ " * n + "x,2\n1,2\n",
    "letters": lambda n: "a,b\n" + "a" * n + "@,2\n1,2\n",
}


JSON_STRUCTURES: dict[str, Build] = {
    "items": lambda n: json.dumps(["words"] * n),
    "records": lambda n: json.dumps([{"a": "words", "b": k} for k in range(n)]),
    "keys": lambda n: json.dumps({f"k{k}": "words" for k in range(n)}),
    "nested lists": lambda n: "[" * n + '"words"' + "]" * n,
    "nested objects": lambda n: '{"k":' * n + '"words"' + "}" * n,
    "nested objects with others": lambda n: '{"a":"words","k":' * n + '"words"' + "}" * n,
    "nested lists with others": lambda n: '["words",' * n + '"words"' + "]" * n,
    "lines": each('{"a": "words #"}\n'),
    "lists within a long key": lambda n: json.dumps({"k" * 3 * n: [{"a": "words"}] * 1000}),
    "escapes": lambda n: '"' + "\\u0041" * n + '"',
    "begun": lambda n: '{"a":' * n,
    "damaged lines": lambda n: '{"a": 1}\n' + '{"a": \n' * n,
}


def notebook(cells: list[dict[str, object]]) -> str:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})


NOTEBOOK_STRUCTURES: dict[str, Build] = {
    "cells": lambda n: notebook([{"cell_type": "markdown", "source": ["words"]}] * n),
    "code": lambda n: notebook([{"cell_type": "code", "source": ["words"]}] * n),
    "outputs": lambda n: notebook(
        [{"cell_type": "code", "source": "a", "outputs": [{"output_type": "stream", "text": "words"}] * n}]
    ),
    "lines": lambda n: notebook([{"cell_type": "markdown", "source": ["words\n"] * n}]),
    "lines of an output": lambda n: notebook(
        [{"cell_type": "code", "source": "a", "outputs": [{"output_type": "stream", "text": ["words\n"] * n}]}]
    ),
    "worksheets": lambda n: json.dumps({"worksheets": [{"cells": [{"cell_type": "markdown", "source": "words"}]}] * n}),
}


TIME = "00:00:01,000 --> 00:00:02,000\n"


SUBTITLE_STRUCTURES: dict[str, Build] = {
    "cues": lambda n: "".join(f"{k}\n{TIME}words {k}\n\n" for k in range(n)),
    "lines": lambda n: TIME + each("words #\n")(n),
    "tags": lambda n: TIME + "<i>words</i>" * n,
    "begun tags": lambda n: TIME + "words" + "<i" * n,
    "begun voices": lambda n: TIME + "words" + "<v " * n,
    "classes": lambda n: TIME + "<v" + ".a" * n + " words",
    "blanks of a voice": lambda n: TIME + "<v" + " " * n + "words",
    "braces": lambda n: TIME + "words" + "{\\" * n,
    "notes": lambda n: "WEBVTT\n\n" + "NOTE words\n\n" * n + TIME + "words",
    "digits": lambda n: "0" * n + ":" + TIME + "words",
    "blanks before a time": lambda n: " " * n + TIME + "words",
}
