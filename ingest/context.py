"""What a question builds on: the turns before it, and words that query expansion adds."""

Context = list[tuple[str, float]]
"""Texts, and the weight of their words in the search, where words of the question have weight 1."""
