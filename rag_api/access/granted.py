"""What a request may do: for routes that learn from its body what it wants."""

from rag_api.access.scopes import Scope
from rag_api.http.refused import Refused


class Granted:
    """Whoever changes documents sets `is_change`, for the audit."""

    def __init__(self, scope: Scope = Scope.ADMIN) -> None:
        self._scope = scope
        self.is_change = False

    def allows(self, needed: Scope) -> bool:
        return self._scope.allows(needed)

    def demand(self, needed: Scope) -> None:
        """Raise `Refused` unless the key allows this."""
        if not self.allows(needed):
            message = f"This key has the scope '{self._scope}', and this request needs '{needed}': use another key."
            raise Refused(message, status=403, code="insufficient_permissions")
