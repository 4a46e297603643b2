"""Asks the built-in model about texts, each a passage of its own."""

from haystack import Document

from rag_api.answer.extractive.generator import answer
from rag_api.settings import Settings

MIN_CONFIDENCE = Settings.model_fields["min_confidence"].default


def said(question: str, *contents: str, score: float = 0.5) -> str:
    documents = [Document(content=content, score=score) for content in contents]
    return answer(question, documents, min_confidence=MIN_CONFIDENCE)
