"""llm, the command line: a model in `extra-openai-models.yaml`; the argument names a store about herons."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

MODELS = """
- model_id: documents
  model_name: extractive
  api_base: {url}
- model_id: owls
  model_name: rag:{store}
  api_base: {url}
"""


def llm(folder: Path, *words: str) -> str:
    environment = {**os.environ, "LLM_USER_PATH": str(folder), "OPENAI_API_KEY": "any"}
    command = [str(Path(sys.executable).parent / "llm"), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done
    return done.stdout


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    models = MODELS.format(url=os.environ["OPENAI_BASE_URL"], store=sys.argv[1])
    (folder / "extra-openai-models.yaml").write_text(models)
    streamed = llm(folder, "-m", "documents", "Where do herons nest?")
    assert "tall trees" in streamed, streamed
    assert llm(folder, "-m", "documents", "--no-stream", "Where do herons nest?") == streamed
    follow_up = llm(folder, "-c", "What do they eat?")
    assert "fish and frogs" in follow_up, follow_up
    assert "hollow trees" in llm(folder, "-m", "owls", "Where do owls nest?")
