"""What tests in several modules of this folder have."""

import pytest
from openai import OpenAI

from tests.official_client import MakeClient, put
from tests.rag_api.v1.responses import HERON
from tests.rag_api.v1.whole_documents import MADE
from tests.scripted_upstream import ScriptedUpstream, Text


@pytest.fixture
def library(client: OpenAI) -> OpenAI:
    for name, content in MADE.items():
        put(client, name, content)
    return client


@pytest.fixture
def upstream(scripted_upstream: ScriptedUpstream) -> ScriptedUpstream:
    scripted_upstream.script = (Text("Herons eat frogs and fish [1]."),)
    return scripted_upstream


@pytest.fixture
def modelled(new_client: MakeClient, upstream: ScriptedUpstream) -> OpenAI:
    """A client in front of a server with a language model behind it."""
    client = new_client(openai_base_url=upstream.base_url, model="default-model")
    put(client, "herons.txt", HERON)
    return client
