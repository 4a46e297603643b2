"""Writes the events of an answer as a response: a numbered event for each step, and the response as it grows."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson

from ingest.chunk.meta import chunk_meta, on_one_page
from ingest.ids import new_id
from ingest.search.passages import Passage, queries
from rag_api.answer.citations import Citation
from rag_api.answer.events import Answered, Delta, Event, Finished, Retrieved
from rag_api.answer.source_url import url_of
from rag_api.answer.tokens import count
from rag_api.deps import Link
from rag_api.history import Item
from rag_api.history.responses import Response, ResponseState
from rag_api.v1.details import Details, cited
from rag_api.v1.responses.items import output_text, presented
from rag_api.v1.responses.shapes import response_object, usage
from rag_api.v1.searched import told

REASONING = ("reasoning_content", "reasoning")  # servers send reasoning under one of these names

# The reasons for an incomplete answer, as chats and as responses call them.
CUT = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Writer:
    """Writes one response. Each method returns frames, the bytes of one event each."""

    def __init__(self, response: Response, link: Link, *, searches: bool = False, details: bool = False) -> None:
        """If the output contains its search, and the results of that their `details`."""
        self.response = response
        self.frames: list[bytes] = []
        self._link = link
        self._searches = searches
        self._details = details
        self._passages: list[Passage] = []
        self._message: Item | None = None
        self._reasoning: Item | None = None
        self._calls: dict[int, Item] = {}
        self._places: dict[str, int] = {}  # in the output, by the ids of items

    def begin(self) -> Iterator[bytes]:
        yield self._lifecycle("created")
        if self.response.state is ResponseState.QUEUED:
            yield self._lifecycle("queued")

    def expect(self, input_tokens: int) -> None:
        """Set the number of input tokens, as far as it is known before the search."""
        self.response = replace(self.response, usage=usage(input_tokens))

    def start(self) -> Iterator[bytes]:
        self.response = replace(self.response, state=ResponseState.RUNNING)
        yield self._lifecycle("in_progress")
        if self._searches:
            call: Item = {"id": new_id("fs_"), "type": "file_search_call", "status": "in_progress", "queries": []}
            call["results"] = None
            yield self._added(call)
            yield self._of(call, "file_search_call.in_progress")
            yield self._of(call, "file_search_call.searching")

    def tell(self, event: Event) -> Iterator[bytes]:
        match event:
            case Retrieved():
                self._passages = event.passages
                if self._searches:
                    yield from self._found(event.query)
            case Delta():
                yield from self._said(event)
            case Finished():
                yield from self._finished(event)
            case Answered():
                self.response = replace(self.response, model=event.model, usage=self._counted(event.usage))

    def end(self) -> bytes:
        """The last event of a response that is complete."""
        if self.response.state is ResponseState.RUNNING:
            self.response = replace(self.response, state=ResponseState.DONE, completed_at=int(time.time()))
        names = {ResponseState.DONE: "completed", ResponseState.CUT: "incomplete", ResponseState.FAILED: "failed"}
        return self._lifecycle(names[self.response.state])

    def fail(self, code: str, fault: dict[str, Any]) -> Iterator[bytes]:
        """End with an error, which is in the event twice: some clients read it beside `type`, others in `error`."""
        told = {name: fault[name] for name in ("code", "message", "param")}
        self.stop(ResponseState.FAILED)
        self.response = replace(self.response, reason=code, message=fault["message"])
        yield self._frame("error", **told, error=fault)
        yield self.end()

    def stop(self, state: ResponseState) -> None:
        """Leave the response unfinished, as it is."""
        self.response = replace(self.response, state=state)
        for item in self._output:
            if item["status"] == "in_progress":
                item["status"] = "incomplete"

    @property
    def _output(self) -> list[Item]:
        return self.response.output

    def _found(self, query: str) -> Iterator[bytes]:
        call = self._output[0]
        yield self._of(call, "file_search_call.completed")
        call |= {
            "status": "completed",
            "queries": queries(query, self._passages),
            "results": [
                _result(each) | (self._why(each, number, query) if self._details else {})
                for number, each in enumerate(self._passages, start=1)
            ],
        }
        yield self._done(call)

    def _why(self, passage: Passage, number: int, query: str) -> Item:
        return {"details": Details.of(passage, number, [query], self._link).model_dump()}

    def _said(self, delta: Delta) -> Iterator[bytes]:
        extras = delta.extras
        if thought := next((extras[name] for name in REASONING if extras.get(name)), None):
            yield from self._thought(thought)
        goes_on = thought and not (delta.text or extras.get("refusal") or extras.get("tool_calls"))
        if not goes_on and self._reasoning and self._reasoning["status"] == "in_progress":
            yield from self._complete(self._reasoning)
        if delta.text:
            yield from self._wrote("output_text", "text", delta.text, _logprobs(delta.logprobs))
        if refusal := extras.get("refusal"):
            yield from self._wrote("refusal", "refusal", refusal, [])
        for index, call in enumerate(extras.get("tool_calls") or ()):
            yield from self._called(call.get("index", index), call)

    def _thought(self, text: str) -> Iterator[bytes]:
        if self._reasoning is None:
            self._reasoning = {"id": new_id("rs_"), "type": "reasoning", "status": "in_progress", "summary": []}
            yield self._added(self._reasoning)
            part = {"type": "reasoning_text", "text": ""}
            yield self._of(self._reasoning, "content_part.added", content_index=0, part=part)
            self._reasoning["content"] = [part]
        _append(self._reasoning["content"][0], "text", text)
        yield self._of(self._reasoning, "reasoning_text.delta", content_index=0, delta=text)

    def _wrote(self, kind: str, key: str, text: str, logprobs: list[Item]) -> Iterator[bytes]:
        """Add to the part of this type; the first piece makes the message, and the part."""
        if self._message is None:
            self._message = {"id": new_id("msg_"), "type": "message", "status": "in_progress", "role": "assistant"}
            self._message["content"] = []
            yield self._added(self._message)
        parts = self._message["content"]
        index = next((index for index, part in enumerate(parts) if part["type"] == kind), len(parts))
        if index == len(parts):
            part = output_text("", [], []) if kind == "output_text" else {"type": kind, key: ""}
            yield self._of(self._message, "content_part.added", content_index=index, part=part)
            parts.append(part)
        _append(parts[index], key, text)
        told: dict[str, Any] = {"content_index": index, "delta": text}
        if kind == "output_text":
            parts[index]["logprobs"] += logprobs
            told["logprobs"] = logprobs
        if text:
            yield self._of(self._message, f"{kind}.delta", **told)

    def _called(self, index: int, call: dict[str, Any]) -> Iterator[bytes]:
        said = call.get("function") or {}
        if index not in self._calls:
            item = {"id": new_id("fc_"), "type": "function_call", "status": "in_progress"}
            item |= {"call_id": call.get("id") or new_id("call_"), "name": said.get("name") or "", "arguments": ""}
            self._calls[index] = item
            yield self._added(item)
        if arguments := said.get("arguments"):
            _append(self._calls[index], "arguments", arguments)
            yield self._of(self._calls[index], "function_call_arguments.delta", delta=arguments)

    def _finished(self, finished: Finished) -> Iterator[bytes]:
        if self._message and finished.nearest is not None:
            self._message["nearest"] = told(finished.nearest, self._passages)
        if self._message is None and not self._calls:
            yield from self._wrote("output_text", "text", "", [])
        if cut := CUT.get(finished.reason):
            self.response = replace(self.response, state=ResponseState.CUT, reason=cut)
        for item in self._output:
            if item["status"] == "in_progress":
                status = "incomplete" if cut and item is self._output[-1] else "completed"
                yield from self._complete(item, status, finished.citations)

    def _complete(self, item: Item, status: str = "completed", citations: Sequence[Citation] = ()) -> Iterator[bytes]:
        item["status"] = status
        if item["type"] == "function_call":
            yield self._of(item, "function_call_arguments.done", name=item["name"], arguments=item["arguments"])
        for index, part in enumerate(item.get("content", ())):
            match part["type"]:
                case "output_text":
                    for number, citation in enumerate(citations):
                        told: dict[str, Any] = {"content_index": index, "annotation_index": number}
                        part["annotations"].append(annotation(citation, self._passages, self._link))
                        told["annotation"] = part["annotations"][-1]
                        yield self._of(item, "output_text.annotation.added", **told)
                    said = {"text": part["text"], "logprobs": part["logprobs"]}
                    yield self._of(item, "output_text.done", content_index=index, **said)
                case "refusal":
                    yield self._of(item, "refusal.done", content_index=index, refusal=part["refusal"])
                case "reasoning_text":
                    yield self._of(item, "reasoning_text.done", content_index=index, text=part["text"])
            yield self._of(item, "content_part.done", content_index=index, part=part)
        yield self._done(item)

    def _counted(self, told: dict[str, Any] | None) -> dict[str, Any]:
        """The usage as the model's server counted it, or an estimate."""
        if not told:
            said = [part.get("text") or "" for item in self._output for part in item.get("content", ())]
            said += [item["arguments"] for item in self._calls.values()]
            return usage(self.response.usage["input_tokens"], count("\n".join(said)))
        cached = (told.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        reasoning = (told.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
        return usage(told.get("prompt_tokens") or 0, told.get("completion_tokens") or 0, cached, reasoning)

    def _added(self, item: Item) -> bytes:
        self._places[item["id"]] = len(self._output)
        frame = self._frame("response.output_item.added", output_index=len(self._output), item=item)
        self._output.append(item)
        return frame

    def _done(self, item: Item) -> bytes:
        shown = presented(item, results=self.response.shows_results)
        return self._frame("response.output_item.done", output_index=self._places[item["id"]], item=shown)

    def _of(self, item: Item, event: str, **rest: Any) -> bytes:
        return self._frame(f"response.{event}", item_id=item["id"], output_index=self._places[item["id"]], **rest)

    def _lifecycle(self, name: str) -> bytes:
        return self._frame(f"response.{name}", response=response_object(self.response))

    def _frame(self, kind: str, **rest: Any) -> bytes:
        event = {"type": kind, "sequence_number": len(self.frames), **rest}
        self.frames.append(b"event: " + kind.encode() + b"\ndata: " + orjson.dumps(event) + b"\n\n")
        return self.frames[-1]


def _append(part: Item, key: str, text: str) -> None:
    """Add to a text in place, as Python does where nothing else refers to it: else each piece would copy all before."""
    whole, part[key] = part[key], ""
    whole += text
    part[key] = whole


def annotation(citation: Citation, passages: list[Passage], link: Link) -> Item:
    """A citation as a `file_citation`, at the index of its marker. Beyond OpenAI's keys, it has the end of the marker,
    the `url` that one of a chat has, and what `cited` says."""
    passage = passages[citation.passage]
    meta = chunk_meta(passage)
    return {
        "type": "file_citation",
        "index": citation.start,
        "end_index": citation.end,
        "file_id": meta["file_id"],
        "filename": meta["filename"],
        "url": url_of(passage, citation.page_start, link),
        **cited(citation, passage),
    }


def _result(passage: Passage) -> Item:
    meta = chunk_meta(passage)
    return {
        "file_id": meta["file_id"],
        "filename": meta["filename"],
        "score": passage.score or 0.0,
        "text": on_one_page(passage.content or ""),
        "attributes": meta["attributes"],
    }


def _logprobs(told: Any) -> list[Item]:
    """The tokens of a chat's logprobs, with keys that chats may leave out."""
    tokens = (told or {}).get("content") or ()
    return [
        _token(token) | {"top_logprobs": [_token(top) for top in token.get("top_logprobs") or ()]} for token in tokens
    ]


def _token(token: dict[str, Any]) -> Item:
    text = token["token"]
    return {"token": text, "logprob": token["logprob"], "bytes": token.get("bytes") or list(text.encode())}
