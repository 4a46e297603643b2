"""`/v1/chat/completions`: a conversation in, an answer from the documents out."""

from rag_api.v1.chat.routes import router

__all__ = ["router"]
