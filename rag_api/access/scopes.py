"""What a key may do: each route needs a scope, and a key with a higher one may do what a lower one allows."""

import re
from enum import StrEnum


class Scope(StrEnum):
    READ = "read"  # ask, search and read; what was asked and answered belongs to this, too
    WRITE = "write"  # upload, change and delete documents
    ADMIN = "admin"  # keys and projects, how the server is doing, and who did what

    def allows(self, needed: "Scope") -> bool:
        return _ORDER.index(self) >= _ORDER.index(needed)


_ORDER = list(Scope)

_READING = "GET|HEAD|OPTIONS"
_ANY = r"\w+"

# By method and path, the first that fits.
_NEEDED = [
    (re.compile(f"(?:{methods}) {path}"), scope)
    for methods, path, scope in (
        (_READING, "/v1/(models|key)(/.*)?", Scope.READ),
        (_ANY, "/v1/(chat/completions|responses|conversations)(/.*)?", Scope.READ),
        ("POST", "/v1/embeddings", Scope.READ),
        ("POST", "/mcp(/[^/]+)?", Scope.READ),  # its tools ask for more
        ("POST", "/v1/vector_stores/[^/]+/search", Scope.READ),
        ("POST", "/v1/files/[^/]+/marks", Scope.READ),
        (_READING, "/v1/(files|vector_stores|uploads)(/.*)?", Scope.READ),
        (_ANY, "/v1/(files|vector_stores|uploads)(/.*)?", Scope.WRITE),
        (_ANY, "/v1/admin(/.*)?", Scope.ADMIN),
    )
]


def needed(method: str, path: str) -> Scope:
    """The scope for a request that a route takes. What no rule is for is the administrator's."""
    asked = f"{method} {path.rstrip('/')}"
    return next((scope for rule, scope in _NEEDED if rule.fullmatch(asked)), Scope.ADMIN)
