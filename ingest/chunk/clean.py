"""The cleaning of every text, between conversion and splitting."""

import re

from haystack.components.preprocessors import DocumentCleaner

from ingest.letters import UNSEEN

# In the order in which they are applied, to each page by itself. Each is linear in the length of the text:
# a run is matched from its first character only.
REPLACEMENTS = {
    r"\r\n?|[\x0b\x85\u2028\u2029]": "\n",  # other systems' line ends
    r"(?<![ \t\u00a0\u3000])[ \t\u00a0\u3000]+(?=\n|\Z)": "",  # spaces at the end of a line
    r"\n{4,}": "\n\n\n",  # more than two empty lines
}

# What stays of a text beside white space.
SEEN = re.compile(rf"[^\s{UNSEEN}]")


def has_words(text: str) -> bool:
    """Whether anything is left of a text once it is cleaned."""
    return SEEN.search(text) is not None


def cleaner() -> DocumentCleaner:
    """Words, indentation and page breaks stay; characters are composed (NFC), so that e + ´ is found as é."""
    return DocumentCleaner(
        keep_id=True,
        unicode_normalization="NFC",
        remove_empty_lines=False,
        remove_extra_whitespaces=False,
        remove_repeated_substrings=False,
        replace_regexes=REPLACEMENTS,
    )
