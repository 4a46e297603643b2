"""The first questions of a person, each with its answer and what is cited for it, to be judged by eye.

    .venv/bin/rag-ingest --data-dir NEW_FOLDER add data/samples MANUAL...
    RAG_DATA_DIR=NEW_FOLDER make run
    .venv/bin/python -m benchmarks.first_questions [URL]

They are in `first_questions.toml`, with what a right answer says.
"""

import sys
import tomllib
from pathlib import Path

from openai import OpenAI

QUESTIONS = Path(__file__).with_suffix(".toml")
URL = "http://127.0.0.1:8001/v1"


def main(url: str) -> None:
    client = OpenAI(base_url=url, api_key="none")
    for kind, questions in tomllib.loads(QUESTIONS.read_text()).items():
        for number, asked in enumerate(questions, 1):
            print(f"\n{kind} {number}: {asked['question']}  [{asked.get('expected', 'no answer')}]")
            answer = client.chat.completions.create(
                model="extractive", messages=[{"role": "user", "content": asked["question"]}]
            )
            message = answer.choices[0].message
            print(message.content)
            for annotation in message.annotations or []:
                extra = annotation.model_extra or {}
                print(f"    {extra['filename']}, page {extra['page_start']}: {extra['quote'][:80]!r}")


if __name__ == "__main__":
    main(*sys.argv[1:] or [URL])
