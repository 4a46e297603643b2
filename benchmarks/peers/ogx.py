"""OGX (formerly Llama Stack), whose search is by meaning and by words: the settings that it comes with, less what it
does not need here."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers.environments import python_of
from benchmarks.peers.model import CHAT
from benchmarks.peers.peer import OpenAIPeer

CONFIGURATION = Path(__file__).with_name("ogx.yaml")


class Ogx(OpenAIPeer):
    name = "OGX 1.5.0"
    model = f"openai/{CHAT}"

    def command(self) -> Sequence[str]:
        ogx = python_of("ogx").with_name("ogx")
        return [str(ogx), "run", str(CONFIGURATION), "--port", str(self.port), "--insecure"]

    def environment(self) -> Mapping[str, str]:
        return {"FOLDER": str(self.folder), "MODEL_URL": self.model_url}
