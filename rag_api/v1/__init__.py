"""The only folder that speaks OpenAI; the path of a file is the path of its URLs."""

from rag_api.v1 import chat, conversations, files, models, responses, uploads, vector_stores

ROUTERS = [
    files.router,
    uploads.router,
    vector_stores.router,
    chat.router,
    responses.router,
    conversations.router,
    models.router,
]
