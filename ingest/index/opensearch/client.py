"""The way to OpenSearch: requests and answers in JSON, tried on another address when one fails, with errors in words.

Of opensearch-py this uses the transport, which knows which addresses are dead, and not the client above it: its methods
only put together paths, and take as long as the request itself.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import orjson
from opensearchpy import Transport
from opensearchpy.exceptions import ConnectionError as Unreachable
from opensearchpy.exceptions import ConnectionTimeout, SerializationError, SSLError, TransportError

from ingest.errors import DiskFull, StorageFailed

JSON = dict[str, Any]

ANSWER_S = 15.0
"""How long a search may take."""

WRITE_S = 120.0
"""How long a write may take: OpenSearch itself waits for a minute until a node has taken the place of one that died."""

_CONNECTIONS = 32  # kept open to each address
_RETRIES = 3


class NoIndex(StorageFailed):
    """The index that was asked is not there."""


class Replaced(StorageFailed):
    """The alias leads to another index than it did: what is known of that, such as its shards, is out of date."""


class AlreadyThere(StorageFailed):
    """An index of this name is there already."""


class Client:
    """Any thread may use it. Methods raise `StorageFailed`."""

    def __init__(self, addresses: Sequence[str], ca: Path | None = None) -> None:
        # What goes wrong is raised, and told by whoever asked; the library would log it as well, with a traceback.
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)
        hosts = [_host(address) | ({"ca_certs": str(ca)} if ca else {}) for address in addresses]
        self.where = ", ".join(f"{host['host']}:{host['port']}" for host in hosts)
        self._transport = Transport(
            hosts,
            serializer=cast(Any, _Serializer()),
            max_retries=_RETRIES,
            retry_on_timeout=True,
            pool_maxsize=_CONNECTIONS,
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, str] | None = None,
        seconds: float = ANSWER_S,
    ) -> Any:
        with self._in_words():
            return self._transport.perform_request(method, path, params=params, body=body, timeout=seconds)

    def search(self, index: str, body: JSON, **params: str) -> Any:
        """An answer of the whole index: a part that cannot be asked would be missing in silence."""
        path = f"/{index}/_search" if index else "/_search"
        try:
            answer = self.ask("POST", path, body, _COMPLETE | params)
        except NoIndex:  # one that was made anew may have been deleted on the way to its shards
            answer = self.ask("POST", path, body, _COMPLETE | params)
        self.check_complete(answer["_shards"], answer["timed_out"])
        return answer

    def check_complete(self, shards: JSON, timed_out: bool = False) -> None:
        answered, total = shards["successful"], shards["total"]
        if timed_out or answered < total:
            raise StorageFailed(
                f"Only {answered} of {total} parts of the index in OpenSearch answered, as it may be starting or have "
                "lost a node: try again later, and see its health."
            )

    def close(self) -> None:
        self._transport.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except ConnectionTimeout as error:
            raise StorageFailed(f"OpenSearch at {self.where} did not answer in time: try again later.") from error
        except SSLError as error:
            raise StorageFailed(
                f"The certificate of OpenSearch at {self.where} is not trusted: give the one that signed it as "
                "RAG_OPENSEARCH_CA."
            ) from error
        except Unreachable as error:
            raise StorageFailed(
                f"OpenSearch cannot be reached at {self.where}: see whether it runs there, and RAG_OPENSEARCH_URL."
            ) from error
        except SerializationError as error:
            raise StorageFailed(
                f"What answers at {self.where} is not one of OpenSearch's nodes: see RAG_OPENSEARCH_URL."
            ) from error
        except TransportError as error:
            raise failure(error.status_code, _cause(error.info)) from error


_COMPLETE = {"allow_partial_search_results": "false"}


def failure(status: int | str, cause: JSON) -> StorageFailed:
    """An error of OpenSearch, of a request or of one document in it."""
    kind, reason = str(cause.get("type")), str(cause.get("reason"))
    if status == 401 or kind == "security_exception":
        return StorageFailed("OpenSearch refuses the user or the password in RAG_OPENSEARCH_URL.")
    if kind == "resource_already_exists_exception":
        return AlreadyThere(reason)
    if status == 404:
        return NoIndex("The index is gone from OpenSearch: start the server again, which makes it anew from the files.")
    if kind == "cluster_block_exception" and "read-only" in reason:
        return DiskFull(
            "OpenSearch takes no more writes, as the disk of a node is nearly full, or the index was set to be read "
            "only: make room, and try again."
        )
    if kind == "cluster_block_exception" and "index write" in reason:
        return StorageFailed(
            "The index in OpenSearch takes no writes, as it is being made anew, or a newer version has its own: try "
            "again later, or type `rag-ingest reindex` once more if it was interrupted."
        )
    if kind in (
        "cluster_block_exception",
        "cluster_manager_not_discovered_exception",
        "master_not_discovered_exception",
    ):
        return StorageFailed("OpenSearch has no manager at the moment, as too few of its nodes run: try again later.")
    if status == 429:
        return StorageFailed("OpenSearch has too much to do at the moment: try again later.")
    if status in (502, 503, 504):
        return StorageFailed(f"OpenSearch cannot answer at the moment ({kind}): try again later, and see its health.")
    if kind == "strict_dynamic_mapping_exception":
        return StorageFailed("The index in OpenSearch was made by another version: `rag-ingest reindex` makes it anew.")
    return StorageFailed(f"OpenSearch refused what it was asked ({status} {kind}: {reason}).")


def _cause(info: Any) -> JSON:
    """The error of an answer, or that of the shard which had it."""
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return {"type": "no answer in JSON" if error is None else str(error), "reason": ""}
    cause = error.get("root_cause") or [error]
    return cause[0] if error.get("type") == "search_phase_execution_exception" and cause[0] else error


def _host(address: str) -> JSON:
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    host: JSON = {"host": parts.hostname, "port": parts.port or (443 if secure else 9200), "use_ssl": secure}
    if parts.path.strip("/"):
        host["url_prefix"] = parts.path
    if parts.username:
        host["http_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    return host


class _Serializer:
    mimetype = "application/json"

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, bytes) else orjson.dumps(data)

    def loads(self, s: str) -> Any:
        try:
            return orjson.loads(s)
        except orjson.JSONDecodeError as error:
            raise SerializationError(s, error) from error
