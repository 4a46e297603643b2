"""Messages in the form of chats, as Haystack's."""

import json
from typing import Any

from haystack.dataclasses import ChatMessage, ToolCall

from rag_api.http.refused import Refused
from rag_api.v1.limits import PARTS, TEXT


def chat_message(message: dict[str, Any], param: str) -> ChatMessage:
    """Raises `Refused`, which names `param`."""
    for key in ("content", "tool_calls"):
        if isinstance(parts := message.get(key), list) and len(parts) > PARTS:
            raise _beyond(f"{param}.{key}", f"{PARTS:,} parts")
    said = _read(message, param)
    texts = [*said.texts, *(result.result for result in said.tool_call_results if isinstance(result.result, str))]
    if any(len(text) > TEXT for text in texts):
        raise _beyond(f"{param}.content", f"{TEXT:,} characters in a text")
    return said


def _beyond(param: str, most: str) -> Refused:
    return Refused(f"Invalid '{param}': it has at most {most}.", param=param, code="string_above_max_length")


def _read(message: dict[str, Any], param: str) -> ChatMessage:
    role, content = message.get("role"), message.get("content")
    if role == "user" and isinstance(content, list):
        content = _without_files(content)
        message = {**message, "content": content}
    if content in ("", []):  # which Haystack refuses, but tools without output and forms without a text send
        if role == "tool":
            return ChatMessage.from_tool("", ToolCall("", {}, id=message.get("tool_call_id")))
        if role == "user":
            return ChatMessage.from_user(content_parts=[""])
        if role in ("system", "developer"):
            return ChatMessage.from_system("")
    try:
        return ChatMessage.from_openai_dict_format(message)
    except json.JSONDecodeError as error:
        raise Refused(f"Invalid '{param}': the arguments of a tool call are not JSON.", param=param) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"Invalid '{param}': {error}", param=param) from error


def _without_files(parts: list[Any]) -> Any:
    """What stands in files is among the sources, for any model; a message of files only has their names."""
    rest = [part for part in parts if not _is_file(part)]
    if rest or not parts:
        return rest
    told = (part["file"] for part in parts if isinstance(part.get("file"), dict))
    return "\n".join(str(file.get("filename") or file.get("file_id") or "") for file in told)


def _is_file(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "file"
