"""The words of the languages: a file for each in `words/`, with a table for each module here that needs some.

`asking` is for `languages`, `replies` for `replies`, `talk` for `phrases`, `overviews` for `overviews`, `tables` for
`table_words`, whose fields say what each key is; `dimensions`, `units` and `dimension_nouns` are for `dimensions`,
`times` for `past_times`, `spoken` for `extractive.spoken`; `irregular`, for `terms`, has the forms of a verb that its
stem does not tell. A language has the tables that are known of it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.languages import LANGUAGES

_FOLDER = Path(__file__).with_suffix("")
_FILES = {
    language.name: tomllib.loads((_FOLDER / f"{language.name}.toml").read_text(encoding="utf-8"))
    for language in LANGUAGES
}


def tables(of: str) -> dict[str, Mapping[str, Any]]:
    """The tables of this name, by language."""
    return {name: words[of] for name, words in _FILES.items() if of in words}


def either(table: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Each list of alternatives as a pattern."""
    return {key: value if isinstance(value, str) else "|".join(value) for key, value in table.items()}
