"""What the bodies of requests have in common."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator
from pydantic.functional_validators import ModelWrapValidatorHandler

Value = TypeVar("Value")


def in_one_sentence(allowed: str) -> WrapValidator:
    """Says what is allowed, where pydantic has a complaint for each kind of value it could have been."""

    def validate(value: Any, handler: ModelWrapValidatorHandler[Value]) -> Value:
        try:
            return handler(value)
        except ValidationError:
            raise ValueError(f"it must be {allowed}") from None

    return WrapValidator(validate)


Key = Annotated[str, Field(max_length=64)]
Metadata = Annotated[dict[Key, Annotated[str, Field(max_length=512)]], Field(max_length=16)]

# Larger integers become floating point numbers, since JSON's are no others in most languages.
Integer = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
Float = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Body(BaseModel):
    """A request's body: what is not foreseen is refused, so that nothing is dropped in silence."""

    model_config = ConfigDict(extra="forbid")
