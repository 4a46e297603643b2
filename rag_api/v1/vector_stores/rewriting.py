"""Rewrites a question for the search: without courtesies, and without words that say nothing about its subject."""

from rag_api.answer.language.languages import language_of

COURTESIES = frozenset(
    "please kindly thanks thank hello hi hey dear tell explain show give find know want need".split()
)


def rewritten(query: str) -> str:
    """The remaining words, in order; if there are none, the query as it is."""
    small = language_of(query).stop_words | COURTESIES
    words = ((word, word.strip(".,;:!?¿¡'\"()[]")) for word in query.split())
    return " ".join(bare for word, bare in words if bare and bare.lower() not in small) or query
