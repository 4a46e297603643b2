"""Addresses of the web, as clients give them: they end up as links in browsers.

Whoever ingests a copy of a web site wants its citations to lead to the site. So an attribute of a file may say where it
is found; it has to be an address of the web, without a password in it, and is escaped.
"""

from urllib.parse import quote, urlsplit

ATTRIBUTE = "url"
SCHEMES = ("http", "https")
LONGEST = 2000
ALLOWED = "%/:?#[]@!$&*+,;=~"  # and what is never escaped; parentheses would end a link in Markdown


def web_address(said: object) -> str | None:
    """None if it is none."""
    if not isinstance(said, str) or len(said) > LONGEST or not said.isprintable() or "\\" in said:
        return None
    try:
        parts = urlsplit(said)
        if parts.scheme not in SCHEMES or not parts.hostname or parts.port == 0 or "@" in parts.netloc:
            return None
    except ValueError:  # a port that is no number, brackets that are not closed
        return None
    return quote(said, safe=ALLOWED)
