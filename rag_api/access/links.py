"""Links to files that open in a browser, which sends no key: signed, each for one file, and for a day."""

import hashlib
import hmac
import time
from urllib.parse import parse_qs, parse_qsl, urlencode

HOUR_S = 3600
LIFE_HOURS = 24
KEYS = ("project", "expires", "signature")


class Links:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def query(self, project: str, path: str) -> str:
        """What to add to a path for it to open without a key, in this project."""
        expires = (int(time.time()) // HOUR_S + LIFE_HOURS + 1) * HOUR_S  # the same for an hour: such links look alike
        said = project, str(expires), self._sign(project, path, expires)
        return "?" + urlencode(dict(zip(KEYS, said, strict=True)))

    def project(self, path: str, query: bytes) -> str | None:
        """The project that a link opens a path in; None if it is not signed for that, or was once."""
        told = {name: values[0] for name, values in parse_qs(query.decode("latin-1")).items()}
        project, expires = told.get("project", ""), told.get("expires", "")
        if not expires.isascii() or not expires.isdecimal() or len(expires) > 12 or int(expires) <= time.time():
            return None
        signature = told.get("signature", "").encode()
        return project if hmac.compare_digest(signature, self._sign(project, path, int(expires)).encode()) else None

    def _sign(self, project: str, path: str, expires: int) -> str:
        signed = f"{project}\n{expires}\n{path}".encode()  # neither of the first two has a line end in it
        return hmac.new(self._secret, signed, hashlib.sha256).hexdigest()


def unsigned(query: bytes) -> bytes:
    """What a query says beside the signature, which is no concern of a route."""
    told = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode([(name, value) for name, value in told if name not in KEYS]).encode()
