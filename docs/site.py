"""What `make docs` makes of files that are elsewhere: pages of the README and its like, and one of the settings."""

import os
import re
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
LINK = re.compile(r"\[([^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\]\((?!https?:)([^)\s#]*)(#[^)\s]*)?\)")
SECTION = re.compile(r"^# --- (.*?) -+$")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name, page in PAGES.items():
        files.append(File.generated(config, page, content=_relinked((ROOT / name).read_text(), PurePosixPath())))
    files.append(File.generated(config, "settings.md", content=_settings()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    generated = page.file.generated_by is not None
    return markdown if generated else _relinked(markdown, PurePosixPath("docs"))


def _relinked(text: str, folder: PurePosixPath) -> str:
    """The text of a file in that folder of the repository, with links to what is a page, and none to what is not."""

    def link(found: re.Match[str]) -> str:
        said, path, section = found[1], found[2], found[3] or ""
        if not path:
            return found[0]
        target = PurePosixPath(os.path.normpath(folder / path))
        if str(target) in PAGES:
            return f"[{said}]({PAGES[str(target)]}{section})"
        if target.parent == PurePosixPath("docs") and target.suffix in (".md", ".png"):
            return f"[{said}]({target.name}{section})"
        return said

    return LINK.sub(link, text)


def _settings() -> str:
    """A page of `.env.example`, which a test compares with the code."""
    lines = ["# Settings", ""]
    said: list[str] = []
    for line in (ROOT / ".env.example").read_text().splitlines():
        if section := SECTION.match(line):
            lines += ["", f"## {section[1]}", "", "| | | default |", "| --- | --- | --- |"]
        elif setting := re.match(r"# ([A-Z_]+)=(.*)", line):
            default = f"`{setting[2]}`" if setting[2] else ""
            lines.append(f"| `{setting[1]}` | {' '.join(said).replace('|', chr(92) + '|')} | {default} |")
            said = []
        elif line.startswith("# "):
            said.append(line[2:])
        elif len(lines) == 2:
            lines += [*said, ""]
            said = []
    return "\n".join(lines) + "\n"
