"""Tables, from the upload to the numbers that are computed from all of their rows."""

from openai import OpenAI

from tests.official_client import put

CITIES = ("Leeds", "York", "Hull", "Ripon")
ROWS = [(f"D-{n}", CITIES[n % 4], n * 37 % 101 + 5) for n in range(1, 121)]
CSV = "\n".join(["Delivery;City;Units", *(";".join(map(str, row)) for row in ROWS)])


def ask(client: OpenAI, question: str) -> tuple[list[str], list[str]]:
    """The lines of the answer, and the quotes."""
    answer = client.chat.completions.create(model="extractive", messages=[{"role": "user", "content": question}])
    message = answer.choices[0].message
    quotes = [(citation.model_extra or {})["quote"] for citation in message.annotations or []]
    return (message.content or "").split("\n"), quotes


def test_all_rows_of_a_table_over_several_chunks_count(client: OpenAI) -> None:
    put(client, "deliveries.csv", CSV.encode())
    lines, quotes = ask(client, "How many deliveries went to Hull?")
    assert (lines[0], lines[-1]) == ("30:", "and 10 more")
    assert len(quotes) == 20 and all("City: Hull" in quote for quote in quotes)
    lines, quotes = ask(client, "Which delivery had the most units?")
    most = max(units for *_, units in ROWS)
    assert lines == [f"D-{n}, Units: {most} [1]" for n in range(1, 121) if ROWS[n - 1][2] == most]
    assert all(f"Units: {most}" in quote for quote in quotes) and quotes
    lines, _ = ask(client, "What is the total of units in York?")
    total = sum(units for _, city, units in ROWS if city == "York")
    assert lines[0] == f"Sum of “Units” over 30 rows: {total:,}"
