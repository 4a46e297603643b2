"""The only folder that speaks OpenAI; the path of a file is the path of its URLs."""

from rag_api.v1 import chat, files, models, vector_stores

ROUTERS = [files.router, vector_stores.router, chat.router, models.router]
