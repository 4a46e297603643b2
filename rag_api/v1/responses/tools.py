"""The tools that a request offers, and which of them it wants to be used."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from rag_api.http.refused import Refused
from rag_api.v1 import not_offered
from rag_api.v1.body import Body
from rag_api.v1.file_search import FileSearch
from rag_api.v1.limits import TOOLS, Description, Json, Name


class Function(Body):
    type: Literal["function"]
    name: str = Field(pattern="^[a-zA-Z0-9_-]{1,64}$")
    description: Description | None = None
    parameters: Json | None = None
    strict: bool | None = None

    def told_back(self, passages: int) -> dict[str, Any]:
        return self.model_dump()

    def for_chat(self) -> dict[str, Any]:
        return {"type": "function", "function": self.model_dump(exclude={"type"}, exclude_none=True)}


def _tool(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return {"file_search": "search-tool", "function": "function-tool"}.get(str(kind))


Tool = Annotated[
    Annotated[FileSearch, Tag("search-tool")] | Annotated[Function, Tag("function-tool")], Discriminator(_tool)
]


class OneFunction(Body):
    type: Literal["function"]
    name: Name


class OneSearch(Body):
    type: Literal["file_search"]


class Allowed(Body):
    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: Annotated[list[Json], Field(max_length=TOOLS, fail_fast=True)]


_CHOICES = {"function": "function-choice", "file_search": "search-choice", "allowed_tools": "allowed-choice"}


def _choice(value: Any) -> str | None:
    if isinstance(value, str):
        return "named-choice"
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return _CHOICES.get(str(kind))


ToolChoice = Annotated[
    Annotated[Literal["auto", "none", "required"], Tag("named-choice")]
    | Annotated[OneFunction, Tag("function-choice")]
    | Annotated[OneSearch, Tag("search-choice")]
    | Annotated[Allowed, Tag("allowed-choice")],
    Discriminator(
        _choice,
        custom_error_type="unknown_choice",
        custom_error_message="it is 'auto', 'none', 'required', or an object of the type " + ", ".join(_CHOICES),
    ),
]


class Offered(Body):
    """The part of a request about tools."""

    tools: Annotated[list[Tool], Field(max_length=TOOLS, fail_fast=True)] | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None

    @field_validator("tools", mode="before")
    @classmethod
    def _are_offered_here(cls, tools: Any) -> Any:
        for tool in tools[: TOOLS + 1] if isinstance(tools, list) else ():
            if isinstance(tool, dict) and isinstance(tool.get("type"), str) and _tool(tool) is None:
                raise ValueError(not_offered.tool(tool["type"]).removesuffix("."))
        return tools

    @property
    def functions(self) -> list[Function]:
        """The functions that the model may call."""
        found = [tool for tool in self.tools or [] if isinstance(tool, Function)]
        if isinstance(self.tool_choice, Allowed):
            names = {tool.get("name") for tool in self.tool_choice.tools if tool.get("type") == "function"}
            return [tool for tool in found if tool.name in names]
        return found

    @property
    def search(self) -> FileSearch | None:
        """Where to search, if the request says so."""
        return next((tool for tool in self.tools or () if isinstance(tool, FileSearch)), None)

    @property
    def may_search(self) -> bool:
        if isinstance(self.tool_choice, Allowed):
            return any(tool.get("type") == "file_search" for tool in self.tool_choice.tools)
        return self.tool_choice != "none"

    @property
    def must_call(self) -> OneFunction | Literal["required"] | None:
        """The function that has to be called, or `required` for any. A search counts as a call."""
        if isinstance(self.tool_choice, OneFunction):
            return self.tool_choice
        return "required" if self._must_call_any and not self._may_find else None

    @property
    def must_search(self) -> bool:
        """Whether a search is demanded; where any tool has to be called, it is the one."""
        return isinstance(self.tool_choice, OneSearch) or (self._must_call_any and self._may_find)

    @property
    def _must_call_any(self) -> bool:
        required = self.tool_choice.mode if isinstance(self.tool_choice, Allowed) else self.tool_choice
        return required == "required"

    @property
    def _may_find(self) -> bool:
        return bool(self.search and self.search.vector_store_ids and self.may_search)

    def check_tools(self) -> None:
        """Raise `Refused` for two searches, or for a chosen tool that is not offered."""
        if sum(isinstance(tool, FileSearch) for tool in self.tools or ()) > 1:
            raise Refused("Name all the stores in one 'file_search' tool.", param="tools")
        choice, fault = self.tool_choice, None
        if isinstance(choice, OneFunction) and choice.name not in [function.name for function in self.functions]:
            fault = f"The function {choice.name!r} is not among the tools."
        elif isinstance(choice, OneSearch) and not (self.search and self.search.vector_store_ids):
            fault = "There is no 'file_search' with a store among the tools."
        elif self.must_call == "required" and not self.functions:
            fault = "A tool is to be called, and none is offered."
        if fault:
            raise Refused(fault, param="tool_choice")

    def for_chat(self) -> dict[str, Any]:
        """The parameters about tools, as in a chat."""
        if not self.functions:
            return {}
        choice: Any = "none" if self.tool_choice == "none" else self.must_call
        if isinstance(choice, OneFunction):
            choice = {"type": "function", "function": {"name": choice.name}}
        said = {"tools": [function.for_chat() for function in self.functions]}
        said |= {"tool_choice": choice} if choice else {}
        return said | (
            {"parallel_tool_calls": self.parallel_tool_calls} if self.parallel_tool_calls is not None else {}
        )
