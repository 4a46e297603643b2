"""Where blobs are, as RAG_BLOB_URL says it: `file:///folder`, or `s3://bucket/prefix?endpoint=https://...`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qsl, urlsplit

from ingest.errors import Invalid

CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the role of the machine",
    "gs": "GOOGLE_SERVICE_ACCOUNT, a file, or the role of the machine",
    "az": "AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY, or the identity of the machine",
}
"""By scheme, where credentials come from: never from the URL, which is shown."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "s3": ("endpoint", "region", "path_style", "allow_http"),
    "gs": (),
    "az": ("endpoint", "allow_http"),
    "file": (),
}
SWITCHES = {"true": True, "false": False}
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}")
_PREFIX = re.compile(r"([\w=+-][\w.=+-]*/)*")


@dataclass(frozen=True)
class Address:
    """A bucket (Azure's word is container), and what the names of all objects in it begin with: nothing, or a text with
    a slash at its end. Of a folder, `prefix` is its path."""

    scheme: str
    bucket: str
    prefix: str
    options: Mapping[str, str]

    def __str__(self) -> str:
        """As messages name it."""
        at = f" at {self.options['endpoint']}" if "endpoint" in self.options else ""
        return f"{self.scheme}://{self.bucket}/{self.prefix}".rstrip("/") + at

    def switch(self, option: str, otherwise: bool) -> bool:
        return SWITCHES.get(self.options.get(option, ""), otherwise)

    def within(self, folder: str) -> "Address":
        return replace(self, prefix=f"{self.prefix}{folder}/")


def read(url: str) -> Address:
    """Raises `Invalid`, in words that follow the name of a setting and repeat no password."""
    try:
        parts = urlsplit(url)
        endpoint = urlsplit(dict(parse_qsl(parts.query)).get("endpoint", ""))
        _ = endpoint.port, parts.port
    except ValueError:
        raise Invalid("is no URL, such as s3://bucket") from None
    if parts.scheme not in OPTIONS:
        schemes = ", ".join(f"{scheme}://" for scheme in OPTIONS)
        raise Invalid(f"has to begin with one of {schemes}, as in s3://bucket")
    for each in (parts, endpoint):
        if "@" in each.netloc:
            where = CREDENTIALS.get(parts.scheme, "nowhere")
            raise Invalid(f"holds a name or password, and is shown in messages: credentials are read from {where}")
    options = _options(parts)
    if parts.scheme == "file":
        if parts.netloc or len(parts.path) < 2:
            raise Invalid("has to name a folder, with three slashes: file:///srv/files")
        return Address("file", "", parts.path.rstrip("/") + "/", options)
    if not _BUCKET.fullmatch(parts.netloc):
        raise Invalid(f"has to name a bucket, as in {parts.scheme}://bucket; {parts.netloc!r} cannot be one")
    prefix = parts.path.strip("/")
    prefix = f"{prefix}/" if prefix else ""
    if not _PREFIX.fullmatch(prefix):
        raise Invalid("may have letters, digits and any of . _ = + - between the slashes after the bucket, and no more")
    if "endpoint" in options and (endpoint.scheme not in ("http", "https") or not endpoint.hostname):
        raise Invalid("has an endpoint that does not begin with http:// or https:// and a name")
    address = Address(parts.scheme, parts.netloc, prefix, options)
    if endpoint.scheme == "http" and endpoint.hostname not in THIS_MACHINE and not address.switch("allow_http", False):
        raise Invalid(
            "has an endpoint without encryption: write https://, or add &allow_http=true where nobody else hears it"
        )
    return address


def _options(parts: SplitResult) -> dict[str, str]:
    known = OPTIONS[parts.scheme]
    if parts.fragment:
        raise Invalid("may not have a '#' in it")
    options: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in known:
            there_are = f"there are {', '.join(known)}" if known else f"{parts.scheme}:// has none"
            raise Invalid(f"has an option that is not known, {name!r}: {there_are}")
        if name in options or not value:
            raise Invalid(f"needs one value for the option {name!r}")
        if name in ("path_style", "allow_http") and value not in SWITCHES:
            raise Invalid(f"has an option {name!r} that is neither true nor false")
        options[name] = value
    return options
