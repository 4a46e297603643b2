"""What can go wrong with documents, in the words of the person who asked.

    IngestError
    |- NotFound            no such file, store, or file in a store
    |- Invalid             the request cannot be carried out as it stands
    |  |- TooLarge         over a size limit
    |  |- TooMany          there are as many at a time as may be
    |  '- Underway         another request does it just now
    |- QuotaExceeded       the project keeps as much as it may
    |- ConversionFailed    a file's text could not be read; becomes the file's `last_error`
    |- FolderInUse         another process holds the data folder
    |- EmbeddingsFailed    the embedding model's endpoint cannot be used now
    '- StorageFailed       the disk or the database refused: read-only, locked, damaged
       |- DiskFull         there is no room left
       '- Damaged          bytes are not those that were kept

No HTTP numbers here: `rag_api/v1/errors.py` maps these by table, the command line prints them.
"""

from enum import StrEnum


class IngestError(Exception):
    """Base of all errors that are shown to the user as they are."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(IngestError):
    """No such file, store, or file in a store."""


class Invalid(IngestError):
    """The request cannot be carried out as it stands; `field` names the part at fault."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooLarge(Invalid):
    """Over a size limit."""


class TooMany(Invalid):
    """There are as many at a time as may be."""


class Underway(Invalid):
    """Another request does it just now."""


class QuotaExceeded(IngestError):
    """The project keeps as much as it may."""


class Reason(StrEnum):
    """Why a file could not be converted."""

    UNSUPPORTED = "unsupported"  # a kind of file that is not read here
    INVALID = "invalid"  # damaged, empty, encrypted, a scan without text, too large once unpacked
    INTERNAL = "internal"  # our fault: a converter crashed or ran out of time or memory


class ConversionFailed(IngestError):
    """A file's text could not be read; the message says what is wrong and what to do."""

    def __init__(self, message: str, reason: Reason = Reason.INVALID) -> None:
        super().__init__(message)
        self.reason = reason

    def __reduce__(self) -> tuple[type["ConversionFailed"], tuple[str, Reason]]:
        return type(self), (self.message, self.reason)  # crosses the process boundary of the sandbox


class FolderInUse(IngestError):
    """Another process holds the data folder."""


class EmbeddingsFailed(IngestError):
    """The embedding model's endpoint cannot be used now: down, wrong key, no such model."""


class RerankingFailed(IngestError):
    """The model that puts passages in order cannot be used now: down, wrong key, no such model."""


class StorageFailed(IngestError):
    """The disk or the database refused: read-only, locked, damaged."""


class DiskFull(StorageFailed):
    """There is no room left on the disk. Nothing was lost, and what is tried again later may succeed."""


class Damaged(StorageFailed):
    """Bytes are missing, unreadable, or not those that were kept. To try again is of no use."""
