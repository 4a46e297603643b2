"""langchain-openai: `ChatOpenAI` over chat completions and over responses; the argument names a store about herons."""

import sys
from collections.abc import Callable
from typing import Any

import openai
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

STORE_ID = sys.argv[1]
WHERE = "Where do herons nest?"
OPTIONS: dict[str, Any] = {"model": "extractive", "max_retries": 0, "temperature": 0}


class Place(BaseModel):
    name: str


def chat() -> None:
    llm = ChatOpenAI(**OPTIONS, extra_body={"vector_store_ids": [STORE_ID]})
    whole = llm.invoke([SystemMessage("Be brief."), HumanMessage(WHERE)])
    assert "tall trees" in whole.text, whole
    assert whole.usage_metadata and whole.usage_metadata["output_tokens"] > 0
    assert "".join(chunk.text for chunk in llm.stream(WHERE)) == llm.invoke(WHERE).text

    history: list[BaseMessage] = [HumanMessage(WHERE), whole, HumanMessage("What do they eat?")]
    assert "fish and frogs" in llm.invoke(history).text
    owls = "Where do owls nest?"  # the store says, the default one does not
    assert "hollow trees" in ChatOpenAI(**OPTIONS | {"model": f"rag:{STORE_ID}"}).invoke(owls).text
    # Structured output needs a language model: the extractive one says so, and does not answer otherwise.
    assert refused(lambda: llm.with_structured_output(Place).invoke(WHERE)).param == "response_format"


def responses() -> None:
    llm = ChatOpenAI(**OPTIONS, use_responses_api=True, include=["file_search_call.results"])
    searching = llm.bind_tools([{"type": "file_search", "vector_store_ids": [STORE_ID], "max_num_results": 3}])
    whole = searching.invoke(WHERE)
    cites(whole)
    streamed = None
    for chunk in searching.stream(WHERE):
        streamed = chunk if streamed is None else streamed + chunk
    assert streamed is not None and streamed.text == whole.text
    cites(streamed)

    chained = ChatOpenAI(**OPTIONS, use_responses_api=True, use_previous_response_id=True)
    follow_up = chained.bind_tools([{"type": "file_search", "vector_store_ids": [STORE_ID]}])
    answer = follow_up.invoke([HumanMessage(WHERE), whole, HumanMessage("What do they eat?")])
    assert "fish and frogs" in answer.text, answer
    replayed = searching.invoke([HumanMessage(WHERE), whole, HumanMessage("What do they eat?")])
    assert "fish and frogs" in replayed.text, replayed


def cites(message: AIMessage) -> None:
    texts: list[Any] = [block for block in message.content_blocks if block["type"] == "text"]
    assert any("tall trees" in block["text"] for block in texts), message
    titles = [note["title"] for block in texts for note in block.get("annotations", [])]
    assert "herons.txt" in titles, message


def embeddings() -> None:
    embed = OpenAIEmbeddings(check_embedding_ctx_length=False, max_retries=0).embed_query
    assert "found by their words" in refused(lambda: embed(WHERE)).message


def refused(call: Callable[[], object]) -> openai.APIStatusError:
    try:
        call()
    except openai.APIStatusError as error:
        return error
    raise AssertionError("not refused")


chat()
embeddings()
responses()
