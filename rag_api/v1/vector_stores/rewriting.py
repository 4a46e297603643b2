"""A question rewritten for the search: without courtesies, and without the words that say nothing about its subject."""

from rag_api.answer.language.languages import language_of

COURTESIES = frozenset(
    "please kindly thanks thank hello hi hey dear tell explain show give find know want need".split()
)


def rewritten(query: str) -> str:
    """The words that are left, in their order; the query as it is if none is."""
    small = language_of(query).stop_words | COURTESIES
    words = ((word, word.strip(".,;:!?¿¡'\"()[]")) for word in query.split())
    return " ".join(bare for word, bare in words if bare and bare.lower() not in small) or query
