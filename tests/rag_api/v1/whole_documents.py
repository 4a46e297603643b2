"""Documents to be asked about as wholes, and how they are asked about."""

from pathlib import Path
from typing import Any

from openai import OpenAI

from tests.ingest.convert.pdf_files import pdf

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
LEAVE = """# Leave policy

This policy says how many days of leave each employee has.

## Annual leave

Everyone has thirty days of annual leave in a calendar year.

## Sick leave

Whoever is ill tells the team lead before ten in the morning.

## Parental leave

Parents may take up to fourteen months between them.
"""
URLAUB = """# Urlaubsrichtlinie

Diese Richtlinie regelt den Urlaub aller Beschäftigten.

## Jahresurlaub

Alle Beschäftigten haben dreißig Tage Urlaub im Jahr.

## Sonderurlaub

Für einen Umzug gibt es einen freien Tag.

## Antrag

Der Antrag wird zwei Wochen vorher gestellt.
"""
MADE: dict[str, str | bytes] = {
    "leave_policy_2024.md": LEAVE,
    "Urlaubsrichtlinie.md": URLAUB,
    "lighthouse.pdf": pdf(
        "The lighthouse of Skerryvore was lit in the year 1844.",
        "Its lantern stands 46 metres above the sea around it.",
        title="Skerryvore",
    ),
    "bees.txt": "KEEPING BEES\n\nA hive faces south-east, so that the morning sun warms it.\n",
}


def ask(client: OpenAI, *turns: str, **more: Any) -> Any:
    """The message with which a chat ends, in which users and the assistant speak in turns."""
    roles = ("user", "assistant")
    messages: Any = [{"role": roles[n % 2], "content": turn} for n, turn in enumerate(turns)]
    return client.chat.completions.create(model="extractive", messages=messages, **more).choices[0].message


def cited(message: Any) -> list[tuple[str, int | None, str]]:
    return [(note.filename, note.page_start, note.quote) for note in message.annotations or []]
