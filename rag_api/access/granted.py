"""What a request may do: with which key it came, and what that allows."""

from collections.abc import Callable

from rag_api.access.keys import Key
from rag_api.access.scopes import Scope
from rag_api.http.refused import Refused


class Granted:
    """`key` is None where none is needed, and everything allowed. `sign` says what to add to a path so that it opens
    without a key. `is_change` once documents are changed, for the audit; `check_audit` raises `StorageFailed` if it
    takes none."""

    def __init__(
        self,
        key: Key | None = None,
        sign: Callable[[str], str] = lambda path: "",
        check_audit: Callable[[], None] = lambda: None,
    ) -> None:
        self.key = key
        self.sign = sign
        self._scope = key.scope if key else Scope.ADMIN
        self._check_audit = check_audit
        self.is_change = False

    def begin_change(self) -> None:
        """Whoever changes documents calls this before. Raises `StorageFailed` if the audit could not tell it."""
        self._check_audit()
        self.is_change = True

    def allows(self, needed: Scope) -> bool:
        return self._scope.allows(needed)

    def demand(self, needed: Scope) -> None:
        """Raise `Refused` unless the key allows this."""
        if not self.allows(needed):
            message = f"This key has the scope '{self._scope}', and this request needs '{needed}': use another key."
            raise Refused(message, status=403, code="insufficient_permissions")
