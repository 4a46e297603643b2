"""The cleaning of every text, between conversion and splitting."""

import re

from haystack.components.preprocessors import DocumentCleaner

# In the order in which they are applied, to each page by itself. Each is linear in the length of the text:
# a run is matched from its first character only.
REPLACEMENTS = {
    r"\r\n?|[\x0b\x85\u2028\u2029]": "\n",  # other systems' line ends
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]": "",  # invisible control characters
    r"[\u00ad\u200b\u2060\ufeff]": "",  # soft hyphens and zero-width spaces, which would split words in the index
    r"(?<![ \t\u00a0\u3000])[ \t\u00a0\u3000]+(?=\n|\Z)": "",  # spaces at the end of a line
    r"\n{4,}": "\n\n\n",  # more than two empty lines
}

# What stays of a text beside white space.
SEEN = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")


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
