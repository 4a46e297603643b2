"""`python -m tests.engines COMMAND...`: run a command while all engines run; its environment has their addresses. One
whose address is in the environment already is running."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.engines import opensearch, postgres, s3

ENGINES = {
    "RAG_TESTS_POSTGRES_URL": postgres.running,
    "RAG_TESTS_OPENSEARCH_URL": opensearch.running,
    s3.VARIABLE: s3.running,
}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="engines-") as folder, ExitStack() as started:
        Path(folder).chmod(0o755)  # some run as another user
        urls = {
            variable: started.enter_context(running(Path(folder) / variable.lower()))
            for variable, running in ENGINES.items()
            if variable not in os.environ
        }
        return subprocess.run(sys.argv[1:], env=os.environ | urls).returncode


if __name__ == "__main__":
    sys.exit(main())
