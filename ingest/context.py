"""What a question builds on, such as those asked before it."""

Context = list[tuple[str, float]]
"""Texts, and what their words count in the search, where those of the question count 1."""
