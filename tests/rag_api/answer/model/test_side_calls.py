import asyncio
from collections.abc import Sequence

import pytest
from haystack.utils import Secret

from rag_api.answer.model.generator import UpstreamChatGenerator
from rag_api.answer.model.side_calls import ask
from tests.scripted_upstream import Drop, Fail, Hang, ScriptedUpstream, Step, Text


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ((Text(" Owls.\n"),), "Owls."),
        ((Text("<think>Birds? [3]</think>\n\nOwls."),), "Owls."),
        ((Text("Birds? [3]</think>Owls."),), "Owls."),
        ((Text(""),), ""),
        ((Fail(429),), ""),
        ((Drop(),), ""),
        ((Hang(),), ""),
    ],
    ids=["words", "reasons", "began to reason in its template", "empty", "refuses", "drops", "hangs"],
)
def test_it_says_what_the_model_says_or_nothing(
    scripted_upstream: ScriptedUpstream, script: Sequence[Step], said: str
) -> None:
    scripted_upstream.script = script
    key, url = Secret.from_token("any"), scripted_upstream.base_url
    generator = UpstreamChatGenerator(key, "m", api_base_url=url, max_retries=0)  # as the server makes it

    async def asked() -> str:
        try:
            return await ask(
                generator, "Name a bird.", "One of the night.", "scripted", seconds=0.3 if Hang() in script else 30
            )
        finally:
            await generator.close_async()

    assert asyncio.run(asked()) == said
