"""Markers and citations: each names a place in the answer and the very words of a passage, however the answer came."""

from haystack import Document

from fuzz.target import Target, first_difference, literals
from rag_api.answer.citations import CitationReader
from rag_api.answer.markers import MOST, blanked, markers

PASSAGES = [
    Document(content="Herons eat frogs. They stand still for hours.", meta={"filename": "herons.pdf"}),
    Document(
        content="In 1761 the watch was 5.1 seconds slow.\fIt was made by Harrison.", meta={"filename": "watch.txt"}
    ),
    Document(content=""),
]


def check(data: bytes) -> None:
    answer = data.decode(errors="replace")
    found = list(markers(answer, len(PASSAGES)))
    assert len(found) <= MOST
    at = 0
    for marker in found:
        assert at <= marker.start < marker.end <= len(answer) and marker.end - marker.start < 1000
        assert all(1 <= number <= len(PASSAGES) for number in marker.numbers)
        at = marker.end
    assert len(blanked(answer, found)) == len(answer)
    for overlap in (0.0, 0.3):
        citations = CitationReader(PASSAGES, overlap)
        citations.feed(answer)
        cited = citations.finish()
        for citation in cited:
            content = PASSAGES[citation.passage].content or ""
            quoted = content[citation.quote_start : citation.quote_start + len(citation.quote)]
            first_difference(quoted, citation.quote)
            assert any((citation.start, citation.end) == (marker.start, marker.end) for marker in found)
        in_pieces = CitationReader(PASSAGES, overlap)
        for start in range(0, len(answer), 5):
            in_pieces.feed(answer[start : start + 5])
        first_difference(in_pieces.finish(), cited)


TARGET = Target(
    check,
    literals("tests/rag_api/answer/test_citations.py", "tests/rag_api/v1/test_markers_api.py"),
    tokens=[
        "[1]",
        "[^2]",
        "【1†source】",
        "(Source 1)",
        "```",
        "<source id=1>",
        "\ue200filecite\ue202turn0file1\ue201",
    ],
    grows=True,
)
