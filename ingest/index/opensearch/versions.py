"""The versions of an index: each has an alias of its own, so that one can be built beside another.

A program uses the alias of its version, and makes the index if there is none of any version. Where there is one of
another version, `rag-ingest reindex` makes its own from it, while programs of that version go on using theirs.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

from ingest.errors import Invalid
from ingest.index.opensearch.client import AlreadyThere, Client, NoIndex
from ingest.index.opensearch.index import Index
from ingest.index.opensearch.mapping import INDEX_VERSION, index_body

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST = 200  # bytes; OpenSearch takes 255


class Versions:
    """Those of the index with this name. Methods raise `StorageFailed`."""

    def __init__(self, client: Client, name: str, shards: int, replicas: int) -> None:
        if not _NAME.fullmatch(name) or len(name) > _LONGEST:
            raise Invalid(
                f"An index in OpenSearch is named with small letters, digits, '.', '_' and '-', at most {_LONGEST} of "
                f"them: not {name!r}.",
                "opensearch_index",
            )
        self._client = client
        self._name = name
        self.shards = shards
        self._replicas = replicas

    def open(self) -> Index:
        """The index of this version, which is made if there is none of any; else the latest of the others."""
        versions = self._all()
        if versions and INDEX_VERSION not in versions:
            return self._opened(max(versions))
        if not versions:
            self.make(1)
        index = self._opened(INDEX_VERSION)
        index.complete()
        return index

    def is_of_this_version(self, index: Index) -> bool:
        return index.name == self._alias(INDEX_VERSION)

    def make(self, number: int, *, used: bool = True) -> str:
        """The name of the new index. One that is not yet `used` has no alias."""
        name = f"{self._alias(INDEX_VERSION)}-{number}"
        body = index_body(self.shards, self._replicas)
        if used:
            body["aliases"] = {self._alias(INDEX_VERSION): {}}
        with suppress(AlreadyThere):  # another process was faster
            self._client.ask("PUT", f"/{name}", body)
        return name

    def drop(self) -> None:
        """Delete the index, in all versions."""
        for version in self._all():
            for name in self.behind(self._alias(version)):
                self._client.ask("DELETE", f"/{name}")

    def replace(self, new: str) -> None:
        """Have the alias of this version lead to a new index, from one moment to the next."""
        alias = self._alias(INDEX_VERSION)
        actions = [{"remove": {"index": old, "alias": alias}} for old in self.behind(alias)]
        self._client.ask("POST", "/_aliases", {"actions": [*actions, {"add": {"index": new, "alias": alias}}]})

    def next_number(self) -> int:
        """Of the indices that were made for the alias of this version, one more."""
        alias = self._alias(INDEX_VERSION)
        names = self._client.ask("GET", f"/{alias}-*", params={"expand_wildcards": "all"})
        numbers = [int(found[1]) for name in names if (found := re.fullmatch(re.escape(alias) + r"-(\d+)", name))]
        return max(numbers, default=0) + 1

    def behind(self, alias: str) -> list[str]:
        """The names of the indices that an alias leads to, of which there is one at most."""
        try:
            return list(self._client.ask("GET", f"/_alias/{alias}"))
        except NoIndex:
            return []

    def _all(self) -> list[int]:
        return sorted(set(self._versions()))

    def _versions(self) -> Iterator[int]:
        aliases = self._client.ask("GET", f"/_alias/{self._name}-v*")
        for each in aliases.values():
            for alias in each["aliases"]:
                if found := re.fullmatch(re.escape(self._name) + r"-v(\d+)", alias):
                    yield int(found[1])

    def _opened(self, version: int) -> Index:
        alias = self._alias(version)
        settings = self._client.ask("GET", f"/{alias}/_settings/index.number_of_shards")
        [(behind, its)] = settings.items()
        return Index(self._client, alias, int(its["settings"]["index"]["number_of_shards"]), behind)

    def _alias(self, version: int) -> str:
        return f"{self._name}-v{version}"
