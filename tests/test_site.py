"""The documentation becomes a site without a warning, and its pages ask nobody but their own site."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(not importlib.util.find_spec("mkdocs"), reason="mkdocs is not installed: `make docs` installs it")
def test_the_documentation_becomes_a_site(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    built = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True
    )
    assert (built.returncode, built.stdout + built.stderr) == (0, "")
    pages = {str(path.parent.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("index.html")}
    assert "RAG_QUERY_PIPELINES" in pages["settings"] and "Talk to your own documents" in pages["."]
    assert not [*tmp_path.rglob("*.py"), *tmp_path.rglob("*.pyc")]
    outside = re.compile(r'<(?:script|img|iframe)[^>]+src="https?:|<link[^>]+stylesheet[^>]+href="https?:|@import')
    assert [name for name, page in pages.items() if outside.search(page)] == []
