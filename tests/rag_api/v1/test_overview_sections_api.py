"""Questions about a section, a table, a list or a letter: how much of it is told."""

import pytest
from openai import OpenAI

from tests.official_client import MakeClient, put
from tests.rag_api.v1.whole_documents import ask, cited
from tests.scripted_upstream import ScriptedUpstream

MINUTES = """# Minutes of the rowing club

## Meeting of 12 March 2024

It was decided to buy a boat.

## Meeting of 9 April 2024

The summer party is on 22 June. It was decided to paint the landing stage.

## Meeting of 7 May 2024

It was decided to raise the fee.
"""
PROTOKOLL = """PROTOKOLL VOM 12. MÄRZ 2024

Es wurde beschlossen, ein Boot zu kaufen.

PROTOKOLL VOM 9. APRIL 2024

Das Sommerfest ist am 22. Juni. Es wurde beschlossen, den Steg zu streichen.

PROTOKOLL VOM 7. MAI 2024

Es wurde beschlossen, den Beitrag zu erhöhen.
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "Summarize the meeting of 9 April",
            "Meeting of 9 April 2024 (minutes.md): The summer party is on 22 June. [1] It was decided to paint the "
            "landing stage. [1]",
        ),
        (
            "Fasse das Protokoll vom 9. April zusammen",
            "PROTOKOLL VOM 9. APRIL 2024 (protokoll.txt): Das Sommerfest ist am 22. Juni. [1] Es wurde beschlossen, "
            "den Steg zu streichen. [1]",
        ),
        ("What is the meeting of 7 May 2024 about?", "Meeting of 7 May 2024 (minutes.md): It was decided to raise"),
    ],
)
def test_one_meeting_of_several_in_a_file_is_summed_up(library: OpenAI, question: str, said: str) -> None:
    put(library, "minutes.md", MINUTES)
    put(library, "protokoll.txt", PROTOKOLL)
    message = ask(library, question)
    assert message.content.startswith(said)
    assert {name for name, _, _ in cited(message)} == {"protokoll.txt" if "Protokoll" in question else "minutes.md"}


def test_a_long_section_is_told_as_far_as_it_fits(client: OpenAI) -> None:
    long = "".join(f"On day {n} the crew rowed for {n} hours along the coast.\n\n" for n in range(1, 900))
    put(
        client,
        "log.md",
        f"# Log\n\n## Preparations\n\nOars were bought.\n\n## Crossing\n\n{long}## Return\n\nBy train.\n",
    )
    said = ask(client, "Summarize the crossing").content
    assert said.startswith("Crossing (log.md): On day 1 the crew rowed for 1 hours along the coast. [1]")
    assert "train" not in said
    assert "By train." in ask(client, "Summarize the return").content


def test_a_language_model_is_told_of_a_section_without_words_of_the_document_among_the_rules(
    new_client: MakeClient, scripted_upstream: ScriptedUpstream
) -> None:
    client = new_client(openai_base_url=scripted_upstream.base_url, model="scripted")
    put(client, "minutes.md", MINUTES)
    client.chat.completions.create(
        model="scripted", messages=[{"role": "user", "content": "Summarize the meeting of 9 April"}]
    )
    rules, _, source = scripted_upstream.requests[-1].body["messages"][0]["content"].partition("<source")
    assert "section of a document" in rules
    assert "April" not in rules
    assert 'heading="Meeting of 9 April 2024"' in source
    assert "landing stage" in source
    assert "raise the fee" not in source


def test_the_overview_of_a_table_has_its_columns_and_how_many_rows_there_are(client: OpenAI) -> None:
    rows = "".join(f"{2000 + n},City {n},{n * 7}\n" for n in range(500))
    put(client, "sites.csv", f"Year,City,Visitors\n{rows}")
    said = "sites.csv [1]\nColumns: Year, City, Visitors [1]\nRows: 500"
    assert ask(client, "What is this table about?").content == said
    assert ask(client, "What columns does this file have?").content == said
    put(client, "fees.md", "| Length | Fee |\n| --- | --- |\n| 6 m | 12 euros |\n| 10 m | 20 euros |\n")
    assert "Spalten: Length, Fee [1]\nZeilen: 2" in ask(client, "Fasse fees.md zusammen").content


def test_a_plain_text_is_meant_by_the_line_that_it_begins_with(library: OpenAI) -> None:
    put(
        library,
        "a17.txt",
        "Lease of the boathouse\n\n§ 1 Subject\n\nThe boathouse is let.\n\n§ 2 Rent\n\nIt is 640 euros.\n",
    )
    put(library, "b.txt", "The boathouse was painted by the tenant.\n")
    assert ask(library, "Summarize the lease of the boathouse").content.startswith("a17.txt")


def test_of_a_list_that_is_announced_the_announcement_and_the_first_item_are_told(client: OpenAI) -> None:
    items = "\n".join(
        f"- {what} in the stairwell;" for what in ("store no bicycles", "light no candles", "keep no dogs")
    )
    below = f"The tenants shall:\n\n{items}\n- play no music there.\n"
    put(client, "rules.md", f"# House rules\n\nThese rules bind all tenants.\n\n## Stairwell\n\n{below}")
    told = ask(client, "Summarize rules.md").content
    assert "- Stairwell: The tenants shall: [1] store no bicycles in the stairwell; [1]" in told


def test_a_letter_is_told_of_by_what_it_says_rather_than_by_its_head(client: OpenAI) -> None:
    head = "Wessex Mutual Insurance Company\n14 Abbey Walk, Bath BA1 7QD\n\n9 October 2025\n\n"
    put(
        client,
        "letter.txt",
        f"{head}Thank you for sending the photographs.\n\nWe will pay for the floor of the kitchen.\n",
    )
    told = ask(client, "What is letter.txt about?").content
    assert "Thank you for sending the photographs. [1] We will pay for the floor of the kitchen. [1]" in told
    assert "Abbey Walk" not in told
