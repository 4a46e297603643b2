"""OpenAI's protocol, spoken in this folder only; the path of a file is the path of its URLs."""

from rag_api.v1 import admin, chat, conversations, files, key, models, pages, responses, uploads, vector_stores

# The most frequent routes come first, since FastAPI tries routes in order, twice at each level.
ROUTERS = [
    vector_stores.router,
    files.router,
    pages.router,
    chat.router,
    responses.router,
    uploads.router,
    conversations.router,
    models.router,
    key.router,
    admin.router,
]
