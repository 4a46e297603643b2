"""What all request bodies have in common."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

Value = TypeVar("Value")

MANY = 100  # parameters of a request


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

    @model_validator(mode="before")
    @classmethod
    def _few_unknown(cls, sent: Any) -> Any:
        """Of many unknown parameters only the first, since pydantic has a complaint for each."""
        if not isinstance(sent, dict) or len(sent) <= MANY:
            return sent
        known = {name for field, its in cls.model_fields.items() for name in (field, its.alias)}
        first = next((name for name in sent if name not in known), None)
        return {name: value for name, value in sent.items() if name in known or name == first}
