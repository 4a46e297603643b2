"""Messages in the form of chats, as Haystack's."""

import json
from typing import Any

from haystack.dataclasses import ChatMessage, ToolCall

from rag_api.http.refused import Refused


def chat_message(message: dict[str, Any], param: str) -> ChatMessage:
    """Raises `Refused`, which names `param`."""
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
