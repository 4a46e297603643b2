"""What all request bodies have in common."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic.functional_validators import ModelWrapValidatorHandler

Value = TypeVar("Value")


def in_one_sentence(allowed: str) -> WrapValidator:
    """A validator that says in one sentence what is allowed, where pydantic would have one complaint per type. Raises
    `ValueError`."""

    def validate(value: Any, handler: ModelWrapValidatorHandler[Value]) -> Value:
        try:
            return handler(value)
        except ValidationError:
            raise ValueError(f"it must be {allowed}") from None

    return WrapValidator(validate)


# Larger integers become floats, which is what numbers in JSON are in most languages.
Integer = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
Float = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Body(BaseModel):
    """A request's body. Unknown parameters are refused, so that none is dropped silently."""

    model_config = ConfigDict(extra="forbid")
