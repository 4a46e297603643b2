import json
from typing import Any

import pytest

from tests.ingest.convert.conversion import Convert


def cell(kind: str, source: str | list[str], *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": kind,
        "metadata": {},
        "source": source,
        **({"outputs": list(outputs)} if kind == "code" else {}),
    }


def test_a_notebook_is_its_text_its_code_and_what_was_printed(convert: Convert) -> None:
    cells = [
        cell("markdown", ["Herons\n", "======\n", "\n", "We *count* them."]),
        cell("code", "# count\nn = 3\nprint(n)", {"output_type": "stream", "name": "stdout", "text": ["3\n", "# x\n"]}),
        cell(
            "code", "plot()", {"output_type": "display_data", "data": {"text/plain": "<Figure>", "image/png": "iVBO"}}
        ),
        cell("code", '"```"', {"output_type": "execute_result", "data": {"text/plain": ["'a'"], "text/html": "<b>a"}}),
        cell(
            "code", "1/0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "by zero", "traceback": []}
        ),
        cell("code", "long", {"output_type": "stream", "text": "word " * 5000}),
        cell("raw", "As it is."),
    ]
    found = convert("a.ipynb", json.dumps({"nbformat": 4, "metadata": {"title": "Counts"}, "cells": cells}))
    content = found.content or ""
    assert content.startswith(
        "# Herons\n\nWe *count* them.\n\n```\n# count\nn = 3\nprint(n)\n```\n\n```\n3\n# x\n```\n\n```\nplot()\n```\n\n"
        "~~~\n\"```\"\n~~~\n\n```\n'a'\n```\n\n```\n1/0\n```\n\n"
        "```\nZeroDivisionError: by zero\n```\n\n```\nlong\n```\n\n"
    )
    assert content.endswith("word  ...\n```\n\nAs it is.")
    assert len(content) < 3000
    assert (found.meta["title"], found.meta["markup"]) == ("Counts", "markdown")


def test_old_notebooks_are_read(convert: Convert) -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Part"},
        {"cell_type": "code", "input": ["x"], "outputs": [{"output_type": "pyout", "text": ["1"]}]},
    ]
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]})
    assert convert("a.ipynb", text).content == "## Part\n\n```\nx\n```\n\n```\n1\n```"


@pytest.mark.parametrize("text", ['{"cells":', "words"])
def test_what_is_no_notebook_is_text(convert: Convert, text: str) -> None:
    assert convert("a.ipynb", text).content == text
