"""Questions about the sample documents as wholes, to a server in a process of its own."""

from collections.abc import Iterator

import pytest
from openai import OpenAI

from tests.official_client import put
from tests.rag_api.v1.whole_documents import SAMPLES, ask, cited
from tests.server import Server


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAI]:
    with Server(tmp_path_factory.mktemp("samples")) as server:
        client = server.client()
        for file in sorted(SAMPLES.iterdir()):
            put(client, file.name, file.read_bytes())
        yield client


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        ("What is bicycle-care.md about?", "bicycle-care.md", "- Chain: A chain does not stretch"),
        ("Summarize the Apollo 11 document.", "apollo-11.txt", "- QUARANTINE: Nobody could be sure"),
        ("What are the main points of the kitchen garden guide?", "kitchen-garden.docx", "- The soil: "),
        (
            "Which of the documents are about bicycles?",
            "bicycle-care.md",
            "1. Looking after a bicycle (bicycle-care.md): ",
        ),
        ("Worum geht es in longitude.pdf?", "longitude.pdf", "Abschnitte:\n- The missing half of a position: "),
        ("What is the metric system about?", "metric-system.html", "- Two expensive mistakes: "),
    ],
)
def test_the_samples_are_told_of_in_their_own_words(samples: OpenAI, question: str, name: str, said: str) -> None:
    message = ask(samples, question)
    assert said in message.content
    assert " more" not in message.content.splitlines()[-1], "these have few sections"
    [content] = [samples.files.content(file.id).content for file in samples.files.list() if file.filename == name]
    assert {filename for filename, _, _ in cited(message)} == {name}
    if name.endswith((".md", ".txt")):
        for _, _, quote in cited(message):
            assert quote in content.decode()


def test_the_samples_are_listed_and_counted(samples: OpenAI) -> None:
    names = {file.name for file in SAMPLES.iterdir()}
    message = ask(samples, "List the documents you have.")
    assert {filename for filename, _, _ in cited(message)} == names
    assert ask(samples, "How many documents do you have?").content == f"Number of documents: {len(names)}"


def test_a_how_to_has_all_its_steps(samples: OpenAI) -> None:
    message = ask(samples, "How do I mend a puncture?")
    steps = message.content.splitlines()
    assert [step[:2] for step in steps] == ["1.", "2.", "3.", "4.", "5.", "6."]
    assert all(step.endswith("[1]") for step in steps)
    assert len(cited(message)) == 6


def test_a_list_comes_with_what_announces_it(samples: OpenAI) -> None:
    message = ask(samples, "How can I tell when a chain is worn?")
    announced, *items = message.content.splitlines()
    assert announced.endswith("the 24th pin after it stands: [1]")
    assert len(items) == 4


@pytest.mark.parametrize("question", ["Summarize how the brakes are bled", "What does section 4 say about summaries?"])
def test_an_ordinary_question_is_searched_for(samples: OpenAI, question: str) -> None:
    message = ask(samples, question)
    assert "Sections:" not in message.content
    assert not message.content.startswith("1.")
