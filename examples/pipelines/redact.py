"""Steps of one's own: they take out of texts and chunks what nobody is to find."""

import re
from dataclasses import replace

from haystack import Document, component


@component
class Redact:
    """Puts `by` in the place of whatever matches the pattern."""

    def __init__(self, pattern: str, by: str = "[...]") -> None:
        self.pattern = pattern
        self.by = by

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        return {"documents": [replace(each, content=re.sub(self.pattern, self.by, each.content)) for each in documents]}


@component
class LeaveOut:
    """Leaves out documents that begin with what matches the pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        return {"documents": [each for each in documents if not re.match(self.pattern, each.content)]}
