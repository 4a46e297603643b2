"""What can go wrong with a language model."""

TIMEOUT = 504
UNREACHABLE = 502


class ModelFailed(Exception):
    """The language model did not answer; `status` is the HTTP status for that."""

    def __init__(
        self,
        message: str,
        status: int = UNREACHABLE,
        *,
        retry_after: str | None = None,
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status = message, status
        self.retry_after, self.param, self.code = retry_after, param, code

    @classmethod
    def late(cls) -> "ModelFailed":
        return cls("The language model did not answer in time; try again, or raise RAG_MODEL_TIMEOUT_S.", TIMEOUT)
